"""Shops to measure in: an empty one on any URL, and the doors that clients come in by."""

from pathlib import Path
from typing import Any

from msgspec.structs import replace
from sqlalchemy import URL, create_engine

from benchmarks.servers import url_text
from micromart_core.bootstrap import Shop, open_shop
from micromart_core.caller import Caller, UserId
from micromart_core.embedded import make_empty
from micromart_core.gateway import LocalGateway
from micromart_core.identity import KnownCaller
from micromart_core.inventory.model import Sku
from micromart_core.permissions import Role, permissions_of
from micromart_core.settings import DatabaseSettings, Settings

_SHOPPER = permissions_of(frozenset({Role.SHOPPER}))


def make_tables(url: URL) -> None:
    """Make all tables in an empty database."""
    engine = create_engine(url)
    with engine.begin() as connection:
        make_empty(connection)
    engine.dispose()


def open_on(url: URL, **sections: Any) -> Shop:
    """Open the shop of a database, with other sections of its settings: `open_on(url, broker=BrokerSettings(..))`."""
    return open_shop(replace(Settings(), database=DatabaseSettings(url=url_text(url)), **sections), Path())


def relayed(gateway: LocalGateway) -> LocalGateway:
    """Return the same door in a shop where another process delivers the events: here they are only stored."""
    return replace(gateway, after_commit=lambda _events: None)


def guest_of(shop: Shop, number: int) -> LocalGateway:
    """Return the door of a guest, whose cart the SQL files call by the same key."""
    return shop.gateway(KnownCaller(Caller("guest", cart_key=f"key-{number}")))


def shopper_of(shop: Shop, number: int) -> LocalGateway:
    """Return the door of a signed-in shopper, whom the SQL files call by the same id."""
    name = f"user-{number}"
    caller = Caller(name, _SHOPPER, UserId(name), f"{name}@example.org", signed_in=True)
    return shop.gateway(KnownCaller(caller))


def sku_of(number: int) -> Sku:
    """Return the SKU of a generated product."""
    return Sku(f"GEN-{number:07d}")
