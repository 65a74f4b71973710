"""The embedded shop's file: made once, complete or not at all, whoever comes at the same time."""

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection

from micromart_core.caller import THE_SHOP
from micromart_core.database import Database, parse_url
from micromart_core.database_errors import StorageFull, StorageReadOnly
from micromart_core.errors import MicroMartError
from micromart_core.every_table import load_tables
from micromart_core.explained import explained
from micromart_core.gateway import LocalGateway
from micromart_core.identity import KnownCaller
from micromart_core.migration import stamp
from micromart_core.settings import DatabaseSettings, Settings
from micromart_core.write_lock import one_turn

Fill = Callable[[LocalGateway], None]


class ShopIsMissing(MicroMartError):
    """A shop was here and its file is gone: a new one in its place could be mixed with it, or hide it."""

    code = "database.missing"

    def __init__(self, path: Path, why: str, hint: str) -> None:
        self.file = str(path)
        super().__init__(f"{path} is missing.", why=why, hint=hint)


def file_of(settings: Settings) -> Path | None:
    """Return the embedded database's file, None when the shop's database is a server."""
    url = parse_url(settings.database.url)
    return Path(url.database or "") if url.get_backend_name() == "sqlite" else None


def make_shop(settings: Settings, fill: Fill) -> bool:
    """Make the embedded database and let `fill` put the first things in; False when it was there before.

    The file appears under its name only when it is complete. Raise ShopIsMissing, StorageReadOnly or StorageFull.
    """
    path = file_of(settings)
    if path is None or path.exists():
        return False
    with telling_of_the_disk(path), explained():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with one_turn(Path(f"{path}.lock")):
            return _make(path, settings, fill)


def _make(path: Path, settings: Settings, fill: Fill) -> bool:
    if path.exists():
        return False
    _refuse_what_was_left(path)
    draft = path.with_name(f"{path.name}.new")
    remove_database(draft)  # left by a process that was killed while it made one
    os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        _furnish(draft, settings, fill)
        draft.rename(path)
        sync_folder(path.parent)
    finally:
        remove_database(draft)
    return True


def _refuse_what_was_left(path: Path) -> None:
    """Raise ShopIsMissing for the link to a shop that is not there, and for the log of one.

    SQLite would write what stands in the log over the pages of the new shop, and nobody would be told.
    """
    if path.is_symlink():
        why = f"it leads to {path.readlink()}, where nothing is"
        raise ShopIsMissing(path, why, "mount its disk, or remove the link")
    if log := log_left_beside(path):
        why = f"{log.name} has what it did last"
        raise ShopIsMissing(path, why, f"put it back, or move {log} away to begin anew")


def log_left_beside(path: Path) -> Path | None:
    """Return the log with something in it that a killed process left beside a database; None without one."""
    logs = (Path(f"{path}{suffix}") for suffix in ("-wal", "-journal"))
    return next((log for log in logs if log.exists() and log.stat().st_size), None)


def _furnish(draft: Path, settings: Settings, fill: Fill) -> None:
    database = Database(DatabaseSettings(url=f"sqlite:///{draft}"))
    try:
        with database.begin(writes=True) as opened:
            make_empty(opened.connection)
            opened.commit()
        fill(LocalGateway(database, settings, KnownCaller(THE_SHOP)))
    finally:
        database.close()


def make_empty(connection: Connection) -> None:
    """Make the tables from the code: a third of what running migrations costs, and as a test says the same."""
    load_tables().create_all(connection, checkfirst=False)
    stamp(connection)


def remove_database(path: Path) -> None:
    """Remove a database file with all that SQLite and the write lock laid beside it."""
    for suffix in ("", "-wal", "-shm", "-journal", ".lock"):
        Path(f"{path}{suffix}").unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Make a rename in a folder last through a power cut."""
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


@contextmanager
def telling_of_the_disk(path: Path) -> Iterator[None]:
    """Raise what the operating system said about a file as StorageFull or StorageReadOnly."""
    try:
        yield
    except OSError as error:
        kind = StorageFull if error.errno in (errno.ENOSPC, errno.EDQUOT) else StorageReadOnly
        reason = error.strerror or str(error)
        raise kind(f"{path} cannot be written.", why=reason, hint="check the disk and who owns the folder") from error
