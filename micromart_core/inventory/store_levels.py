"""The tables of the stockroom, and the statements that read and lock levels."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    Identity,
    Index,
    Integer,
    Select,
    Table,
    Text,
    bindparam,
    func,
    select,
)
from sqlalchemy.engine import RowMapping

from micromart_core.carts.tables import cart_lines, carts
from micromart_core.inventory.model import LARGEST_STOCK, Sku, StockLevel
from micromart_core.schema import BigSerial, Instant, leave_room, metadata
from micromart_core.transaction import Transaction

stock = Table(
    "stock",
    metadata,
    Column("sku", Text, primary_key=True),
    Column("on_hand", Integer, nullable=False, server_default="0"),
    Column("held", Integer, nullable=False, server_default="0"),
    Column("reorder_level", Integer, nullable=False, server_default="0"),
    Column("version", Integer, nullable=False, server_default="0"),
    CheckConstraint("held >= 0 AND held <= on_hand", name="never_oversold"),
    CheckConstraint(f"on_hand <= {LARGEST_STOCK}", name="bounded"),
    CheckConstraint("reorder_level >= 0", name="reorder_level"),
)
leave_room(stock)
stock_movements = Table(
    "stock_movements",
    metadata,
    Column("id", BigSerial, Identity(), primary_key=True),
    Column("sku", Text, nullable=False),
    Column("change", Integer, nullable=False),
    Column("balance", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("note", Text),
    Column("actor", Text, nullable=False),
    Column("order_id", Text),
    Column("run_id", Text),
    Column("at", Instant, nullable=False),
    Column("trace_id", Text),
    CheckConstraint("balance >= 0", name="balance"),
)
Index("stock_movements_by_sku", stock_movements.c.sku, stock_movements.c.id)
_SKUS = bindparam("skus", expanding=True, type_=Text)
_EXPIRED = (
    select(cart_lines.c.sku, func.sum(cart_lines.c.quantity).label("quantity"))
    .join(carts, carts.c.id == cart_lines.c.cart_id)
    .where(cart_lines.c.held)
    .where(carts.c.held_until <= bindparam("now", type_=Instant))
    .group_by(cart_lines.c.sku)
)
_expired_of_skus = _EXPIRED.where(cart_lines.c.sku.in_(_SKUS)).subquery("expired")
_LEVELS = (
    select(
        stock.c.sku,
        stock.c.on_hand,
        (stock.c.held - func.coalesce(_expired_of_skus.c.quantity, 0)).label("held"),
        stock.c.reorder_level,
        stock.c.version,
    )
    .outerjoin(_expired_of_skus, _expired_of_skus.c.sku == stock.c.sku)
    .where(stock.c.sku.in_(_SKUS))
)


def for_update(query: Select[Any], **options: Any) -> Select[Any]:
    """Lock rows FOR NO KEY UPDATE: checks of foreign keys do not wait for it. SQLite has one writer and ignores it."""
    return query.with_for_update(key_share=True, **options)


_LOCK = for_update(select(stock.c.sku).where(stock.c.sku.in_(_SKUS)).order_by(stock.c.sku))


def load_levels(tx: Transaction, skus: Sequence[Sku]) -> dict[Sku, StockLevel]:
    """Return the levels of products; what expired carts still hold counts for nobody."""
    if not skus:
        return {}
    rows = tx.connection.execute(_LEVELS, {"skus": list(skus), "now": tx.now})
    return {row["sku"]: level_of(row) for row in rows.mappings()}


def level_of(row: RowMapping) -> StockLevel:
    """Make a level of a row that has its columns."""
    return StockLevel(Sku(row["sku"]), row["on_hand"], row["held"], row["reorder_level"], row["version"])


def lock_stock(tx: Transaction, skus: Sequence[Sku]) -> None:
    """Lock the stock rows of products, in the one order that everybody keeps."""
    if not tx.is_sqlite:
        tx.connection.execute(_LOCK, {"skus": list(skus)})
