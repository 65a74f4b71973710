"""The statements that list orders, by key and in both directions of time."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, literal, select, tuple_

from micromart_core.caller import UserId
from micromart_core.orders.model import Order, OrderStatus
from micromart_core.orders.model_reports import OrderNumber
from micromart_core.orders.store import load_whole, orders
from micromart_core.schema import Instant
from micromart_core.transaction import Transaction

Place = tuple[datetime, str]
"""Where a page ended: when that order was placed, and its id."""
_key = tuple_(orders.c.placed_at, orders.c.id)
_NEWEST_FIRST = select(orders).order_by(orders.c.placed_at.desc(), orders.c.id.desc())
_OLDEST_FIRST = select(orders).order_by(orders.c.placed_at, orders.c.id)


def find_place(tx: Transaction, order_id: str) -> Place | None:
    """Return where an order stands in time."""
    query = select(orders.c.placed_at, orders.c.id).where(orders.c.id == order_id)
    row = tx.connection.execute(query).first()
    return None if row is None else (row.placed_at, row.id)


def find_buyer(tx: Transaction, order_id: str) -> str | None:
    """Return the user whose order it is."""
    buyer: str | None = tx.connection.execute(select(orders.c.user_id).where(orders.c.id == order_id)).scalar()
    return buyer


def list_numbers(tx: Transaction, order_ids: Sequence[str]) -> list[OrderNumber]:
    """Return the numbers of orders by their ids."""
    query = select(orders.c.id, orders.c.number).where(orders.c.id.in_(order_ids)).order_by(orders.c.id)
    return [OrderNumber(row.id, row.number) for row in tx.connection.execute(query)]


def list_of_user(tx: Transaction, user_id: UserId, after: Place | None, limit: int) -> list[Order]:
    """Return one user's orders, newest first."""
    return _load_before(tx, _NEWEST_FIRST.where(orders.c.user_id == user_id), after, limit)


def list_all(
    tx: Transaction, status: OrderStatus | None, since: datetime | None, after: Place | None, limit: int
) -> list[Order]:
    """Return everybody's orders, newest first, of one status or all, placed at or after a moment."""
    query = _NEWEST_FIRST
    if status is not None:
        query = query.where(orders.c.status == status)
    if since is not None:
        query = query.where(orders.c.placed_at >= since)
    return _load_before(tx, query, after, limit)


def list_oldest_first(tx: Transaction, since: datetime | None, after: Place | None, limit: int) -> list[Order]:
    """Return everybody's orders, oldest first, placed at or after a moment."""
    query = _OLDEST_FIRST
    if since is not None:
        query = query.where(orders.c.placed_at >= since)
    if after is not None:
        query = query.where(_key > _bound(after))
    return _load(tx, query, limit)


def _load_before(tx: Transaction, query: Select[Any], after: Place | None, limit: int) -> list[Order]:
    if after is not None:
        query = query.where(_key < _bound(after))
    return _load(tx, query, limit)


def _load(tx: Transaction, query: Select[Any], limit: int) -> list[Order]:
    return load_whole(tx, tx.connection.execute(query.limit(limit)).mappings())


def _bound(place: Place) -> Any:
    return tuple_(literal(place[0], Instant), literal(place[1]))
