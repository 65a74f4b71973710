"""Statements that forget carts nobody can restore any more."""

from datetime import datetime

from sqlalchemy import delete, exists, select

from micromart_core.carts.model import CartStatus
from micromart_core.carts.tables import cart_lines, carts
from micromart_core.transaction import Transaction

_WITHOUT_ORDER = (CartStatus.EXPIRED, CartStatus.PARKED, CartStatus.MERGED)


def delete_lines_of_ended(tx: Transaction, *, before: datetime) -> int:
    """Delete lines that hold nothing, of carts that ended without an order before a moment; return how many."""
    ended = select(carts.c.id).where(carts.c.status.in_(_WITHOUT_ORDER)).where(carts.c.ended_at < before)
    return tx.connection.execute(
        delete(cart_lines).where(cart_lines.c.cart_id.in_(ended)).where(~cart_lines.c.held)
    ).rowcount


def delete_nameless(tx: Transaction, *, before: datetime) -> int:
    """Delete carts of nobody in particular that ended without an order before a moment and are empty."""
    lines = exists().where(cart_lines.c.cart_id == carts.c.id)
    return tx.connection.execute(
        delete(carts)
        .where(carts.c.user_id.is_(None))
        .where(carts.c.status.in_(_WITHOUT_ORDER))
        .where(carts.c.ended_at < before)
        .where(~lines)
    ).rowcount
