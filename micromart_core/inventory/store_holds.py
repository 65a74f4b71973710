"""Every statement that moves what is held: for one product, for one cart, for a batch of carts, for an order."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, Text, and_, bindparam, case, func, insert, or_, select, update

from micromart_core.carts.tables import cart_lines, carts
from micromart_core.inventory.model import Hold, Sku
from micromart_core.inventory.store_levels import for_update, stock, stock_movements
from micromart_core.schema import Instant
from micromart_core.together import NOTHING, Writes, run_together
from micromart_core.transaction import Transaction

RECLAIMED_AT_ONCE = 100
_BY = bindparam("by", type_=Integer)
_CART = bindparam("cart", type_=Text)
_CARTS = bindparam("carts", expanding=True, type_=Text)
_NOW = bindparam("now", type_=Instant)
_SKU = bindparam("of_sku", type_=Text)
_SKUS = bindparam("of_skus", expanding=True, type_=Text)
_held_lines_of_cart = and_(cart_lines.c.cart_id == _CART, cart_lines.c.held)
_held_lines_of_carts = and_(cart_lines.c.cart_id.in_(_CARTS), cart_lines.c.held)


def _lock_stock_of(*where: ColumnElement[bool]) -> Select[tuple[str]]:
    return for_update(select(stock.c.sku).where(*where).order_by(stock.c.sku))


_MOVE_HELD = (
    update(stock)
    .where(stock.c.sku == _SKU)
    .where(stock.c.on_hand - stock.c.held >= _BY)
    .values(held=stock.c.held + _BY)
)
_EXPIRED_CARTS_WITH = for_update(
    select(carts.c.id)
    .join(cart_lines, cart_lines.c.cart_id == carts.c.id)
    .where(cart_lines.c.sku == _SKU)
    .where(cart_lines.c.held)
    .where(carts.c.held_until <= _NOW)
    .limit(RECLAIMED_AT_ONCE),
    of=carts,
    skip_locked=True,
)
_UNHOLD_SKU = (
    update(cart_lines)
    .where(_held_lines_of_carts)
    .where(cart_lines.c.sku == _SKU)
    .values(held=False)
    .returning(cart_lines.c.quantity)
)
_COUNT_VERSIONS = update(carts).where(carts.c.id.in_(_CARTS)).values(version=carts.c.version + 1)
_LOCK_STOCK_OF_CART_AND = _lock_stock_of(
    or_(stock.c.sku == _SKU, stock.c.sku.in_(select(cart_lines.c.sku).where(_held_lines_of_cart)))
)
_LOCK_STOCK_OF_CARTS = _lock_stock_of(stock.c.sku.in_(select(cart_lines.c.sku).where(_held_lines_of_carts)))
_LOCK_STOCK_OF_ORDER = for_update(
    select(cart_lines.c.sku, cart_lines.c.quantity, cart_lines.c.held, (stock.c.on_hand - stock.c.held).label("free"))
    .join(stock, stock.c.sku == cart_lines.c.sku)
    .where(cart_lines.c.cart_id == _CART)
    .order_by(stock.c.sku),
    of=stock,
)
_sum_of_carts = (
    select(cart_lines.c.sku, func.sum(cart_lines.c.quantity).label("quantity"))
    .where(_held_lines_of_carts)
    .group_by(cart_lines.c.sku)
    .subquery("freed")
)
_FREE_CARTS = (
    update(stock)
    .where(stock.c.sku == _sum_of_carts.c.sku)
    .values(held=stock.c.held - _sum_of_carts.c.quantity)
    .returning(stock.c.sku)
)
_held_of_lines = select(cart_lines.c.sku, cart_lines.c.quantity).where(_held_lines_of_cart).subquery("freed")
_FREE_LINES = (
    update(stock)
    .where(stock.c.sku == _held_of_lines.c.sku)
    .where(stock.c.sku.in_(_SKUS))
    .values(held=stock.c.held - _held_of_lines.c.quantity)
)
_UNHOLD_LINES = update(cart_lines).where(_held_lines_of_cart).where(cart_lines.c.sku.in_(_SKUS)).values(held=False)
_others = cart_lines.alias("others")
_smaller = case((cart_lines.c.quantity < _others.c.quantity, cart_lines.c.quantity), else_=_others.c.quantity)
_overlap = (
    select(cart_lines.c.sku, _smaller.label("quantity"))
    .join(_others, _others.c.sku == cart_lines.c.sku)
    .where(_held_lines_of_cart)
    .where(_others.c.cart_id == bindparam("other", type_=Text))
    .where(_others.c.held)
    .subquery("overlap")
)
_FREE_OVERLAP = (
    update(stock)
    .where(stock.c.sku == _overlap.c.sku)
    .values(held=stock.c.held - _overlap.c.quantity)
    .returning(stock.c.sku)
)
_UNHOLD_CARTS = update(cart_lines).where(_held_lines_of_carts).values(held=False)
_line = select(cart_lines).where(cart_lines.c.cart_id == _CART).where(cart_lines.c.sku.in_(_SKUS)).subquery("line")
_taken_from_free = case((_line.c.held, 0), else_=_line.c.quantity)
_freed_by_sale = case((_line.c.held, _line.c.quantity), else_=0)
_SHORT = (
    select(_line.c.sku, _line.c.quantity)
    .join(stock, stock.c.sku == _line.c.sku)
    .where(stock.c.on_hand - stock.c.held < _taken_from_free)
    .order_by(_line.c.sku)
)
_SELL = (
    update(stock)
    .where(stock.c.sku == _line.c.sku)
    .values(
        on_hand=stock.c.on_hand - _line.c.quantity,
        held=stock.c.held - _freed_by_sale,
        version=stock.c.version + 1,
    )
)
_MOVEMENT = ["sku", "change", "balance", "reason", "actor", "order_id", "at", "trace_id"]
_SALE: tuple[ColumnElement[Any], ...] = (
    bindparam("reason"),
    bindparam("actor"),
    bindparam("order"),
    _NOW,
    bindparam("trace"),
)
_NOTE_SALE = insert(stock_movements).from_select(
    _MOVEMENT,
    select(stock.c.sku, -_line.c.quantity, stock.c.on_hand, *_SALE).join(_line, _line.c.sku == stock.c.sku),
)
_sold = _SELL.returning(stock.c.sku, stock.c.on_hand).cte("sold")
_noted = insert(stock_movements).from_select(
    _MOVEMENT, select(_sold.c.sku, -_line.c.quantity, _sold.c.on_hand, *_SALE).join(_line, _line.c.sku == _sold.c.sku)
)
_SELL_AND_NOTE = select(func.count()).select_from(_sold).add_cte(_noted.cte("noted"))
"""Both in one round trip; SQLite has no statement that changes two tables, and no round trips."""


def move_held(tx: Transaction, sku: Sku, by: int, along: Writes = NOTHING) -> bool:
    """Move what is held; False, and nothing moved, when too few are available (or there is no such product).

    What goes along is written either way.
    """
    return run_together(tx.connection, _MOVE_HELD, {"of_sku": sku, "by": by}, along).rowcount == 1


def move_held_of_many(tx: Transaction, units: Mapping[Sku, int]) -> None:
    """Move what is held of locked products, each by so many units that are known to be there."""
    if units:
        tx.connection.execute(_MOVE_HELD, [{"of_sku": sku, "by": by} for sku, by in units.items()])


def lock_expired_carts_with(tx: Transaction, sku: Sku) -> list[str]:
    """Lock some expired carts that still hold a product, passing over those in use; never waits."""
    return list(tx.connection.scalars(_EXPIRED_CARTS_WITH, {"of_sku": sku, "now": tx.now}))


def unhold_product(tx: Transaction, cart_ids: Sequence[str], sku: Sku) -> int:
    """Take one product's hold from carts that are locked; return the units to give back to its stock row."""
    count_versions(tx, cart_ids)
    return sum(tx.connection.scalars(_UNHOLD_SKU, {"carts": list(cart_ids), "of_sku": sku}))


def count_versions(tx: Transaction, cart_ids: Sequence[str]) -> None:
    """Count a new version of locked carts whose lines change: who reads lines while locking a cart goes by it."""
    tx.connection.execute(_COUNT_VERSIONS, {"carts": list(cart_ids)})


def lock_stock_of_cart_and(tx: Transaction, cart_id: str, sku: Sku) -> None:
    """Lock, in order, the stock rows a cart holds together with one that is about to be held."""
    if not tx.is_sqlite:
        tx.connection.execute(_LOCK_STOCK_OF_CART_AND, {"cart": cart_id, "of_sku": sku})


def lock_stock_of_carts(tx: Transaction, cart_ids: Sequence[str]) -> None:
    """Lock, in order, every stock row that carts hold."""
    if not tx.is_sqlite:
        tx.connection.execute(_LOCK_STOCK_OF_CARTS, {"carts": list(cart_ids)})


def lock_stock_of_order(tx: Transaction, cart_id: str, skus: Sequence[Sku]) -> list[Sku]:
    """Lock, in order, every stock row that a locked cart's lines name; return which of `skus` have too few free."""
    rows = tx.connection.execute(_LOCK_STOCK_OF_ORDER, {"cart": cart_id}).all()
    return [Sku(row.sku) for row in rows if row.sku in skus and not row.held and row.free < row.quantity]


def free_carts(tx: Transaction, cart_ids: Sequence[str]) -> list[Sku]:
    """Give back to the shelf what carts hold; their lines stay, no longer held. Return which products gained."""
    freed = [Sku(sku) for sku in tx.connection.scalars(_FREE_CARTS, {"carts": list(cart_ids)})]
    tx.connection.execute(_UNHOLD_CARTS, {"carts": list(cart_ids)})
    return freed


def free_lines(tx: Transaction, cart_id: str, skus: Sequence[Sku]) -> None:
    """Give back to the shelf what a cart holds of some products; its lines stay, no longer held."""
    lines = {"cart": cart_id, "of_skus": list(skus)}
    tx.connection.execute(_FREE_LINES, lines)
    tx.connection.execute(_UNHOLD_LINES, lines)


def free_overlap(tx: Transaction, one: str, other: str) -> list[Sku]:
    """Give back the smaller quantity of each product that both carts hold, and return which; the lines stay."""
    return [Sku(sku) for sku in tx.connection.scalars(_FREE_OVERLAP, {"cart": one, "other": other})]


def list_short(tx: Transaction, cart_id: str, skus: Sequence[Sku]) -> list[tuple[Sku, int]]:
    """Return which of these lines of a cart, with their quantity, have too few units free right now."""
    lines = {"cart": cart_id, "of_skus": list(skus)}
    return [(Sku(sku), quantity) for sku, quantity in tx.connection.execute(_SHORT, lines)]


def sell(tx: Transaction, cart_id: str, skus: Sequence[Sku], order_id: str, reason: str, along: Writes) -> None:
    """Take these lines of a cart off the shelf, whether held or free, with a ledger row for each."""
    lines = {"cart": cart_id, "of_skus": list(skus)}
    facts = {"reason": reason, "actor": tx.caller.actor, "order": order_id, "now": tx.now, "trace": tx.trace_id}
    if not tx.is_sqlite:
        run_together(tx.connection, _SELL_AND_NOTE, {**lines, **facts}, along)
        return
    tx.connection.execute(_SELL, lines)
    run_together(tx.connection, _NOTE_SALE, {**lines, **facts}, along)


def list_carts_holding(tx: Transaction, sku: Sku) -> list[str]:
    """Return the carts that hold a product, in the order in which they must be locked."""
    query = select(cart_lines.c.cart_id).where(cart_lines.c.sku == sku).where(cart_lines.c.held)
    return list(tx.connection.scalars(query.order_by(cart_lines.c.cart_id)))


def lock_carts(tx: Transaction, cart_ids: Sequence[str]) -> dict[str, str | None]:
    """Lock carts in order of id and return the user of each (None: an anonymous session's)."""
    query = for_update(select(carts.c.id, carts.c.user_id).where(carts.c.id.in_(cart_ids)).order_by(carts.c.id))
    return {row.id: row.user_id for row in tx.connection.execute(query)}


def list_live_holds(tx: Transaction, sku: Sku | None, *, after: tuple[str, str] = ("", ""), limit: int) -> list[Hold]:
    """Return live holds, of one product or all, by product and cart, after a pair of both."""
    after_sku, after_cart = after
    query = (
        select(
            cart_lines.c.sku,
            cart_lines.c.cart_id.label("cart"),
            cart_lines.c.quantity,
            carts.c.held_until.label("until"),
        )
        .join(carts, carts.c.id == cart_lines.c.cart_id)
        .where(cart_lines.c.held)
        .where(carts.c.held_until > tx.now)
        .where(
            or_(cart_lines.c.sku > after_sku, and_(cart_lines.c.sku == after_sku, cart_lines.c.cart_id > after_cart))
        )
        .order_by(cart_lines.c.sku, cart_lines.c.cart_id)
        .limit(limit)
    )
    if sku is not None:
        query = query.where(cart_lines.c.sku == sku)
    return [Hold(**row) for row in tx.connection.execute(query).mappings()]
