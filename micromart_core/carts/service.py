"""What a shopper does with a cart."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from micromart_core.carts import store
from micromart_core.carts.deadline import after_change, before_gain
from micromart_core.carts.model import Cart, EmptyCart, Hoarding, HoldIsOver, StaleCart, TooMuch
from micromart_core.carts.prices import lower_price
from micromart_core.carts.settling import end_own_cart, settle_own_cart
from micromart_core.carts.store import CartRow, LineRow
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
    cart, lines = _take_cart(tx, sku)
    offers = products.offers_of(tx, [sku, *(line.sku for line in lines if line.sku != sku)])
    was = next((line for line in lines if line.sku == sku), None)
    has = was.quantity if was and was.held else 0
    if cart and version is not None and version != cart.version and has != quantity:
        raise StaleCart(version, cart.version)
    if quantity == has and not (quantity == 0 and was):
        return view_cart(tx, cart, lines, offers) if cart else view_without_open_cart(tx)
    if quantity > has:
        _check_gain(tx, cart, lines, sku, quantity, offers)
    cart = cart or store.create_cart(tx, last_ended=tx.now)
    lines = _save(tx, cart, lines, was, sku, quantity, offers)
    changed = _touched(tx, cart, lines, offers, gained=quantity > has)
    inventory.move_hold(tx, sku, by=quantity - has)  # last, so that a product many want is locked the shortest
    return changed


@operation("cart:own", repeatable=True)
def remove_lines(tx: Transaction, skus: tuple[Sku, ...]) -> Cart:
    """Put products back on the shelf, held or not; a product that is not in the cart is no error."""
    cart = _take_live_cart(tx)
    if cart is None:
        return view_without_open_cart(tx)
    lines = store.list_lines(tx, cart.id)
    gone = {line.sku for line in lines} & set(skus)
    if not gone:
        return view_cart(tx, cart, lines)
    inventory.free_lines(tx, cart.id, sorted(gone))
    store.remove_lines(tx, cart.id, sorted(gone))
    return _touched(tx, cart, [line for line in lines if line.sku not in gone], {}, gained=False)


@operation("cart:own", repeatable=True)
def clear_cart(tx: Transaction) -> Cart:
    """Put everything back on the shelf; an empty cart is no error."""
    cart = _take_live_cart(tx)
    if cart is None:
        return view_without_open_cart(tx)
    inventory.lock_and_free(tx, [cart.id])
    store.remove_every_line(tx, cart.id)
    return _touched(tx, cart, [], {}, gained=False)


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
    return view_cart(tx, cart, store.list_lines(tx, cart.id))


def _take_cart(tx: Transaction, sku: Sku) -> tuple[CartRow | None, list[LineRow]]:
    """Lock the caller's open cart and read its lines; one whose hold is over is ended first.

    Its stock and that of `sku`, which is about to be held, are locked in one ordered statement.
    """
    cart = store.lock_open_cart(tx)
    if cart is None:
        return None, []
    lines = store.list_lines(tx, cart.id)
    if not cart.is_over(tx.now):
        return before_gain(cart, lines), lines
    inventory.lock_before_settling(tx, cart.id, sku)
    end_own_cart(tx, cart, lines)
    return None, []


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
    cart: CartRow | None,
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
    if cart is None or cart.last_ended is not None:
        check_hoarding(tx, [sku])


def check_hoarding(tx: Transaction, skus: Sequence[Sku]) -> None:
    """Raise Hoarding for a minute after the caller's second hold of a product ended without an order."""
    pause = timedelta(seconds=tx.settings.cart.hoarding_pause_seconds)
    for sku, count, newest in store.list_ended_holds(tx, skus):
        if count >= HOLDS_BEFORE_A_PAUSE and newest + pause > tx.now:
            raise Hoarding(sku, max(1, round((newest + pause - tx.now).total_seconds())))


def _save(
    tx: Transaction,
    cart: CartRow,
    lines: Sequence[LineRow],
    was: LineRow | None,
    sku: Sku,
    quantity: int,
    offers: Mapping[Sku, Offer],
) -> list[LineRow]:
    """Write the line, at the price that was locked first or a lower current one, and return all lines."""
    others = [line for line in lines if line.sku != sku]
    if quantity == 0:
        store.remove_lines(tx, cart.id, [sku])
        return others
    held = was if was and was.held else None
    price = lower_price(held, offers[sku].price)
    line = LineRow(sku, quantity, price.amount, price.currency, held=True, restored=False)
    store.save_lines(tx, cart.id, [line], gained=quantity > (held.quantity if held else 0))
    return sorted([*others, line], key=lambda each: each.sku)


def _touched(
    tx: Transaction, cart: CartRow, lines: Sequence[LineRow], offers: Mapping[Sku, Offer], *, gained: bool
) -> Cart:
    """Set the deadline that the change leads to, and return the cart."""
    held_until, hold_limit = after_change(tx, cart, gained=gained, holds_anything=any(line.held for line in lines))
    store.touch(tx, cart.id, held_until, hold_limit)
    tx.touch(Topic.CARTS, cart.id)
    changed = replace(cart, held_until=held_until, hold_limit=hold_limit, version=cart.version + 1)
    return view_cart(tx, changed, lines, offers)
