"""The ledger: rows are added and read, and the database itself refuses to change or delete one."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import DDL, Index, Integer, and_, bindparam, event, func, insert, literal_column, select
from sqlalchemy.engine import RowMapping

from micromart_core.first_digits import list_beginning
from micromart_core.inventory.model import Sku, StockMovement
from micromart_core.inventory.model_changes import Change
from micromart_core.inventory.store_levels import stock, stock_movements
from micromart_core.schema import partial_index
from micromart_core.transaction import Transaction

_NOTHING = literal_column("0", Integer)
"""A parameter would hide from PostgreSQL that one of the partial indexes fits."""
_SOLD = and_(stock_movements.c.order_id.is_not(None), stock_movements.c.change < _NOTHING)
_RESTOCKED = and_(stock_movements.c.order_id.is_not(None), stock_movements.c.change > _NOTHING)
_OF_A_RUN = stock_movements.c.run_id.is_not(None)
partial_index("stock_movements_sold_once", stock_movements.c.order_id, stock_movements.c.sku, where=_SOLD, unique=True)
# Cancelled or returned, whatever the reason: what an order line took comes back once.
partial_index(
    "stock_movements_restocked_once", stock_movements.c.order_id, stock_movements.c.sku, where=_RESTOCKED, unique=True
)
partial_index("stock_movements_by_run", stock_movements.c.run_id, where=_OF_A_RUN)
Index("stock_movements_by_time", stock_movements.c.at)
Index("stock_movements_by_trace", stock_movements.c.trace_id)

APPEND_ONLY: dict[str, tuple[str, ...]] = {
    "sqlite": (
        (
            "CREATE TRIGGER stock_movements_never_updated BEFORE UPDATE ON stock_movements "
            "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"
        ),
        (
            "CREATE TRIGGER stock_movements_never_deleted BEFORE DELETE ON stock_movements "
            "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"
        ),
    ),
    "postgresql": (
        (
            "CREATE FUNCTION refuse_to_change_the_ledger() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'the ledger is append-only'; END $$"
        ),
        (
            "CREATE TRIGGER stock_movements_never_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON stock_movements "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_the_ledger()"
        ),
    ),
}
"""What makes the database itself refuse a changed or deleted movement, by dialect; the migration runs it too."""
APPEND_ONLY_UNDONE: dict[str, tuple[str, ...]] = {
    "sqlite": (
        "DROP TRIGGER IF EXISTS stock_movements_never_updated",
        "DROP TRIGGER IF EXISTS stock_movements_never_deleted",
    ),
    "postgresql": (
        "DROP TRIGGER IF EXISTS stock_movements_never_changed ON stock_movements",
        "DROP FUNCTION IF EXISTS refuse_to_change_the_ledger()",
    ),
}
"""How the migration takes it back."""

_ddl: Callable[[str], DDL] = DDL  # it comes without types
for _dialect, _statements in APPEND_ONLY.items():
    for _statement in _statements:
        event.listen(stock_movements, "after_create", _ddl(_statement).execute_if(dialect=_dialect))
event.listen(stock_movements, "after_drop", _ddl(APPEND_ONLY_UNDONE["postgresql"][1]).execute_if(dialect="postgresql"))

_ADD = insert(stock_movements)
_NEWEST_FIRST = (
    select(stock_movements)
    .where(stock_movements.c.sku == bindparam("of_sku"))
    .order_by(stock_movements.c.id.desc())
    .limit(bindparam("limit"))
)
_MADE_LOW = (
    select(stock_movements.c.sku, stock_movements.c.balance, stock.c.reorder_level)
    .join(stock, stock.c.sku == stock_movements.c.sku)
    .where(stock_movements.c.order_id == bindparam("order"))
    .where(stock_movements.c.change < _NOTHING)
    .where(stock_movements.c.balance <= stock.c.reorder_level)
    .where(stock_movements.c.balance - stock_movements.c.change > stock.c.reorder_level)
    .order_by(stock_movements.c.sku)
)


def add_movements(tx: Transaction, changes: Sequence[Change], balances: Sequence[int]) -> None:
    """Write a ledger row for each change, with the balance after it."""
    tx.connection.execute(
        _ADD,
        [
            {
                "sku": change.sku,
                "change": change.by,
                "balance": balance,
                "reason": change.reason,
                "note": change.note,
                "actor": tx.caller.actor,
                "order_id": change.order_id,
                "run_id": change.run_id,
                "at": tx.now,
                "trace_id": tx.trace_id,
            }
            for change, balance in zip(changes, balances, strict=True)
        ],
    )


def list_movements(
    tx: Transaction, sku: Sku, *, since: datetime | None, at: datetime | None, before_id: int | None, limit: int
) -> list[StockMovement]:
    """Return the movements of a product, newest first: since a moment, up to a moment, older than an id."""
    query = _NEWEST_FIRST
    if since is not None:
        query = query.where(stock_movements.c.at >= since)
    if at is not None:
        query = query.where(stock_movements.c.at <= at)
    if before_id is not None:
        query = query.where(stock_movements.c.id < before_id)
    rows = tx.connection.execute(query, {"of_sku": sku, "limit": limit})
    return [_movement(row) for row in rows.mappings()]


def has_moved(tx: Transaction, sku: Sku) -> bool:
    """True when the ledger knows the product."""
    return tx.connection.execute(_NEWEST_FIRST, {"of_sku": sku, "limit": 1}).first() is not None


def sum_of_run(tx: Transaction, run_id: str) -> dict[Sku, int]:
    """Return by how much each product moved in a run."""
    query = (
        select(stock_movements.c.sku, func.sum(stock_movements.c.change))
        .where(stock_movements.c.run_id == run_id)
        .group_by(stock_movements.c.sku)
    )
    return {Sku(sku): int(change) for sku, change in tx.connection.execute(query)}


def list_restocked(tx: Transaction, order_id: str) -> set[Sku]:
    """Return the products of an order that have come back to their shelf."""
    query = (
        select(stock_movements.c.sku).where(stock_movements.c.order_id == order_id).where(stock_movements.c.change > 0)
    )
    return {Sku(sku) for sku in tx.connection.scalars(query)}


def list_made_low(tx: Transaction, order_id: str) -> list[tuple[Sku, int, int]]:
    """Return the products an order took to their reorder level or below: SKU, balance then, reorder level."""
    rows = tx.connection.execute(_MADE_LOW, {"order": order_id})
    return [(Sku(sku), balance, level) for sku, balance, level in rows]


def list_movements_of_trace(tx: Transaction, trace_id: str, *, limit: int) -> list[StockMovement]:
    """Return the rows that one intent wrote, oldest first."""
    query = select(stock_movements).where(stock_movements.c.trace_id == trace_id).order_by(stock_movements.c.id)
    return [_movement(row) for row in tx.connection.execute(query.limit(limit)).mappings()]


def list_traces(tx: Transaction, digits: str, *, limit: int) -> set[str]:
    """Return traces of rows that begin with these digits."""
    return list_beginning(tx.connection, stock_movements.c.trace_id, digits, limit=limit)


def _movement(row: RowMapping) -> StockMovement:
    values: Mapping[str, object] = {name: value for name, value in row.items() if name != "order_id"}
    return StockMovement(**values, order=row["order_id"])  # type: ignore[arg-type]
