"""The statements that count carts."""

from datetime import datetime

from sqlalchemy import BigInteger, ColumnElement, case, func, select, type_coerce

from micromart_core.carts.model import CartStatus
from micromart_core.carts.model_stats import CartCount, CartsBy
from micromart_core.carts.tables import cart_lines, carts
from micromart_core.schema import Instant
from micromart_core.transaction import Transaction

MOST_PRODUCTS = 1000
_MICROSECONDS = {CartsBy.HOUR: 3_600_000_000, CartsBy.DAY: 86_400_000_000}
_ENDED = (CartStatus.EXPIRED, CartStatus.PARKED)


def count_holding(tx: Transaction) -> tuple[int, int]:
    """Count the carts that hold stock now, and those whose hold is over but not yet swept."""
    holding = func.count(case((carts.c.held_until > tx.now, 1)))
    found = tx.connection.execute(select(holding, func.count()).where(carts.c.held_until.is_not(None))).one()
    return found[0], found[1] - found[0]


def count_overdue(tx: Transaction) -> tuple[int, datetime | None]:
    """Count the carts whose hold is over but not yet swept, and return since when the oldest is."""
    query = select(func.count(), func.min(carts.c.held_until)).where(carts.c.held_until <= tx.now)
    count, since = tx.connection.execute(query).one()
    return count, since


def sum_held_units(tx: Transaction) -> int:
    """Add up the units that carts hold now."""
    query = (
        select(func.sum(cart_lines.c.quantity))
        .join(carts, carts.c.id == cart_lines.c.cart_id)
        .where(cart_lines.c.held)
        .where(carts.c.held_until > tx.now)
    )
    return int(tx.connection.execute(query).scalar_one() or 0)


def count_by_product(tx: Transaction) -> list[CartCount]:
    """Count the carts and units that hold each product now, the most wanted first."""
    units = func.sum(cart_lines.c.quantity)
    query = (
        select(cart_lines.c.sku, func.count(), units)
        .join(carts, carts.c.id == cart_lines.c.cart_id)
        .where(cart_lines.c.held)
        .where(carts.c.held_until > tx.now)
        .group_by(cart_lines.c.sku)
        .order_by(units.desc(), cart_lines.c.sku)
        .limit(MOST_PRODUCTS)
    )
    return [CartCount(sku, number, None, None, int(held)) for sku, number, held in tx.connection.execute(query)]


def count_by_time(tx: Transaction, by: CartsBy, since: datetime) -> list[CartCount]:
    """Count the carts begun in each hour or day, and what became of them, oldest first."""
    query = (
        select(
            _start_of(tx, by).label("start"),
            func.count(),
            func.count(case((carts.c.status == CartStatus.ORDERED, 1))),
            func.count(case((carts.c.status.in_(_ENDED), 1))),
        )
        .where(carts.c.created_at >= since)
        .group_by("start")
        .order_by("start")
    )
    return [
        CartCount(f"{start:%Y-%m-%dT%H:%M:%SZ}", number, ordered, ended, None)
        for start, number, ordered, ended in tx.connection.execute(query)
    ]


def _start_of(tx: Transaction, by: CartsBy) -> ColumnElement[datetime]:
    """Return the start, in UTC, of the hour or day a cart was begun in; SQLite keeps microseconds since 1970."""
    if not tx.is_sqlite:
        return func.date_trunc(by.value, carts.c.created_at, "UTC", type_=Instant)
    moment = type_coerce(carts.c.created_at, BigInteger)
    return type_coerce(moment - moment % _MICROSECONDS[by], Instant)
