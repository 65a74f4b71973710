"""The statements that list orders, by key and in both directions of time."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, literal, select, tuple_
from sqlalchemy.engine import RowMapping

from micromart_core.caller import UserId
from micromart_core.money import Money
from micromart_core.orders.model import Order, OrderStatus, OrderSummary, PaymentStatus
from micromart_core.orders.store import load_whole, orders
from micromart_core.schema import Instant
from micromart_core.transaction import Transaction

Place = tuple[datetime, str]
"""Where a page ended: when that order was placed, and its id."""
_key = tuple_(orders.c.placed_at, orders.c.id)
_SUMMARY = select(
    *(
        orders.c[name]
        for name in ("id", "number", "status", "payment_status", "email", "units", "total", "currency", "placed_at")
    )
)
_NEWEST_FIRST = _SUMMARY.order_by(orders.c.placed_at.desc(), orders.c.id.desc())


def find_place(tx: Transaction, order_id: str) -> Place | None:
    """Return where an order stands in time."""
    query = select(orders.c.placed_at, orders.c.id).where(orders.c.id == order_id)
    row = tx.connection.execute(query).first()
    return None if row is None else (row.placed_at, row.id)


def list_of_user(tx: Transaction, user_id: UserId, after: Place | None, limit: int) -> list[OrderSummary]:
    """Return orders of one user, newest first."""
    return _summaries(tx, _NEWEST_FIRST.where(orders.c.user_id == user_id), after, limit)


def list_all(
    tx: Transaction, status: OrderStatus | None, since: datetime | None, after: Place | None, limit: int
) -> list[OrderSummary]:
    """Return everybody's orders, newest first, of one status or all, placed at or after a moment."""
    query = _NEWEST_FIRST
    if status is not None:
        query = query.where(orders.c.status == status)
    if since is not None:
        query = query.where(orders.c.placed_at >= since)
    return _summaries(tx, query, after, limit)


def list_whole(tx: Transaction, since: datetime | None, after: Place | None, limit: int) -> list[Order]:
    """Return whole orders, oldest first, placed at or after a moment."""
    query = select(orders).order_by(orders.c.placed_at, orders.c.id).limit(limit)
    if since is not None:
        query = query.where(orders.c.placed_at >= since)
    if after is not None:
        query = query.where(_key > _bound(after))
    return load_whole(tx, tx.connection.execute(query).mappings())


def _summaries(tx: Transaction, query: Select[Any], after: Place | None, limit: int) -> list[OrderSummary]:
    if after is not None:
        query = query.where(_key < _bound(after))
    return [_summary(row) for row in tx.connection.execute(query.limit(limit)).mappings()]


def _bound(place: Place) -> Any:
    return tuple_(literal(place[0], Instant), literal(place[1]))


def _summary(row: RowMapping) -> OrderSummary:
    return OrderSummary(
        id=row["id"],
        number=row["number"],
        status=OrderStatus(row["status"]),
        payment_status=PaymentStatus(row["payment_status"]),
        email=row["email"],
        items=row["units"],
        total=Money(row["total"], row["currency"]),
        placed_at=row["placed_at"],
    )
