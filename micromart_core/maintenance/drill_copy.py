"""The copy of a shop that a drill goes on in, cut off from everything that belongs to the shop itself."""

from contextlib import closing
from decimal import Decimal
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from micromart_core.database import Database
from micromart_core.maintenance.backup import back_up
from micromart_core.maintenance.copying import copy_shop
from micromart_core.settings import DatabaseSettings, HoldSettings, Settings

_SHORT_HOLD = HoldSettings(minutes=Decimal("0.02"), limit_minutes=Decimal("0.04"))
"""Holds of 1.2 seconds, so that many end within a drill."""


class Ground(Struct, frozen=True):
    """Where a drill goes on: settings that lead to the copy and to nothing else, and a folder for its files."""

    settings: Settings
    folder: Path
    source: str
    to: str
    """Its address, without a password."""
    kept: bool


def copied(settings: Settings, folder: Path, *, to: str | None, keep: bool) -> Ground:
    """Copy the shop that `settings` name as it is at one moment: into a file in a folder, or an empty database `to`.

    Whose the folder is says whether it stays (`keep`); a database somebody named does. Raise TargetNotEmpty.
    """
    own = replace(settings.database, url=to) if to else DatabaseSettings(url=f"sqlite:///{folder / 'shop.db'}")
    with closing(Database(settings.database)) as source:
        if to:
            with closing(Database(own)) as target:
                address = copy_shop(source, target).to
        else:
            address = back_up(source, folder / "shop.db").file
        kind = "sqlite" if source.is_sqlite else "postgresql"
    return Ground(_cut_off(settings, own), folder, kind, address, kept=keep or to is not None)


def _cut_off(settings: Settings, database: DatabaseSettings) -> Settings:
    """Keep the owner's rules of selling, and name none of the shop's servers: no broker, Redis, mail or issuer."""
    return Settings(
        shop=settings.shop,
        holds=_SHORT_HOLD,
        cart=replace(settings.cart, hoarding_pause_seconds=0),
        checkout=settings.checkout,
        database=replace(database, pool_size=1),
    )
