"""Opens the storefront of a folder on the terminal it runs in: FOLDER PLACE HOLD_MINUTES, or FOLDER PLACE URL."""

import sys
from decimal import Decimal
from pathlib import Path

from msgspec.structs import replace

from micromart_core.bootstrap import Shop, open_ready_shop
from micromart_core.bootstrap_remote import open_remote_shop
from micromart_core.caller import Caller
from micromart_core.home import find_home
from micromart_core.identity import KnownCaller
from micromart_core.settings import HoldSettings, Settings
from micromart_tui.start import open_storefront


def shop_of(folder: Path, minutes: str) -> Shop:
    """Return the shop of a folder, whose holds last so long."""
    holds = replace(HoldSettings(), minutes=Decimal(minutes))
    return open_ready_shop(replace(Settings(), holds=holds), folder, lambda _: None)


def main(folder: str, place: str, where: str) -> None:
    """Open it for the one guest there is: with the shop beside it, or with the one that answers at an address."""
    if where.startswith("http"):
        shop = open_remote_shop(where, find_home({"MICROMART_HOME": folder}), Settings())
        gateway = shop.person()
    else:
        shop = shop_of(Path(folder), where)
        gateway = shop.gateway(KnownCaller(Caller("guest", cart_key="key-of-ann")))
    open_storefront(gateway, Path(folder), at=place, opening=lambda: None)
    shop.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
