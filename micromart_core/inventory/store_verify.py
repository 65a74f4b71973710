"""The statements that compare what the stockroom counts with the facts, over all products at once."""

from collections.abc import Sequence
from operator import attrgetter

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    FromClause,
    Select,
    bindparam,
    case,
    false,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.sql.expression import Subquery

from micromart_core.carts.tables import cart_lines, carts
from micromart_core.inventory.model import Sku
from micromart_core.inventory.model_reports import Broken, Violation
from micromart_core.inventory.store_levels import stock, stock_movements
from micromart_core.transaction import Transaction

MOST_OF_A_KIND = 1000
_replayed = (
    select(stock_movements.c.sku, func.sum(stock_movements.c.change).label("units"))
    .group_by(stock_movements.c.sku)
    .subquery("replayed")
)
_really_held = (
    select(cart_lines.c.sku, func.sum(cart_lines.c.quantity).label("units"))
    .where(cart_lines.c.held)
    .group_by(cart_lines.c.sku)
    .subquery("really_held")
)
_running = select(
    stock_movements.c.sku,
    stock_movements.c.balance.label("stored"),
    func.sum(stock_movements.c.change)
    .over(partition_by=stock_movements.c.sku, order_by=stock_movements.c.id)
    .label("expected"),
).subquery("running")


def _differs_from(facts: Subquery, stored: ColumnElement[int]) -> Select[tuple[str, int, int]]:
    units = func.coalesce(facts.c.units, 0)
    return (
        select(stock.c.sku, stored.label("stored"), units.label("expected"))
        .outerjoin(facts, facts.c.sku == stock.c.sku)
        .where(stored != units)
    )


def _held_by_nobody() -> Select[tuple[str, int, int]]:
    units = func.sum(cart_lines.c.quantity)
    return (
        select(cart_lines.c.sku, units.label("stored"), case((false(), 1), else_=0).label("expected"))
        .join(carts, carts.c.id == cart_lines.c.cart_id)
        .where(cart_lines.c.held)
        .where(or_(carts.c.held_until.is_(None), carts.c.status != "open"))
        .group_by(cart_lines.c.sku)
    )


_CHECKS: dict[Broken, Select[tuple[str, int, int]]] = {
    Broken.LEDGER: _differs_from(_replayed, stock.c.on_hand),
    Broken.BALANCE: select(_running.c.sku, _running.c.stored, _running.c.expected).where(
        _running.c.stored != _running.c.expected
    ),
    Broken.HELD: _differs_from(_really_held, stock.c.held),
    Broken.RANGE: select(stock.c.sku, stock.c.held.label("stored"), stock.c.on_hand.label("expected")).where(
        or_(stock.c.held < 0, stock.c.held > stock.c.on_hand)
    ),
    Broken.OWNERLESS: _held_by_nobody(),
}
_SKUS: BindParameter[str] = bindparam("skus", expanding=True)
_HELD_NOW = func.coalesce(
    select(func.sum(cart_lines.c.quantity))
    .where(cart_lines.c.sku == stock.c.sku)
    .where(cart_lines.c.held)
    .correlate(stock)
    .scalar_subquery(),
    0,
)
_REPAIR = (
    update(stock)
    .where(stock.c.sku.in_(_SKUS))
    .where(stock.c.held != _HELD_NOW)
    .where(stock.c.on_hand >= _HELD_NOW)
    .values(held=_HELD_NOW)
    .returning(stock.c.sku)
)


def list_violations(tx: Transaction, kind: Broken) -> list[Violation]:
    """Return products that break one promise, each compared within one statement, at most a thousand."""
    rows = tx.connection.execute(_CHECKS[kind].limit(MOST_OF_A_KIND))
    found = [Violation(Sku(row.sku), kind, int(row.stored), int(row.expected)) for row in rows]
    return sorted(found, key=attrgetter("sku"))


def repair_held(tx: Transaction, skus: Sequence[Sku]) -> list[Sku]:
    """Count again what carts hold of locked products; return those whose counter was wrong and now is right."""
    return sorted(Sku(sku) for sku in tx.connection.scalars(_REPAIR, {"skus": list(skus)}))


def sum_movements(tx: Transaction, sku: Sku) -> tuple[int, int]:
    """Count the movements of a product and add them up."""
    query = select(func.count(), func.coalesce(func.sum(stock_movements.c.change), 0))
    count, total = tx.connection.execute(query.where(stock_movements.c.sku == sku)).one()
    return count, int(total)


def count_rows(tx: Transaction, table: FromClause) -> int:
    """Count the rows of a table."""
    return tx.connection.execute(select(func.count()).select_from(table)).scalar_one()
