"""Opens the storefront of a folder on the terminal it runs in: FOLDER PLACE HOLD_MINUTES."""

import sys
from decimal import Decimal
from pathlib import Path

from msgspec.structs import replace

from micromart_core.bootstrap import open_ready_shop
from micromart_core.caller import Caller
from micromart_core.identity import KnownCaller
from micromart_core.settings import HoldSettings, Settings
from micromart_tui.start import open_storefront


def main(folder: str, place: str, minutes: str) -> None:
    """Open it for the one guest there is."""
    holds = replace(HoldSettings(), minutes=Decimal(minutes))
    shop = open_ready_shop(replace(Settings(), holds=holds), Path(folder), lambda _: None)
    open_storefront(shop.gateway(KnownCaller(Caller("guest", cart_key="key-of-ann"))), Path(folder), at=place)
    shop.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
