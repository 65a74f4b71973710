"""What becomes of an anonymous cart when its shopper signs in."""

from typing import Any

from msgspec.structs import replace

from micromart_core.caller import UserId
from micromart_core.carts import store, store_lines, store_upkeep
from micromart_core.carts.deadline import before_gain
from micromart_core.carts.model import CartStatus
from micromart_core.carts.prices import lower_price
from micromart_core.carts.settling import end_own_cart
from micromart_core.carts.store import CartRow
from micromart_core.carts.store_lines import LineRow
from micromart_core.changes import Topic
from micromart_core.inventory import service_holds as inventory
from micromart_core.money import Money
from micromart_core.transaction import Transaction


def merge_at_sign_in(tx: Transaction, user_id: UserId, cart_key: str | None, *, in_checkout: bool = False) -> None:
    """Make the anonymous session's carts the user's; the old cart secret opens nothing any more.

    Browsing: the union by the larger quantity, so no new stock is needed and it cannot fail. In the checkout the
    cart in hand wins, and the account's is parked (restorable).
    """
    if cart_key is None:
        return
    session, account = store_upkeep.lock_open_of(tx, user_id, cart_key)
    both = [cart for cart in (session, account) if cart is not None]
    inventory.lock_stock_of(tx, [cart.id for cart in both])
    session, account = _settled(tx, session), _settled(tx, account)
    if session is not None and account is not None:
        if in_checkout:
            _park(tx, account)
        else:
            _unite(tx, into=session, other=account)
    store_upkeep.hand_over(tx, cart_key, user_id)
    tx.touch(Topic.CARTS, *(cart.id for cart in both))


def _settled(tx: Transaction, cart: CartRow | None) -> CartRow | None:
    """End a cart whose hold is over; return it when it is still open."""
    if cart is None or not cart.is_over(tx.now):
        return cart
    end_own_cart(tx, cart, store_lines.list_lines(tx, cart.id))
    return None


def _park(tx: Transaction, cart: CartRow) -> None:
    inventory.free_locked(tx, [cart.id])
    store.end_carts(tx, [cart.id], CartStatus.PARKED)


def _unite(tx: Transaction, *, into: CartRow, other: CartRow) -> None:
    """Take the other cart's lines over by the larger quantity and the lower price; free what both held."""
    mine, theirs = store_lines.list_lines(tx, into.id), store_lines.list_lines(tx, other.id)
    known = {line.sku: line for line in mine}
    best = [_better(known.get(line.sku), line) for line in theirs]
    inventory.free_overlap(tx, into.id, other.id)
    if best:
        store_lines.save_lines(tx, into.id, best, gained=False)
    store_lines.remove_every_line(tx, other.id)
    store_upkeep.mark_merged(tx, other.id)
    store_upkeep.set_merged_deadline(tx, into.id, _common_deadline(before_gain(into, mine), before_gain(other, theirs)))


def _better(mine: LineRow | None, line: LineRow) -> LineRow:
    """Return the line to keep: a held one before one that is not, then the larger quantity; at the lower price."""
    if mine is None:
        return line
    if mine.held != line.held:
        return mine if mine.held else line
    larger = max(mine, line, key=lambda each: each.quantity)
    price = lower_price(mine, Money(line.unit_price, line.currency))
    return replace(larger, unit_price=price.amount, currency=price.currency)


def _common_deadline(one: CartRow, other: CartRow) -> dict[str, Any]:
    """Return the earlier hold_limit and, within it, the later held_until."""
    limits = [limit for limit in (one.hold_limit, other.hold_limit) if limit]
    untils = [until for until in (one.held_until, other.held_until) if until]
    hold_limit = min(limits, default=None)
    held_until = min(max(untils), hold_limit) if untils and hold_limit else None
    return {"held_until": held_until, "hold_limit": hold_limit, "extended": one.extended or other.extended}
