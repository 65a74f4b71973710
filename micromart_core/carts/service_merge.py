"""What becomes of an anonymous cart when its shopper signs in."""

from dataclasses import replace
from typing import Any

from micromart_core.caller import UserId
from micromart_core.carts import store, store_upkeep
from micromart_core.carts.model import CartStatus
from micromart_core.carts.settling import close
from micromart_core.carts.store import CartRow, LineRow
from micromart_core.inventory import service_holds as inventory
from micromart_core.transaction import Transaction


def merge_at_sign_in(tx: Transaction, user_id: UserId, cart_key: str | None, *, in_checkout: bool = False) -> None:
    """Make the anonymous session's carts the user's; the old cart secret opens nothing any more.

    Browsing: the union by the larger quantity, so no new stock is needed and it cannot fail. In the checkout the
    cart in hand wins, and the account's is parked (restorable).
    """
    if cart_key is None:
        return
    found = store_upkeep.lock_open_of(tx, user_id, cart_key)
    session, account = _row(found.get("session")), _row(found.get("account"))
    both = [cart for cart in (session, account) if cart is not None]
    inventory.lock_stock_of(tx, [cart.id for cart in both])
    session, account = _settled(tx, session), _settled(tx, account)
    if session is not None and account is not None:
        if in_checkout:
            _park(tx, account)
        else:
            _unite(tx, into=session, other=account)
    store_upkeep.hand_over(tx, cart_key, user_id)


def _settled(tx: Transaction, cart: CartRow | None) -> CartRow | None:
    """End a cart whose hold is over; return it when it is still open."""
    if cart is None or not cart.is_over(tx.now):
        return cart
    inventory.free_locked(tx, [cart.id])
    close(tx, cart, store.list_lines(tx, cart.id))
    return None


def _park(tx: Transaction, cart: CartRow) -> None:
    inventory.free_locked(tx, [cart.id])
    close(tx, cart, [], CartStatus.PARKED)


def _unite(tx: Transaction, *, into: CartRow, other: CartRow) -> None:
    """Take the other cart's lines over by the larger quantity and the lower price; free what both held."""
    mine = {line.sku: line for line in store.list_lines(tx, into.id)}
    for line in store.list_lines(tx, other.id):
        best, surplus = _better(mine.get(line.sku), line)
        if surplus:
            inventory.move_hold(tx, line.sku, by=-surplus)
        store.save_line(tx, into.id, best, gained=False)
    store.remove_lines(tx, other.id)
    store_upkeep.mark_merged(tx, other.id)
    store_upkeep.set_merged_deadline(tx, into.id, _common_deadline(into, other))


def _better(mine: LineRow | None, line: LineRow) -> tuple[LineRow, int]:
    """Return the line to keep and the held units that are one too many."""
    if mine is None:
        return line, 0
    if mine.held and line.held:
        larger = max(mine, line, key=lambda each: each.quantity)
        return replace(larger, unit_price=min(mine.unit_price, line.unit_price)), min(mine.quantity, line.quantity)
    return (mine, 0) if mine.held or not line.held else (line, 0)


def _common_deadline(one: CartRow, other: CartRow) -> dict[str, Any]:
    """Return the earlier hold_limit and, within it, the later held_until."""
    limits = [limit for limit in (one.hold_limit, other.hold_limit) if limit]
    untils = [until for until in (one.held_until, other.held_until) if until]
    hold_limit = min(limits, default=None)
    held_until = min(max(untils), hold_limit) if untils and hold_limit else None
    return {"held_until": held_until, "hold_limit": hold_limit, "extended": one.extended or other.extended}


def _row(found: Any) -> CartRow | None:
    if found is None:
        return None
    return CartRow(
        id=found.id,
        user_id=found.user_id,
        status=CartStatus(found.status),
        held_until=found.held_until,
        hold_limit=found.hold_limit,
        extended=found.extended,
        version=found.version,
        last_ended=None,
    )
