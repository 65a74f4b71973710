"""Statements that list carts, newest first, by key."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, Text, literal, select

from micromart_core.carts.model import CartStatus
from micromart_core.carts.store import ROW_ALONE, CartRow
from micromart_core.carts.store_lines import LineRow
from micromart_core.carts.tables import cart_lines, carts
from micromart_core.transaction import Transaction

_CARTS = select(*ROW_ALONE).order_by(carts.c.id.desc())


def list_own(tx: Transaction, after: str | None, limit: int) -> list[CartRow]:
    """Return the caller's carts."""
    caller = tx.caller
    owner = carts.c.user_id if caller.user_id else carts.c.cart_key
    # A bound value: compared with None itself, a caller without a key would own every cart that has none.
    own = _CARTS.where(owner == literal(caller.user_id or caller.cart_key, Text))
    return _rows(tx, own, after, limit)


def list_all(tx: Transaction, after: str | None, limit: int) -> list[CartRow]:
    """Return everybody's carts."""
    return _rows(tx, _CARTS, after, limit)


def list_lines_of(tx: Transaction, cart_ids: Sequence[str]) -> list[tuple[str, LineRow]]:
    """Return the lines of several carts in one statement, each with its cart's id."""
    query = (
        select(
            cart_lines.c.cart_id,
            cart_lines.c.sku,
            cart_lines.c.quantity,
            cart_lines.c.unit_price,
            cart_lines.c.currency,
            cart_lines.c.held,
            cart_lines.c.restored,
        )
        .where(cart_lines.c.cart_id.in_(cart_ids))
        .order_by(cart_lines.c.cart_id, cart_lines.c.sku)
    )
    return [(cart_id, LineRow(*line)) for cart_id, *line in tx.connection.execute(query)]


def _rows(tx: Transaction, query: Select[Any], after: str | None, limit: int) -> list[CartRow]:
    if after:
        query = query.where(carts.c.id < after)
    rows = tx.connection.execute(query.limit(limit)).mappings()
    return [CartRow(**{**row, "status": CartStatus(row["status"])}) for row in rows]
