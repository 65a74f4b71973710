"""Which revision a database's tables are at, and bringing them to this program's; only `upgrade` imports Alembic."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from sqlalchemy import Column, Connection, MetaData, PrimaryKeyConstraint, String, Table, select
from sqlalchemy.exc import DBAPIError

import migrations
from micromart_core.database import Database, lift_limits
from micromart_core.database_errors import sqlstate_of
from micromart_core.errors import MicroMartError, TryAgain
from micromart_core.explained import explained
from micromart_core.upsert import insert_if_new
from micromart_core.write_lock import one_turn
from migrations import HEAD, REVISIONS

if TYPE_CHECKING:
    from alembic.config import Config

_version = Table(
    "alembic_version",
    MetaData(),
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)
LOCK_SECONDS, PAUSE_SECONDS, TRIES = 2, 1.0, 40
"""An upgrade waits this long for a table that somebody reads, since everybody else queues up behind it; then it lets
them pass, and tries again so often."""
_UNDEFINED_TABLE = "42P01"
_MADE_MEANWHILE = {"23505", "42P07", "42710"}
"""Two processes made the version table at once: unique_violation in the catalogue, duplicate_table, or duplicate_object
for the type that goes with it."""


class SchemaTooOld(MicroMartError):
    """The database's tables are older than this program."""

    code = "schema.too_old"

    def __init__(self, revision: str | None) -> None:
        self.revision, self.expected = revision, HEAD
        super().__init__(
            "The database is older than this MicroMart.",
            why=f"its tables are at {revision}, this program needs {HEAD}"
            if revision
            else "it has no tables of MicroMart",
            hint="micromart db upgrade",
        )


class SchemaTooNew(MicroMartError):
    """The database's tables are newer than this program."""

    code = "schema.too_new"

    def __init__(self, revision: str) -> None:
        self.revision, self.expected = revision, HEAD
        super().__init__(
            "The database is newer than this MicroMart.",
            why=f"its tables are at {revision}, this program knows {HEAD}",
            hint="install a newer MicroMart, then: micromart db upgrade",
        )


class Upgrade(Struct, frozen=True):
    """From which revision to which; `was` is None for a database without tables."""

    was: str | None
    revision: str


class Revisions(Struct, frozen=True):
    """The revision of the tables, None when there are none, and the one this program needs."""

    revision: str | None
    expected: str
    current: bool


def revisions_of(database: Database) -> Revisions:
    """Return where the tables are and where they should be."""
    revision = current_revision(database)
    return Revisions(revision, HEAD, revision == HEAD)


def current_revision(database: Database) -> str | None:
    """Return the revision of the tables, None when there are none; raise what keeps the database from being read."""
    with explained(), database.begin(writes=False) as opened:
        return _read(opened.connection)


def check(database: Database) -> None:
    """Compare one row with this program's revision, or raise SchemaTooOld or SchemaTooNew."""
    revision = current_revision(database)
    if revision == HEAD:
        return
    _refuse_newer(revision)
    raise SchemaTooOld(revision)


def planned(database: Database) -> Upgrade:
    """Return what `upgrade` would do, or raise SchemaTooNew."""
    revision = current_revision(database)
    _refuse_newer(revision)
    return Upgrade(revision, HEAD)


def upgrade(database: Database) -> Upgrade:
    """Bring the tables to this program's revision, once, whoever comes at the same time; raise SchemaTooNew.

    Raise TryAgain when somebody keeps a table to himself through all tries.
    """
    for _ in range(TRIES - 1):
        try:
            return _upgrade(database)
        except TryAgain:
            if database.is_sqlite:
                raise
            time.sleep(PAUSE_SECONDS)
    return _upgrade(database)


def _upgrade(database: Database) -> Upgrade:
    with explained(), _alone(database) as connection:
        revision = _read(connection)
        _refuse_newer(revision)
        if revision != HEAD:
            _run_alembic(connection)
    return Upgrade(revision, HEAD)


def stamp(connection: Connection) -> None:
    """Note that tables just made from the code are at this program's revision."""
    _version.create(connection, checkfirst=True)
    insert_if_new(connection, _version, {"version_num": HEAD})


def alembic_config(connection: Connection) -> "Config":
    """Return what Alembic needs to work on a connection, inside its transaction."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _run_alembic(connection: Connection) -> None:
    from alembic import command

    command.upgrade(alembic_config(connection), "head")


def _refuse_newer(revision: str | None) -> None:
    if revision is not None and revision not in REVISIONS:
        raise SchemaTooNew(revision)


def _read(connection: Connection) -> str | None:
    try:
        return connection.execute(select(_version.c.version_num)).scalar()
    except DBAPIError as error:
        if sqlstate_of(error) == _UNDEFINED_TABLE or "no such table" in str(error.orig):
            return None
        raise


@contextmanager
def _alone(database: Database) -> Iterator[Connection]:
    """Open a transaction that no other upgrade shares; committed at the end, rolled back when it fails."""
    begin = _alone_on_sqlite if database.is_sqlite else _alone_on_postgresql
    with begin(database) as connection:
        yield connection
        connection.commit()


@contextmanager
def _alone_on_sqlite(database: Database) -> Iterator[Connection]:
    with one_turn(Path(f"{database.url.database}.lock")), database.engine.connect() as connection:
        # Copying a table over would delete its children's parents for a moment; foreign keys are looked at afterwards.
        connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
        try:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            yield connection
        finally:
            connection.rollback()
            connection.exec_driver_sql("PRAGMA foreign_keys = ON")


@contextmanager
def _alone_on_postgresql(database: Database) -> Iterator[Connection]:
    _make_version_table(database)
    with database.begin(writes=True) as opened:
        lift_limits(opened.connection)
        opened.connection.exec_driver_sql("SET LOCAL lock_timeout = 0")
        opened.connection.exec_driver_sql("LOCK TABLE alembic_version IN SHARE ROW EXCLUSIVE MODE")
        opened.connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'")
        yield opened.connection


def _make_version_table(database: Database) -> None:
    """Make the table whose lock upgrades wait for."""
    try:
        with database.begin(writes=True) as opened:
            _version.create(opened.connection, checkfirst=True)
            opened.commit()
    except DBAPIError as error:
        if sqlstate_of(error) not in _MADE_MEANWHILE:
            raise
