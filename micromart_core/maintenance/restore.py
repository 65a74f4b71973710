"""Restoring a backup: looked through, made current beside the shop, then put in its place at once."""

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct

from micromart_core.database import Database
from micromart_core.embedded import sync_folder, telling_of_the_disk
from micromart_core.errors import Refused
from micromart_core.explained import explained
from micromart_core.maintenance.backup import Backup, copy_file, inspect, is_the_shop
from micromart_core.maintenance.copying import copy_rows, empty_tables, writing_for_long
from micromart_core.maintenance.passing import take_over
from micromart_core.migration import upgrade
from micromart_core.settings import DatabaseSettings
from micromart_core.write_lock import one_turn
from migrations import HEAD


class RestoredShop(Struct, frozen=True):
    """Which backup the shop is now, the revision it was made at, and the one it was brought to."""

    file: str
    was: str
    revision: str


class IsTheShop(Refused):
    """The shop was to be restored from itself."""

    code = "restore.is_the_shop"

    def __init__(self, path: Path) -> None:
        self.file = str(path)
        super().__init__(f"{path} is the shop itself.", why="it is what it is", hint="name a backup of it")


def plan_restore(path: Path) -> RestoredShop:
    """Look through a backup and say what restoring it would do; raise UnknownFile, NotABackup or SchemaTooNew."""
    return _told(inspect(path))


def restore(database: Database, path: Path) -> RestoredShop:
    """Make the shop what it was at the moment of the backup; nobody stays signed in, no code stays good.

    Raise UnknownFile, NotABackup, SchemaTooNew, or IsTheShop.
    """
    backup = inspect(path)
    if is_the_shop(database, path):
        raise IsTheShop(path)
    with telling_of_the_disk(path), explained(), _prepared(path, beside=_folder_of(database)) as prepared:
        if database.is_sqlite:
            _replace_file(Path(database.url.database or ""), prepared)
        else:
            upgrade(database)
            _replace_rows(database, prepared)
    database.close()
    return _told(backup)


def _told(backup: Backup) -> RestoredShop:
    return RestoredShop(backup.file, backup.revision, HEAD)


def _folder_of(database: Database) -> Path | None:
    if not database.is_sqlite:
        return None
    folder = Path(database.url.database or "").absolute().parent
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


@contextmanager
def _prepared(path: Path, *, beside: Path | None) -> Iterator[Path]:
    """Yield a private copy of a backup, at this program's revision and without what must not live on."""
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=beside) as folder:
        copy = Path(folder) / "shop.db"
        copy.touch(0o600)
        copy_file(path, copy)
        database = Database(DatabaseSettings(url=f"sqlite:///{copy}"))
        try:
            upgrade(database)
            with database.begin(writes=True) as opened:
                take_over(opened, "shop.restore", f"from {path.absolute()}")
                opened.commit()
        finally:
            database.close()
        yield copy


def _replace_file(shop: Path, prepared: Path) -> None:
    """Write over the shop in one transaction, so that whoever has it open goes on with the restored one."""
    with one_turn(Path(f"{shop}.lock")):
        try:
            if shop.exists():
                copy_file(prepared, shop)
                return
        except sqlite3.DatabaseError as error:
            if "not a database" not in str(error) and "malformed" not in str(error):
                raise
        _put_in_place(shop, prepared)


def _put_in_place(shop: Path, prepared: Path) -> None:
    """Take the place of a missing file, or of one too damaged to be written to."""
    for suffix in ("-wal", "-shm", "-journal"):
        Path(f"{shop}{suffix}").unlink(missing_ok=True)
    prepared.replace(shop)
    sync_folder(shop.parent)


def _replace_rows(database: Database, prepared: Path) -> None:
    source = Database(DatabaseSettings(url=f"sqlite:///{prepared}"))
    try:
        with source.begin(writes=False) as reading, writing_for_long(database) as writing:
            empty_tables(writing.connection)
            copy_rows(reading.connection, writing.connection, without=frozenset())
            writing.commit()
    finally:
        source.close()
