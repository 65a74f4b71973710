"""What a shopper does with a cart."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from msgspec.structs import replace

from micromart_core.carts import store, store_lines, store_owned
from micromart_core.carts.deadline import after_change, before_gain
from micromart_core.carts.model import Cart, EmptyCart, Hoarding, HoldIsOver, StaleCart, TooMuch
from micromart_core.carts.prices import lower_price
from micromart_core.carts.settling import end_own_cart, settle_own_cart
from micromart_core.carts.store import CartRow
from micromart_core.carts.store_lines import LineRow
from micromart_core.carts.store_owned import Owned
from micromart_core.carts.view import view_cart, view_of_caller, view_without_open_cart
from micromart_core.changes import Topic
from micromart_core.errors import InvalidValue
from micromart_core.inventory import service_holds as inventory
from micromart_core.inventory.model import Sku, UnknownSku
from micromart_core.operation import operation
from micromart_core.products import service as products
from micromart_core.products.model import NotForSale, Offer, ProductStatus
from micromart_core.transaction import Transaction

HOLDS_BEFORE_A_PAUSE = 2


@operation("cart:own", writes=False)
def show_cart(tx: Transaction) -> Cart:
    """Return the caller's cart: the open one, else the one that ended last, else an empty one."""
    return view_of_caller(tx)


@operation("cart:own", repeatable=True)
def set_quantity(tx: Transaction, sku: Sku, quantity: int, version: int | None = None) -> Cart:
    """Make the caller's cart hold exactly `quantity` units of `sku`, or raise OutOfStock.

    A `version` that is not the cart's raises StaleCart, unless the cart holds that quantity already.
    """
    if quantity < 0:
        raise InvalidValue(
            f"{quantity} is no quantity.", why="a quantity is 0 or more", hint="micromart cart set SKU 1"
        )
    _need_a_cart_key(tx)
    owned = _take_cart(tx, sku)
    cart = owned.cart
    if cart and version is not None and version != cart.version and _held_of(owned.lines, sku) != quantity:
        raise StaleCart(version, cart.version)
    return _hold_exactly(tx, sku, quantity, owned)


@operation("cart:own")
def add_units(tx: Transaction, sku: Sku, units: int) -> Cart:
    """Make the caller's cart hold `units` more of `sku` than it does, or raise OutOfStock.

    Negative ones make it fewer, but one stays; a line that is not held any more stays as it is. Whoever presses in two
    windows at once is given both, each once.
    """
    _need_a_cart_key(tx)
    owned = _take_cart(tx, sku)
    has = _held_of(owned.lines, sku)
    if units <= 0 and not has:
        return view_of_caller(tx)
    return _hold_exactly(tx, sku, max(has + units, min(has, 1)), owned)


def _held_of(lines: Sequence[LineRow], sku: Sku) -> int:
    return next((line.quantity for line in lines if line.sku == sku and line.held), 0)


def _hold_exactly(tx: Transaction, sku: Sku, quantity: int, owned: Owned) -> Cart:
    cart, lines = owned.cart, owned.lines
    offers = owned.offers or products.offers_of(tx, [sku, *(line.sku for line in lines if line.sku != sku)])
    was = next((line for line in lines if line.sku == sku), None)
    has = _held_of(lines, sku)
    if quantity == has and not (quantity == 0 and was):
        return view_cart(tx, cart, lines, offers) if cart else view_without_open_cart(tx)
    cart = cart or _open_cart(tx)
    if quantity > has:
        _check_gain(tx, cart, lines, sku, quantity, offers)
    line = _priced(was, quantity, offers[sku]) if quantity else None
    lines = _with(lines, sku, line)
    changed = _hold(tx, cart, lines, sku, line, by=quantity - has)
    return view_cart(tx, changed, lines, offers)


def _open_cart(tx: Transaction) -> CartRow:
    """Open a cart. Whoever has none that ended is not asked about holds that ended, nor offered what they held."""
    ended = store.find_last_ended(tx)
    return store.create_cart(tx, last_ended=tx.now if ended else None)


@operation("cart:own", repeatable=True)
def remove_lines(tx: Transaction, skus: tuple[Sku, ...]) -> Cart:
    """Put products back on the shelf, held or not; a product that is not in the cart is no error."""
    cart = _take_live_cart(tx)
    if cart is None:
        return view_without_open_cart(tx)
    lines = store_lines.list_lines(tx, cart.id)
    gone = {line.sku for line in lines} & set(skus)
    if not gone:
        return view_cart(tx, cart, lines)
    inventory.free_lines(tx, cart.id, sorted(gone))
    store_lines.remove_lines(tx, cart.id, sorted(gone))
    return _keep(tx, cart, [line for line in lines if line.sku not in gone])


@operation("cart:own", repeatable=True)
def clear_cart(tx: Transaction) -> Cart:
    """Put everything back on the shelf; an empty cart is no error."""
    cart = _take_live_cart(tx)
    if cart is None:
        return view_without_open_cart(tx)
    inventory.lock_and_free(tx, [cart.id])
    store_lines.remove_every_line(tx, cart.id)
    return _keep(tx, cart, [])


@operation("cart:own", repeatable=True)
def extend_hold(tx: Transaction) -> Cart:
    """Hold everything to the cart's limit, once per cart; a second time changes nothing.

    Raise HoldIsOver when the hold has ended, EmptyCart when nothing is held.
    """
    cart = store.lock_open_cart(tx)
    if cart is None or cart.is_over(tx.now):
        raise HoldIsOver if cart or store.find_last_ended(tx) else EmptyCart
    if cart.held_until is None:
        raise EmptyCart(why="nothing is held, so there is no hold to make longer")
    if not cart.extended:
        store.mark_extended(tx, cart.id)
        tx.touch(Topic.CARTS, cart.id)
        cart = replace(cart, extended=True, held_until=cart.hold_limit, version=cart.version + 1)
    return view_cart(tx, cart, store_lines.list_lines(tx, cart.id))


def _keep(tx: Transaction, cart: CartRow, lines: Sequence[LineRow]) -> Cart:
    """Save and return a cart that was left with these lines."""
    changed = _changed(tx, cart, lines, gained=False)
    store.touch(tx, changed)
    return view_cart(tx, changed, lines)


def _take_cart(tx: Transaction, sku: Sku) -> Owned:
    """Lock the caller's open cart and read what it is about; one whose hold is over is ended first.

    Its stock and that of `sku`, which is about to be held, are locked in one ordered statement.
    """
    owned = store_owned.lock_open_cart_wanting(tx, sku)
    if owned.cart is None:
        return owned
    if not owned.cart.is_over(tx.now):
        return replace(owned, cart=before_gain(owned.cart, owned.lines))
    inventory.lock_before_settling(tx, owned.cart.id, sku)
    end_own_cart(tx, owned.cart, owned.lines)
    return Owned()


def _take_live_cart(tx: Transaction) -> CartRow | None:
    cart = store.lock_open_cart(tx)
    if cart is not None and cart.is_over(tx.now):
        settle_own_cart(tx, cart)
        return None
    return cart


def _need_a_cart_key(tx: Transaction) -> None:
    if tx.caller.user_id is None and tx.caller.cart_key is None:
        raise InvalidValue(
            "This door keeps no cart.",
            why="no user and no cart secret came with the request",
            hint="micromart auth login",
        )


def _check_gain(
    tx: Transaction,
    cart: CartRow,
    lines: Sequence[LineRow],
    sku: Sku,
    quantity: int,
    offers: Mapping[Sku, Offer],
) -> None:
    """Raise what forbids `quantity` of `sku`: unknown, not for sale, too many, or held too often in vain."""
    offer = offers.get(sku)
    if offer is None or offer.status is ProductStatus.DRAFT:
        raise UnknownSku(sku)
    if offer.status is not ProductStatus.PUBLISHED:
        raise NotForSale(sku, offer.status)
    if quantity > tx.settings.cart.max_units:
        raise TooMuch("units of one product", tx.settings.cart.max_units, quantity)
    if sku in {line.sku for line in lines}:
        return
    if len(lines) >= tx.settings.cart.max_lines:
        raise TooMuch("different products in a cart", tx.settings.cart.max_lines, len(lines) + 1)
    if cart.last_ended is not None:
        check_hoarding(tx, [sku])


def check_hoarding(tx: Transaction, skus: Sequence[Sku]) -> None:
    """Raise Hoarding for a minute after the caller's second hold of a product ended without an order."""
    pause = timedelta(seconds=tx.settings.cart.hoarding_pause_seconds)
    for sku, count, newest in store.list_ended_holds(tx, skus):
        if count >= HOLDS_BEFORE_A_PAUSE and newest + pause > tx.now:
            raise Hoarding(sku, max(1, round((newest + pause - tx.now).total_seconds())))


def _priced(was: LineRow | None, quantity: int, offer: Offer) -> LineRow:
    """Return a held line at the price that was locked first, or a lower current one."""
    price = lower_price(was if was and was.held else None, offer.price)
    return LineRow(offer.sku, quantity, price.amount, price.currency, held=True, restored=False)


def _with(lines: Sequence[LineRow], sku: Sku, line: LineRow | None) -> list[LineRow]:
    """Return a cart's lines with one put in the place of that product's, or none."""
    others = [each for each in lines if each.sku != sku]
    return sorted([*others, line] if line else others, key=lambda each: each.sku)


def _hold(
    tx: Transaction, cart: CartRow, lines: Sequence[LineRow], sku: Sku, line: LineRow | None, *, by: int
) -> CartRow:
    """Write a line, its cart's deadline and the stock it holds: last and at once, so that it is locked the shortest."""
    changed = _changed(tx, cart, lines, gained=by > 0)
    writing = store_lines.saving(tx, cart.id, line, gained=by > 0) if line else store_lines.removing(cart.id, sku)
    inventory.move_hold(tx, sku, by=by, along=writing + store.touching(changed))
    return changed


def _changed(tx: Transaction, cart: CartRow, lines: Sequence[LineRow], *, gained: bool) -> CartRow:
    """Return the cart as it is with these lines: with the deadline they lead to, and a new version."""
    held_until, hold_limit = after_change(tx, cart, gained=gained, holds_anything=any(line.held for line in lines))
    tx.touch(Topic.CARTS, cart.id)
    return replace(cart, held_until=held_until, hold_limit=hold_limit, version=cart.version + 1)
