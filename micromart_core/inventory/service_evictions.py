"""How holds make room: ended ones of themselves, live ones only when staff says so, and every shopper is told."""

from collections.abc import Sequence

from micromart_core.admission import admit
from micromart_core.changes import Topic
from micromart_core.errors import LostRace
from micromart_core.inventory import service_holds, store_evictions, store_holds, store_levels, store_stock
from micromart_core.inventory.model import BelowHeld, Hold, HoldsEvicted, Reason, Sku, StockLevel, UnknownSku, reason_of
from micromart_core.inventory.model_changes import Evict, HoldsReleased, ReleasedLine, UnknownHold
from micromart_core.inventory.model_reports import HoldPage
from micromart_core.operation import operation
from micromart_core.paging import page_size
from micromart_core.permissions import Permission
from micromart_core.transaction import Transaction
from micromart_core.users.service import audit


def make_room(tx: Transaction, level: StockLevel, wanted: int, reason: Reason, evict: Evict | None = None) -> None:
    """Free holds of a locked product until `wanted` units on hand cover what is held.

    Ended holds go first. Raise BelowHeld when live ones would have to go and may not, LostRace when
    another process is just using or freeing one of the carts.
    """
    if level.held <= wanted:
        return
    _free_ended(tx, level, wanted)
    live = store_levels.load_levels(tx, [level.sku])[level.sku].held
    if live > wanted:
        if evict is None:
            raise BelowHeld(level.sku, level.on_hand, wanted, live)
        _evict_newest(tx, level.sku, live - wanted, reason)
    if store_stock.lock_levels(tx, [level.sku])[level.sku].held > wanted:
        raise LostRace


def check_may_evict(tx: Transaction, evict: Evict | None) -> None:
    """Raise SignInFirst or NotAllowed when holds shall be evicted by somebody who may not release them."""
    if evict is not None:
        admit(tx.caller, Permission.STOCK_RELEASE_HOLD)


@operation("stock:release-hold")
def release_hold(tx: Transaction, cart: str, sku: Sku | None, reason: Reason) -> HoldsReleased:
    """Free what a cart holds, of one product or all, and tell its shopper; raise UnknownHold when there is none."""
    reason_of(reason)
    users = store_holds.lock_carts(tx, [cart])
    lines = [line for line in store_evictions.list_live_lines(tx, cart) if sku in (None, line[0])]
    if not lines:
        raise UnknownHold(cart, sku)
    if sku is None:
        store_holds.count_versions(tx, [cart])
        service_holds.lock_and_free(tx, [cart])
    else:
        store_levels.lock_stock(tx, [sku])
        store_holds.move_held(tx, sku, -store_holds.unhold_product(tx, [cart], sku))
    skus = tuple(line[0] for line in lines)
    tx.touch(Topic.STOCK, *skus)
    tx.touch(Topic.CARTS, cart)
    tx.record(HoldsEvicted(cart_id=cart, user_id=users[cart], skus=skus, reason=reason))
    audit(tx, "stock.release", cart, before=_told(lines), after=f"released: {reason}")
    return HoldsReleased(cart, tuple(ReleasedLine(*line) for line in lines), reason)


@operation("stock:read", writes=False)
def list_holds(tx: Transaction, sku: Sku | None = None, after: str | None = None, limit: int = 50) -> HoldPage:
    """Return live holds, of one product or all, by product and cart; raise UnknownSku for one that is not there."""
    if sku is not None and not store_levels.load_levels(tx, [sku]):
        raise UnknownSku(sku)
    size = page_size(limit)
    after_sku, _, after_cart = (after or "").partition("/")
    holds = store_holds.list_live_holds(tx, sku, after=(after_sku, after_cart), limit=size + 1)
    return HoldPage(tuple(holds[:size]), _cursor(holds[size - 1]) if len(holds) > size else None)


def _free_ended(tx: Transaction, level: StockLevel, wanted: int) -> None:
    """Take back ended holds, a batch at a time, until it fits or no more can be had without waiting."""
    held = level.held
    while held > wanted and (freed := service_holds.reclaim_expired(tx, level.sku)):
        held -= freed


def _evict_newest(tx: Transaction, sku: Sku, short: int, reason: Reason) -> None:
    """Free the newest live holds of a locked product until `short` units are free again.

    Nobody waits for a cart while holding stock: a cart that is in use is a lost race.
    """
    newest = _first_that_cover(store_evictions.list_newest_holds(tx, sku, limit=short), short)
    users = store_evictions.lock_carts_without_waiting(tx, newest)
    if len(users) < len(newest):
        raise LostRace
    units = store_holds.unhold_product(tx, newest, sku)
    store_holds.move_held(tx, sku, -units)
    tx.touch(Topic.STOCK, sku)
    tx.touch(Topic.CARTS, *newest)
    tx.record(*(HoldsEvicted(cart_id=cart, user_id=users[cart], skus=(sku,), reason=reason) for cart in newest))
    audit(tx, "stock.evict", sku, before=f"{units} held in {', '.join(newest)}", after=f"evicted: {reason}")


def _first_that_cover(holds: Sequence[tuple[str, int]], short: int) -> list[str]:
    covered, carts = 0, []
    for cart, quantity in holds:
        if covered >= short:
            break
        carts.append(cart)
        covered += quantity
    return carts


def _told(lines: Sequence[tuple[Sku, int]]) -> str:
    return ", ".join(f"{quantity} of {sku}" for sku, quantity in lines)


def _cursor(hold: Hold) -> str:
    return f"{hold.sku}/{hold.cart}"
