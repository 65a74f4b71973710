"""The copy of a shop that a drill goes on in, cut off from everything that belongs to the shop itself."""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from micromart_core.database import Database
from micromart_core.maintenance.backup import back_up
from micromart_core.maintenance.copying import copy_shop
from micromart_core.settings import DatabaseSettings, HoldSettings, Settings

_SHORT_HOLD = HoldSettings(minutes=Decimal("0.02"), limit_minutes=Decimal("0.04"))
"""Holds of 1.2 seconds, so that many end within a drill."""


@dataclass(frozen=True, slots=True)
class Ground:
    """Where a drill goes on: settings that lead to the copy and to nothing else, and a folder for its files."""

    settings: Settings
    folder: Path
    source: str
    to: str
    """Its address, without a password."""
    kept: bool


@contextmanager
def copied(settings: Settings, *, to: str | None, keep: bool) -> Iterator[Ground]:
    """Copy the shop that `settings` name as it is at one moment: into a private file, or an empty database `to`.

    The file is gone afterwards unless `keep`; a database somebody named stays. Raise TargetNotEmpty.
    """
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="micromart-drill-") if keep else stack.enter_context(_passing_folder()))
        own = replace(settings.database, url=to) if to else DatabaseSettings(url=f"sqlite:///{folder / 'shop.db'}")
        source = stack.enter_context(closing(Database(settings.database)))
        if to:
            with closing(Database(own)) as target:
                address = copy_shop(source, target).to
        else:
            address = back_up(source, folder / "shop.db").file
        kind = "sqlite" if source.is_sqlite else "postgresql"
        yield Ground(_cut_off(settings, own), folder, kind, address, kept=keep or to is not None)


def _passing_folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="micromart-drill-")


def _cut_off(settings: Settings, database: DatabaseSettings) -> Settings:
    """Keep the owner's rules of selling, and name none of the shop's servers: no broker, Redis, mail or issuer."""
    return Settings(
        shop=settings.shop,
        holds=_SHORT_HOLD,
        cart=replace(settings.cart, hoarding_pause_seconds=0),
        checkout=settings.checkout,
        database=replace(database, pool_size=1),
    )
