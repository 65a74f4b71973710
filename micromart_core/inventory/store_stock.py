"""The statements that make a shelf, lock it with its counters, and let it follow the ledger."""

from collections.abc import Mapping, Sequence

from sqlalchemy import BindParameter, bindparam, delete, insert, select, update

from micromart_core.inventory.model import Sku, StockLevel
from micromart_core.inventory.store_levels import for_update, level_of, stock, stock_movements
from micromart_core.transaction import Transaction

AT_ONCE = 5000
"""Products of one statement whose rows are locked already."""
_SKUS: BindParameter[str] = bindparam("skus", expanding=True)
_LOCK_LEVELS = for_update(select(stock).where(stock.c.sku.in_(_SKUS)).order_by(stock.c.sku))
_newest_balance = (
    select(stock_movements.c.balance)
    .where(stock_movements.c.sku == stock.c.sku)
    .order_by(stock_movements.c.id.desc())
    .limit(1)
    .correlate(stock)
    .scalar_subquery()
)
_FOLLOW_LEDGER = (
    update(stock).where(stock.c.sku.in_(_SKUS)).values(on_hand=_newest_balance, version=stock.c.version + 1)
)


def add_stock(tx: Transaction, sku: Sku, reorder_level: int) -> None:
    """Make an empty shelf for a new product."""
    tx.connection.execute(insert(stock).values(sku=sku, reorder_level=reorder_level))


def add_stocks(tx: Transaction, reorder_levels: Mapping[Sku, int]) -> None:
    """Make empty shelves for many new products."""
    rows = [{"sku": sku, "reorder_level": level} for sku, level in reorder_levels.items()]
    tx.connection.execute(insert(stock), rows)


def save_reorder_level(tx: Transaction, sku: Sku, level: int) -> bool:
    """Set at which number on hand a product counts as low; False when there is no such product."""
    return tx.connection.execute(update(stock).where(stock.c.sku == sku).values(reorder_level=level)).rowcount == 1


def remove_stock(tx: Transaction, sku: Sku) -> None:
    """Take the shelf of a product away."""
    tx.connection.execute(delete(stock).where(stock.c.sku == sku))


def lock_levels(tx: Transaction, skus: Sequence[Sku]) -> dict[Sku, StockLevel]:
    """Lock the stock rows of products, all in one ordered statement, and return what they count.

    Here `held` is the counter itself: it has what ended holds have not given back yet.
    """
    rows = tx.connection.execute(_LOCK_LEVELS, {"skus": list(skus)})
    return {row["sku"]: level_of(row) for row in rows.mappings()}


def follow_ledger(tx: Transaction, skus: Sequence[Sku]) -> None:
    """Set what is on hand of locked products to the balance of their newest movement."""
    for start in range(0, len(skus), AT_ONCE):
        tx.connection.execute(_FOLLOW_LEDGER, {"skus": list(skus[start : start + AT_ONCE])})


def list_skus(tx: Transaction, *, after: str, limit: int) -> list[Sku]:
    """Return SKUs in order, after one."""
    query = select(stock.c.sku).where(stock.c.sku > after).order_by(stock.c.sku).limit(limit)
    return [Sku(sku) for sku in tx.connection.scalars(query)]


def list_low_skus(tx: Transaction, *, after: str, limit: int) -> list[Sku]:
    """Return the SKUs in order, after one, of which no more is on hand than their reorder level."""
    query = (
        select(stock.c.sku)
        .where(stock.c.on_hand <= stock.c.reorder_level)
        .where(stock.c.sku > after)
        .order_by(stock.c.sku)
        .limit(limit)
    )
    return [Sku(sku) for sku in tx.connection.scalars(query)]
