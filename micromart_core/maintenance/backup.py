"""Backups: one SQLite file whichever database the shop uses, one moment of it, taken while the shop sells."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from msgspec import Struct

from micromart_core.database import Database
from micromart_core.embedded import log_left_beside, make_empty, remove_database, sync_folder, telling_of_the_disk
from micromart_core.errors import MicroMartError, NotFound, Refused
from micromart_core.explained import explained
from micromart_core.maintenance.copying import copy_rows, snapshot
from micromart_core.migration import SchemaTooNew, check
from micromart_core.settings import DatabaseSettings
from migrations import REVISIONS

_HEADER = b"SQLite format 3\0"
_PATIENCE = 10
"""Seconds to wait for a locked file."""


class Backup(Struct, frozen=True):
    """A backup file, the revision of its tables, and its size in bytes."""

    file: str
    revision: str
    size: int


class UnknownFile(NotFound):
    """There is no such file."""

    code = "backup.unknown_file"

    def __init__(self, path: Path) -> None:
        self.file = str(path)
        super().__init__(f"There is no file {path}.", why="nothing lies there", hint="micromart db backup FILE")


class NotABackup(MicroMartError):
    """The file is no backup of a shop, or a damaged one."""

    exit_code = 65
    code = "backup.not_a_backup"

    def __init__(self, path: Path, why: str) -> None:
        self.file = str(path)
        super().__init__(
            f"{path} is no backup of a MicroMart shop.", why=why, hint="micromart db backup FILE makes one"
        )


class WouldOverwrite(Refused):
    """A file that is no backup lies where a backup was to be written."""

    code = "backup.would_overwrite"

    def __init__(self, path: Path, why: str) -> None:
        self.file = str(path)
        super().__init__(f"{path} is not overwritten.", why=why, hint="name another file")


def back_up(database: Database, path: Path) -> Backup:
    """Write the whole shop into a file that only its owner can read; the file appears when it is complete.

    An older backup of the same name is replaced; raise WouldOverwrite for any other file.
    """
    refuse_to_overwrite(database, path)
    check(database)
    draft = path.with_name(f"{path.name}.{os.getpid()}.new")
    with telling_of_the_disk(path), explained():
        try:
            _write(database, draft)
            _make_one_file(draft)
            draft.replace(path)
            sync_folder(path.parent)
        finally:
            remove_database(draft)
    return inspect(path)


def refuse_to_overwrite(database: Database, path: Path) -> None:
    """Raise WouldOverwrite for the shop itself, for a file that is no backup, and for one that has a log.

    SQLite would write what stands in the log over the pages of the new backup.
    """
    if is_the_shop(database, path):
        raise WouldOverwrite(path, "it is the shop itself")
    if log := log_left_beside(path):
        raise WouldOverwrite(path, f"{log.name} lies beside it, with what somebody last did in there")
    if not path.exists():
        return
    try:
        inspect(path)
    except MicroMartError as error:
        raise WouldOverwrite(path, "a file that is no backup lies there") from error


def is_the_shop(database: Database, path: Path) -> bool:
    """Tell whether a file is the embedded shop, under whatever name."""
    shop = Path(database.url.database or "")
    return database.is_sqlite and shop.exists() and path.exists() and path.samefile(shop)


def inspect(path: Path) -> Backup:
    """Look through a backup file; raise UnknownFile, NotABackup, or SchemaTooNew when a newer program wrote it."""
    if not path.is_file():
        raise UnknownFile(path)
    with path.open("rb") as file:
        if file.read(len(_HEADER)) != _HEADER:
            raise NotABackup(path, "it is no SQLite file")
    revision = _revision_of(path)
    if revision not in REVISIONS:
        raise SchemaTooNew(revision)
    return Backup(str(path), revision, path.stat().st_size)


def _revision_of(path: Path) -> str:
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            revision = connection.execute("SELECT version_num FROM alembic_version").fetchone()
            faults = [row[0] for row in connection.execute("PRAGMA integrity_check(3)")]
            orphans = connection.execute("PRAGMA foreign_key_check").fetchone()
    except sqlite3.Error as error:
        raise NotABackup(path, str(error)) from error
    if faults != ["ok"] or orphans is not None or revision is None:
        raise NotABackup(path, "it is damaged: " + "; ".join(faults if faults != ["ok"] else ["rows are missing"]))
    return str(revision[0])


def _write(database: Database, draft: Path) -> None:
    os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    if database.is_sqlite:
        copy_file(Path(database.url.database or ""), draft)
        return
    target = Database(DatabaseSettings(url=f"sqlite:///{draft}"))
    try:
        with target.begin(writes=True) as writing, snapshot(database) as reading:
            make_empty(writing.connection)
            copy_rows(reading, writing.connection, without=frozenset())
            writing.commit()
    finally:
        target.close()


def copy_file(source: Path, target: Path) -> None:
    """Copy one SQLite database over another in one transaction, while others may use either."""
    with (
        closing(sqlite3.connect(source, timeout=10)) as reading,
        closing(sqlite3.connect(target, timeout=10)) as writing,
    ):
        reading.backup(writing)


def _make_one_file(draft: Path) -> None:
    """Leave write-ahead logging, so that a backup needs no second file and can be read on a read-only disk."""
    with closing(sqlite3.connect(draft)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
