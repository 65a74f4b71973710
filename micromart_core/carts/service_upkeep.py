"""What others ask of carts: the sweeper, the order, the sign-in."""

from sqlalchemy import ColumnElement

from micromart_core.carts import store, store_lines, store_owned, store_upkeep
from micromart_core.carts.model import CartExpired, CartLineToSell, CartStatus, CartToOrder
from micromart_core.carts.store_lines import LineRow
from micromart_core.carts.store_owned import Owned
from micromart_core.changes import Topic
from micromart_core.due import Moment
from micromart_core.inventory import service_holds as inventory
from micromart_core.money import Money
from micromart_core.operation import operation
from micromart_core.products import service as products
from micromart_core.products.model import Offer, ProductStatus
from micromart_core.together import Writes
from micromart_core.transaction import Transaction

SWEPT_AT_ONCE = 20
"""Carts of one batch: shoppers wait until it ends for the stock they held. With a thousand the slowest of a hundred
shoppers waited eleven times as long as without a sweep; with a hundred, and daemons that tell of it, four times."""


@operation("ops:run", writes=False, on_wire=False, polled=True)
def is_cart_due(tx: Transaction) -> bool:
    """Tell whether a sweeper has something to do, without taking the lock of a writer."""
    return store_upkeep.is_any_due(tx)


def any_cart_due(now: Moment) -> ColumnElement[bool]:
    """Return what is true when a sweeper has something to do at a moment, for whoever asks about several duties."""
    return store_upkeep.any_due(now)


@operation("ops:run", repeatable=True, on_wire=False)
def sweep_expired(tx: Transaction, limit: int = SWEPT_AT_ONCE) -> int:
    """End carts whose hold is over and free their stock; return how many. Carts in use are passed over.

    Any number of sweepers may run; each call is one batch.
    """
    due = store_upkeep.lock_due(tx, limit)
    if not due:
        return 0
    lines = store_upkeep.list_quantities(tx, list(due))
    store.end_carts(tx, list(due), CartStatus.EXPIRED)
    tx.record(*(CartExpired(cart_id=cart, user_id=user, lines=lines.get(cart, ())) for cart, user in due.items()))
    inventory.lock_and_free(tx, list(due))  # last: nobody waits for stock while the rest is written
    return len(due)


def lock_cart_to_order(tx: Transaction, cart_id: str | None) -> CartToOrder | None:
    """Lock the cart that is to become an order: the named one, else the open one, else the one that ended last.

    None when the caller has no such cart, or when the named one has ended and a newer one is open.
    """
    owned = store_owned.lock_own_cart(tx, cart_id) if cart_id else _open_or_last_ended(tx)
    cart = owned.cart
    if cart is None or cart.status in (CartStatus.MERGED, CartStatus.PARKED):
        return None
    if cart_id and cart.status is CartStatus.EXPIRED and _holds_something_newer(tx):
        return None
    lines = [line for line in owned.lines if not line.restored]
    live = cart.status is CartStatus.OPEN and cart.held_until is not None and not cart.is_over(tx.now)
    lines = [line for line in lines if line.held] if live else lines
    offers = owned.offers or (products.offers_of(tx, [line.sku for line in lines]) if lines else {})
    return CartToOrder(cart.id, cart.status, live, tuple(_to_sell(line, offers.get(line.sku)) for line in lines))


def clearing(tx: Transaction, cart_id: str) -> Writes:
    """Return what clears a cart that becomes an order, to go together with the sale of its lines."""
    tx.touch(Topic.CARTS, cart_id)
    return store_lines.removing_all(cart_id) + store.closing_ordered(tx, cart_id)


def _open_or_last_ended(tx: Transaction) -> Owned:
    owned = store_owned.lock_open_cart(tx)
    if owned.cart is not None and owned.cart.held_until is not None:
        return owned
    ended = store.find_last_ended(tx)
    if ended is None or ended.status is not CartStatus.EXPIRED or store.has_ordered_since(tx, ended.last_ended):
        return owned
    again = store_owned.lock_own_cart(tx, ended.id)
    return again if again.cart else owned


def _holds_something_newer(tx: Transaction) -> bool:
    newer = store.find_open_cart(tx)
    return newer is not None and newer.held_until is not None


def _to_sell(line: LineRow, offer: Offer | None) -> CartLineToSell:
    locked = Money(line.unit_price, line.currency)
    current = offer.price if offer else locked
    for_sale = offer is not None and offer.status is ProductStatus.PUBLISHED
    return CartLineToSell(line.sku, offer.name if offer else line.sku, line.quantity, locked, current, for_sale)
