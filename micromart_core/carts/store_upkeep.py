"""Statements for the sweeper and for the sign-in."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, bindparam, select, update

from micromart_core.carts.model import CartStatus
from micromart_core.carts.store import ROW_ALONE, CartRow
from micromart_core.carts.tables import cart_lines, carts
from micromart_core.due import Moment, any_of
from micromart_core.schema import Instant
from micromart_core.transaction import Transaction

_DUE = (
    select(carts.c.id, carts.c.user_id)
    .where(carts.c.held_until <= bindparam("now", type_=Instant))
    .order_by(carts.c.held_until)
    .limit(bindparam("limit"))
    .with_for_update(key_share=True, skip_locked=True)
)


def is_any_due(tx: Transaction) -> bool:
    """Say whether a cart's hold is over that nobody has ended."""
    return bool(tx.connection.execute(select(any_due(tx.now))).scalar_one())


def any_due(now: Moment) -> ColumnElement[bool]:
    """Return what is true when a cart's hold is over at a moment and nobody has ended it."""
    return any_of(select(carts.c.id).where(carts.c.held_until <= now).order_by(carts.c.held_until))


def lock_due(tx: Transaction, limit: int) -> dict[str, str | None]:
    """Lock carts whose hold is over, oldest first, passing over those in use; return each one's user."""
    return {row.id: row.user_id for row in tx.connection.execute(_DUE, {"now": tx.now, "limit": limit})}


def list_quantities(tx: Transaction, cart_ids: Sequence[str]) -> dict[str, tuple[tuple[str, int], ...]]:
    """Return SKU and quantity of every line of carts."""
    query = select(cart_lines.c.cart_id, cart_lines.c.sku, cart_lines.c.quantity).where(
        cart_lines.c.cart_id.in_(cart_ids)
    )
    found: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for cart_id, sku, quantity in tx.connection.execute(query):
        found[cart_id].append((sku, quantity))
    return {cart_id: tuple(sorted(lines)) for cart_id, lines in found.items()}


def lock_open_of(tx: Transaction, user_id: str, cart_key: str) -> tuple[CartRow | None, CartRow | None]:
    """Lock, in order of id, the open carts of an anonymous session and of a user; return them in this order."""
    query = (
        select(*ROW_ALONE)
        .where(carts.c.status == CartStatus.OPEN)
        .where((carts.c.user_id == user_id) | (carts.c.cart_key == cart_key))
        .order_by(carts.c.id)
        .with_for_update(key_share=True)
    )
    rows = [CartRow(**{**row, "status": CartStatus.OPEN}) for row in tx.connection.execute(query).mappings()]
    session = next((row for row in rows if row.user_id is None), None)
    return session, next((row for row in rows if row.user_id is not None), None)


def hand_over(tx: Transaction, cart_key: str, user_id: str) -> None:
    """Make every cart of an anonymous session the user's; its secret opens nothing any more."""
    tx.connection.execute(
        update(carts)
        .where(carts.c.cart_key == cart_key)
        .values(user_id=user_id, cart_key=None, version=carts.c.version + 1)
    )


def set_merged_deadline(tx: Transaction, cart_id: str, values: dict[str, Any]) -> None:
    """Write the deadline that two carts have together."""
    tx.connection.execute(update(carts).where(carts.c.id == cart_id).values(version=carts.c.version + 1, **values))


def lock_cart(tx: Transaction, cart_id: str) -> None:
    """Lock one cart, whoever owns it."""
    tx.connection.execute(select(carts.c.id).where(carts.c.id == cart_id).with_for_update(key_share=True))


def holds_anything(tx: Transaction, cart_id: str) -> bool:
    """Say whether a cart still has a held line."""
    query = select(cart_lines.c.sku).where(cart_lines.c.cart_id == cart_id).where(cart_lines.c.held).limit(1)
    return tx.connection.execute(query).first() is not None


def clear_deadline(tx: Transaction, cart_id: str) -> None:
    """Take the deadline from an open cart that holds nothing."""
    tx.connection.execute(
        update(carts)
        .where(carts.c.id == cart_id)
        .where(carts.c.status == CartStatus.OPEN)
        .where(carts.c.held_until.is_not(None))
        .values(held_until=None, hold_limit=None, version=carts.c.version + 1)
    )


def mark_merged(tx: Transaction, cart_id: str) -> None:
    """Close a cart whose lines another one took over."""
    tx.connection.execute(
        update(carts)
        .where(carts.c.id == cart_id)
        .values(status=CartStatus.MERGED, held_until=None, hold_limit=None, ended_at=tx.now)
    )
