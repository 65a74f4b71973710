"""The one deadline of a cart: ten minutes from its last gain, fifteen from its first."""

from collections.abc import Sequence
from datetime import datetime

from msgspec.structs import replace

from micromart_core.carts.store import CartRow
from micromart_core.carts.store_lines import LineRow
from micromart_core.transaction import Transaction

Deadline = tuple[datetime | None, datetime | None]
"""held_until and hold_limit; both None when nothing is held."""


def before_gain(cart: CartRow, lines: Sequence[LineRow]) -> CartRow:
    """Return a cart as its next gain finds it: without the deadline when staff has just released all that it held."""
    return cart if any(line.held for line in lines) else replace(cart, held_until=None, hold_limit=None)


def after_gain(tx: Transaction, cart: CartRow) -> Deadline:
    """Return the deadline of a cart that has just gained stock."""
    holds = tx.settings.holds
    hold_limit = cart.hold_limit or tx.now + holds.limit
    fresh = min(tx.now + holds.duration, hold_limit)
    return max(cart.held_until or fresh, fresh), hold_limit


def after_change(tx: Transaction, cart: CartRow, *, gained: bool, holds_anything: bool) -> Deadline:
    """Return the deadline after a change; only a cart that holds nothing any more loses it."""
    if not holds_anything:
        return None, None
    return after_gain(tx, cart) if gained else (cart.held_until, cart.hold_limit)
