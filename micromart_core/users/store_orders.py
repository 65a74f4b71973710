"""All SQL about the orders recorded with their user; an order's version decides, whatever order events arrive in."""

from datetime import datetime
from typing import Any

from sqlalchemy import case, select

from micromart_core.caller import UserId
from micromart_core.money import Money
from micromart_core.transaction import Transaction
from micromart_core.upsert import insert_for
from micromart_core.users.model import UserOrder
from micromart_core.users.tables import user_orders

_KEPT = user_orders.c


def save_placed(tx: Transaction, facts: dict[str, Any], *, total: Money, placed_at: datetime) -> None:
    """Record an order with what only its placing tells; a status that came earlier, of a later version, stands."""
    told = {"total": total.amount, "currency": total.currency, "placed_at": placed_at}
    statement = insert_for(tx.connection, user_orders).values(**facts, **told)
    newer = statement.excluded.version > _KEPT.version
    moved = {
        name: case((newer, statement.excluded[name]), else_=_KEPT[name])
        for name in ("status", "payment_status", "version")
    }
    tx.connection.execute(statement.on_conflict_do_update(index_elements=["order_id"], set_=told | moved))


def save_status(tx: Transaction, facts: dict[str, Any]) -> None:
    """Record where an order stands, unless a later version is recorded."""
    statement = insert_for(tx.connection, user_orders).values(**facts)
    moved = {name: statement.excluded[name] for name in ("status", "payment_status", "version")}
    tx.connection.execute(
        statement.on_conflict_do_update(
            index_elements=["order_id"], set_=moved, where=_KEPT.version < statement.excluded.version
        )
    )


def list_orders(tx: Transaction, user_id: UserId, *, after: str | None, limit: int) -> tuple[UserOrder, ...]:
    """Return a user's orders whose placing is known here, newest first, after (older than) an id."""
    query = (
        select(user_orders)
        .where(_KEPT.user_id == user_id)
        .where(_KEPT.placed_at.is_not(None))
        .order_by(_KEPT.order_id.desc())
        .limit(limit)
    )
    if after is not None:
        query = query.where(_KEPT.order_id < after)
    return tuple(
        UserOrder(
            row.order_id, row.number, row.status, row.payment_status,
            Money(row.total, row.currency), row.placed_at, row.version,
        )
        for row in tx.connection.execute(query)
    )  # fmt: skip
