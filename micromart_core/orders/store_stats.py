"""The statements that add up sales."""

from datetime import datetime

from sqlalchemy import BigInteger, ColumnElement, func, select, type_coerce

from micromart_core.inventory.model import Sku
from micromart_core.money import Money
from micromart_core.orders.model import OrderStatus
from micromart_core.orders.model_reports import SalesBy, SalesRow
from micromart_core.orders.store import order_lines, orders
from micromart_core.schema import Instant
from micromart_core.transaction import Transaction

BEST_SELLERS = 1000
_MICROSECONDS = {SalesBy.HOUR: 3_600_000_000, SalesBy.DAY: 86_400_000_000}


def sum_by_time(tx: Transaction, by: SalesBy, since: datetime) -> list[SalesRow]:
    """Add up the orders of each hour or day that had any, oldest first."""
    query = (
        select(
            _start_of(tx, by).label("start"),
            orders.c.currency,
            func.count().label("orders"),
            func.sum(orders.c.units).label("units"),
            func.sum(orders.c.total).label("total"),
        )
        .where(orders.c.placed_at >= since)
        .where(orders.c.status != OrderStatus.CANCELLED)
        .group_by("start", orders.c.currency)
        .order_by("start", orders.c.currency)
    )
    return [
        SalesRow(
            f"{row.start:%Y-%m-%dT%H:%M:%SZ}", None, row.orders, int(row.units), Money(int(row.total), row.currency)
        )
        for row in tx.connection.execute(query)
    ]


def sum_by_product(tx: Transaction, since: datetime) -> list[SalesRow]:
    """Add up what was sold of each product and not returned, best sellers first."""
    total = func.sum(order_lines.c.quantity * order_lines.c.unit_price)
    query = (
        select(
            order_lines.c.sku,
            orders.c.currency,
            func.max(order_lines.c.name).label("name"),
            func.count().label("orders"),
            func.sum(order_lines.c.quantity).label("units"),
            total.label("total"),
        )
        .join(orders, orders.c.id == order_lines.c.order_id)
        .where(orders.c.placed_at >= since)
        .where(orders.c.status != OrderStatus.CANCELLED)
        .where(order_lines.c.returned == 0)
        .group_by(order_lines.c.sku, orders.c.currency)
        .order_by(total.desc(), order_lines.c.sku)
        .limit(BEST_SELLERS)
    )
    return [
        SalesRow(Sku(row.sku), row.name, row.orders, int(row.units), Money(int(row.total), row.currency))
        for row in tx.connection.execute(query)
    ]


def _start_of(tx: Transaction, by: SalesBy) -> ColumnElement[datetime]:
    """Return the start, in UTC, of the hour or day an order was placed in; SQLite keeps microseconds since 1970."""
    if not tx.is_sqlite:
        return func.date_trunc(by.value, orders.c.placed_at, "UTC", type_=Instant)
    moment = type_coerce(orders.c.placed_at, BigInteger)
    return type_coerce(moment - moment % _MICROSECONDS[by], Instant)
