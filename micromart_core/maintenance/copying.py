"""Copying a whole shop from one database to another, table by table, whichever of the two kinds each is."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct
from sqlalchemy import Connection, Table, func, insert, select

from micromart_core.database import Database, OpenTransaction, lift_limits
from micromart_core.embedded import make_shop
from micromart_core.errors import MicroMartError, Refused
from micromart_core.every_table import load_tables
from micromart_core.explained import explained
from micromart_core.maintenance.passing import PASSING_TABLES, take_over
from micromart_core.migration import check, upgrade
from micromart_core.settings import DatabaseSettings, Settings

_BATCH = 1_000


class TableCount(Struct, frozen=True):
    """How many rows of a table lie in the source, and how many in the target."""

    table: str
    source: int
    target: int


class Copied(Struct, frozen=True):
    """What was copied, to where; the address shows no password."""

    to: str
    tables: tuple[TableCount, ...]

    @property
    def rows(self) -> int:
        """Rows that lie in the target now."""
        return sum(table.target for table in self.tables)


class TargetNotEmpty(Refused):
    """A shop lies where another one was to be copied."""

    code = "copy.target_not_empty"

    def __init__(self, to: str, table: str) -> None:
        self.to, self.table = to, table
        super().__init__(
            "The target is not empty; nothing was copied.",
            why=f"its table {table} has rows",
            hint="copy to an empty database",
        )


class CountsDiffer(MicroMartError):
    """After copying, a table had more or fewer rows than its source; everything was taken back."""

    code = "copy.counts_differ"

    def __init__(self, differing: tuple[TableCount, ...]) -> None:
        self.tables = differing
        facts = ", ".join(f"{count.table} {count.source} != {count.target}" for count in differing)
        super().__init__("The copy is not complete; nothing was kept.", why=facts, hint="micromart db check")


def copy_shop(source: Database, target: Database) -> Copied:
    """Copy everything but sessions and codes into an empty database; nobody writes to an embedded source meanwhile."""
    check(source)
    _refuse_itself(source, target)
    _furnish(target)
    with explained(), _standing_still(source) as reading, writing_for_long(target) as writing:
        _refuse_rows(writing.connection, target)
        counts = copy_rows(reading, writing.connection, without=PASSING_TABLES)
        take_over(writing, "shop.copy", f"from {source.url.render_as_string(hide_password=True)}")
        writing.commit()
    return Copied(target.url.render_as_string(hide_password=True), counts)


def plan_copy(source: Database, target: Database) -> Copied:
    """Say what `copy_shop` would copy, without making as much as a file or a table."""
    check(source)
    _refuse_itself(source, target)
    _refuse_a_full(target)
    with explained(), snapshot(source) as reading:
        counts = tuple(TableCount(table.name, _count(reading, table), 0) for table in _tables(PASSING_TABLES))
    return Copied(target.url.render_as_string(hide_password=True), counts)


def copy_rows(source: Connection, target: Connection, *, without: frozenset[str]) -> tuple[TableCount, ...]:
    """Copy every row of every table but a few into empty tables, and count both sides; raise CountsDiffer."""
    for table in _tables(without):
        _copy_table(source, target, table)
    counts = tuple(TableCount(table.name, _count(source, table), _count(target, table)) for table in _tables(without))
    differing = tuple(count for count in counts if count.source != count.target)
    if differing:
        raise CountsDiffer(differing)
    return counts


def empty_tables(connection: Connection) -> None:
    """Remove every row of a PostgreSQL shop, the append-only ones too, within the open transaction."""
    format_table = connection.dialect.identifier_preparer.format_table
    names = [format_table(table) for table in load_tables().sorted_tables]
    for name in names:
        connection.exec_driver_sql(f"ALTER TABLE {name} DISABLE TRIGGER USER")
    connection.exec_driver_sql(f"TRUNCATE {', '.join(names)} RESTART IDENTITY")
    for name in names:
        connection.exec_driver_sql(f"ALTER TABLE {name} ENABLE TRIGGER USER")


@contextmanager
def snapshot(database: Database) -> Iterator[Connection]:
    """Read one moment of a database for as long as it takes, while others write."""
    if database.is_sqlite:
        with database.begin(writes=False) as opened:
            yield opened.connection
        return
    with database.engine.connect() as connection:
        connection.exec_driver_sql("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        lift_limits(connection)
        try:
            yield connection
        finally:
            connection.rollback()


@contextmanager
def writing_for_long(database: Database) -> Iterator[OpenTransaction]:
    """Open a writing transaction that may take its time; rolled back unless committed."""
    with database.begin(writes=True) as opened:
        lift_limits(opened.connection)
        yield opened


@contextmanager
def _standing_still(database: Database) -> Iterator[Connection]:
    """Read a moment of a database; an embedded one takes no writer meanwhile, so that no sale stays behind."""
    if database.is_sqlite:
        with database.begin(writes=True) as opened:
            yield opened.connection
        return
    with snapshot(database) as connection:
        yield connection


def _refuse_itself(source: Database, target: Database) -> None:
    if source.is_sqlite and target.is_sqlite and _path_of(source).resolve() == _path_of(target).resolve():
        raise TargetNotEmpty(str(target.url), "alembic_version")


def _refuse_a_full(target: Database) -> None:
    if target.is_sqlite and not _path_of(target).exists():
        return
    with explained(), snapshot(target) as looking:
        if looking.dialect.has_table(looking, "outbox"):
            _refuse_rows(looking, target)


def _furnish(target: Database) -> None:
    """Make the tables; a new file is its owner's only."""
    if target.is_sqlite:
        make_shop(Settings(database=DatabaseSettings(url=f"sqlite:///{_path_of(target)}")), lambda _gateway: None)
    upgrade(target)


def _path_of(database: Database) -> Path:
    return Path(database.url.database or "")


def _tables(without: frozenset[str]) -> list[Table]:
    return [table for table in load_tables().sorted_tables if table.name not in without]


def _refuse_rows(connection: Connection, target: Database) -> None:
    for table in load_tables().sorted_tables:
        if connection.execute(select(table.primary_key.columns[0]).limit(1)).first() is not None:
            raise TargetNotEmpty(target.url.render_as_string(hide_password=True), table.name)


def _copy_table(source: Connection, target: Connection, table: Table) -> None:
    columns = [column for column in table.columns if column.computed is None]
    rows = source.execute(
        select(*columns).order_by(*table.primary_key.columns), execution_options={"yield_per": _BATCH}
    )
    for batch in rows.mappings().partitions(_BATCH):
        target.execute(insert(table), [dict(row) for row in batch])
    if target.dialect.name == "postgresql":
        _count_on(target, table)


def _count_on(target: Connection, table: Table) -> None:
    """Let a counting key go on after the largest one that was copied."""
    counting = table.autoincrement_column
    if counting is None or counting.identity is None:
        return
    sequence = func.pg_get_serial_sequence(table.name, counting.name)
    largest = select(func.max(counting)).scalar_subquery()
    target.execute(select(func.setval(sequence, func.coalesce(largest, 1), largest.is_not(None))))


def _count(connection: Connection, table: Table) -> int:
    return connection.execute(select(func.count()).select_from(table)).scalar_one()
