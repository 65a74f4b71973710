"""How stock is set aside for carts, given back, taken back when a hold has ended, and sold."""

from collections.abc import Mapping, Sequence

from micromart_core.changes import Topic
from micromart_core.errors import LostRace
from micromart_core.inventory import store_holds, store_levels, store_stock
from micromart_core.inventory.model import HoldsEvicted, OutOfStock, Reason, Sku, SoldOut, UnknownSku
from micromart_core.together import Writes
from micromart_core.transaction import Transaction

SOLD = Reason("order")


def move_hold(tx: Transaction, sku: Sku, by: int, along: Writes) -> None:
    """Set `by` more units aside (or fewer), taking back expired holds when short; what goes along is written with it.

    Raise OutOfStock only when a reader would call it short too; a unit that another process is just
    freeing is a lost race, and the gateway runs the operation again.
    """
    tx.touch(Topic.STOCK, sku)
    if store_holds.move_held(tx, sku, by, along):
        return
    reclaim_expired(tx, sku)
    if store_holds.move_held(tx, sku, by):
        return
    level = store_levels.load_levels(tx, [sku]).get(sku)
    if level is None:
        raise UnknownSku(sku)
    if level.available >= by:
        raise LostRace
    raise OutOfStock(sku, wanted=by, available=level.available)


def reclaim_expired(tx: Transaction, sku: Sku) -> int:
    """Free what expired carts still hold of one product, and of no other; return the units."""
    cart_ids = store_holds.lock_expired_carts_with(tx, sku)
    if not cart_ids:
        return 0
    units = store_holds.unhold_product(tx, cart_ids, sku)
    store_holds.move_held(tx, sku, -units)
    tx.touch(Topic.STOCK, sku)
    tx.touch(Topic.CARTS, *cart_ids)
    return units


def lock_before_settling(tx: Transaction, cart_id: str, sku: Sku) -> None:
    """Lock all stock rows that putting back a cart and holding `sku` will touch, in one ordered statement."""
    store_holds.lock_stock_of_cart_and(tx, cart_id, sku)


def lock_and_free(tx: Transaction, cart_ids: Sequence[str]) -> None:
    """Give back all that carts hold. The caller has locked the carts."""
    store_holds.lock_stock_of_carts(tx, cart_ids)
    free_locked(tx, cart_ids)


def free_lines(tx: Transaction, cart_id: str, skus: Sequence[Sku]) -> None:
    """Give back what a locked cart holds of some products."""
    store_levels.lock_stock(tx, skus)
    store_holds.free_lines(tx, cart_id, skus)
    tx.touch(Topic.STOCK, *skus)


def free_overlap(tx: Transaction, one: str, other: str) -> None:
    """Give back the smaller quantity of each product that both carts hold. Both and their stock are locked."""
    tx.touch(Topic.STOCK, *store_holds.free_overlap(tx, one, other))


def hold_what_is_free(tx: Transaction, wanted: Mapping[Sku, int]) -> dict[Sku, int]:
    """Set aside of each product as many units as are free, at most those wanted; return how many.

    Units that another process is just freeing are a lost race, as for one product.
    """
    levels = store_stock.lock_levels(tx, sorted(wanted))
    short = [sku for sku, level in levels.items() if level.available < wanted[sku]]
    for sku in short:
        reclaim_expired(tx, sku)
    if short:
        levels |= store_stock.lock_levels(tx, short)
    got = {sku: min(wanted[sku], level.available) for sku, level in levels.items()}
    for sku, level in store_levels.load_levels(tx, short).items():
        if got[sku] < min(wanted[sku], level.available):
            raise LostRace
    gained = {sku: units for sku, units in got.items() if units}
    store_holds.move_held_of_many(tx, gained)
    tx.touch(Topic.STOCK, *gained)
    return got


def free_locked(tx: Transaction, cart_ids: Sequence[str]) -> None:
    """Give back all that carts hold. The caller has locked the carts and their stock."""
    tx.touch(Topic.STOCK, *store_holds.free_carts(tx, cart_ids))
    tx.touch(Topic.CARTS, *cart_ids)


def release_product(tx: Transaction, sku: Sku, reason: Reason) -> int:
    """Free every hold of a product, live or ended, and tell the shoppers; return the units."""
    users = store_holds.lock_carts(tx, store_holds.list_carts_holding(tx, sku))
    store_levels.lock_stock(tx, [sku])
    units = store_holds.unhold_product(tx, list(users), sku)
    store_holds.move_held(tx, sku, -units)
    tx.touch(Topic.STOCK, sku)
    tx.touch(Topic.CARTS, *users)
    tx.record(*(HoldsEvicted(cart_id=cart, user_id=user, skus=(sku,), reason=reason) for cart, user in users.items()))
    return units


def sell_cart(tx: Transaction, cart_id: str, skus: Sequence[Sku], order_id: str, along: Writes) -> None:
    """Take these lines of a locked cart off the shelf, held or not, with one ledger row each; or raise SoldOut.

    What goes along is written with it. The cart's other lines, released by staff or taken back into a newer cart, are
    not sold.
    """
    short = store_holds.lock_stock_of_order(tx, cart_id, skus)
    for sku in short:
        reclaim_expired(tx, sku)
    if short:
        _refuse_what_is_still_short(tx, cart_id, skus)
    store_holds.sell(tx, cart_id, skus, order_id, SOLD, along)
    tx.touch(Topic.STOCK, *skus)
    tx.touch(Topic.MOVEMENTS, *skus)


def _refuse_what_is_still_short(tx: Transaction, cart_id: str, skus: Sequence[Sku]) -> None:
    short = store_holds.list_short(tx, cart_id, skus)
    levels = store_levels.load_levels(tx, [sku for sku, _ in short])
    gone = tuple((sku, levels[sku].available) for sku, quantity in short if levels[sku].available < quantity)
    if gone:
        raise SoldOut(gone)
    if short:
        raise LostRace


def lock_stock(tx: Transaction, skus: Sequence[Sku]) -> None:
    """Lock the stock rows of products in the one order that everybody keeps."""
    store_levels.lock_stock(tx, skus)


def lock_stock_of(tx: Transaction, cart_ids: Sequence[str]) -> None:
    """Lock all stock rows that carts hold, in one ordered statement. The caller has locked the carts."""
    if cart_ids:
        store_holds.lock_stock_of_carts(tx, cart_ids)
