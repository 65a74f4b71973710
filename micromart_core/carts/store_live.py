"""Statements about carts that hold something now, and those that were swept."""

from datetime import datetime

from sqlalchemy import func, select, tuple_

from micromart_core.carts.model import CartStatus
from micromart_core.carts.store import ROW_ALONE, CartRow, cart_row
from micromart_core.carts.tables import carts
from micromart_core.transaction import Transaction


def list_live(tx: Transaction, after: tuple[datetime, str] | None, limit: int) -> list[CartRow]:
    """Return carts that hold something, by their end."""
    query = select(*ROW_ALONE).where(carts.c.held_until > tx.now).order_by(carts.c.held_until, carts.c.id)
    if after is not None:
        query = query.where(tuple_(carts.c.held_until, carts.c.id) > after)
    return [cart_row(row) for row in tx.connection.execute(query.limit(limit))]


def list_swept(tx: Transaction, since: datetime, limit: int) -> list[tuple[CartRow, datetime]]:
    """Return carts that ended without an order since a moment, the last one first, each with its moment."""
    query = (
        select(*ROW_ALONE, carts.c.ended_at)
        .where(carts.c.ended_at > since)
        .where(carts.c.status == CartStatus.EXPIRED)
        .order_by(carts.c.ended_at.desc(), carts.c.id.desc())
        .limit(limit)
    )
    return [(cart_row(row[:-1]), row[-1]) for row in tx.connection.execute(query).all()]


def find_owner(tx: Transaction, cart_id: str) -> str | None:
    """Return the user of a cart, else the key of its secret; None when it is gone."""
    query = select(func.coalesce(carts.c.user_id, carts.c.cart_key)).where(carts.c.id == cart_id)
    owner: str | None = tx.connection.execute(query).scalar()
    return owner
