"""Looking through a whole database: its file, its revision, its rules, and the promises of the stockroom."""

from collections.abc import Callable

from msgspec import Struct
from sqlalchemy import Connection

from micromart_core.bootstrap import Shop
from micromart_core.database_errors import StorageBroken
from micromart_core.every_table import load_tables
from micromart_core.explained import explained
from micromart_core.inventory.service_verify import verify_stock
from micromart_core.migration import SchemaTooNew, SchemaTooOld, check

_UNPROVEN = """
    SELECT conrelid::regclass || '.' || conname FROM pg_constraint
    WHERE NOT convalidated AND connamespace = current_schema()::regnamespace
    UNION ALL
    SELECT indexrelid::regclass::text FROM pg_index
    JOIN pg_class ON pg_class.oid = indexrelid
    WHERE NOT indisvalid AND relnamespace = current_schema()::regnamespace
"""


class Check(Struct, frozen=True):
    """One thing that was looked at, what was found, and how to mend it when it is not well."""

    check: str
    ok: bool
    detail: str
    fix: str | None


class NotLookedAt(Check, frozen=True):
    """What cannot be looked at from here: neither well nor down, as far as anybody here can tell."""


class Checkup(Struct, frozen=True):
    """Everything that was looked at."""

    items: tuple[Check, ...]
    next: None = None

    @property
    def ok(self) -> bool:
        """True when nothing is wrong."""
        return all(item.ok for item in self.items)


def check_database(shop: Shop) -> Checkup:
    """Look through the shop's database; raise what keeps it from being read at all, but for a damaged file."""
    integrity = _integrity(shop)
    if not integrity.ok:
        return Checkup((integrity,))
    migrations = _migrations(shop)
    if not migrations.ok:
        return Checkup((integrity, migrations))
    return Checkup((integrity, migrations, _tables(shop), _stock(shop)))


def _integrity(shop: Shop) -> Check:
    look = _faults_of_sqlite if shop.database.is_sqlite else _faults_of_postgresql
    try:
        faults = _read(shop, look)
    except StorageBroken as error:
        faults = [error.why]
    return Check("database", not faults, "; ".join(faults) or "whole", "micromart db restore FILE" if faults else None)


def _migrations(shop: Shop) -> Check:
    try:
        check(shop.database)
    except (SchemaTooOld, SchemaTooNew) as error:
        return Check("migrations", ok=False, detail=error.why, fix=error.hint)
    return Check("migrations", ok=True, detail="current", fix=None)


def _tables(shop: Shop) -> Check:
    missing = _read(shop, _missing_tables)
    detail = f"missing: {', '.join(missing)}" if missing else "all there"
    return Check("tables", not missing, detail, "micromart db restore FILE" if missing else None)


def _stock(shop: Shop) -> Check:
    verified = shop.operator().run(verify_stock)
    found = f"{verified.products} products, {verified.movements} movements, {len(verified.violations)} violations"
    return Check("stock", verified.ok, found, None if verified.ok else "micromart stock verify --fix")


def _read(shop: Shop, look: Callable[[Connection], list[str]]) -> list[str]:
    with explained(), shop.database.begin(writes=False) as opened:
        return look(opened.connection)


def _faults_of_sqlite(connection: Connection) -> list[str]:
    faults = [str(row[0]) for row in connection.exec_driver_sql("PRAGMA integrity_check(10)")]
    orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    return [fault for fault in faults if fault != "ok"] + [f"{row[0]} row {row[1]} has no {row[2]}" for row in orphans]


def _faults_of_postgresql(connection: Connection) -> list[str]:
    return [f"{row[0]} is not valid" for row in connection.exec_driver_sql(_UNPROVEN)]


def _missing_tables(connection: Connection) -> list[str]:
    names = sorted(load_tables().tables)
    return [name for name in names if not connection.dialect.has_table(connection, name)]
