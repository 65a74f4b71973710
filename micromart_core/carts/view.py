"""A cart as its shopper sees it: what is really held, what could be taken back, and what it comes to."""

import math
from collections.abc import Mapping, Sequence
from datetime import timedelta

from msgspec.structs import replace

from micromart_core.carts import store, store_lines
from micromart_core.carts.model import Cart, CartLine, CartStatus, OwnerKind
from micromart_core.carts.store import CartRow
from micromart_core.carts.store_lines import LineRow
from micromart_core.inventory.model import Sku
from micromart_core.money import Money
from micromart_core.products import service as products
from micromart_core.products.model import Offer
from micromart_core.totals import totals_of
from micromart_core.transaction import Transaction


def view_of_caller(tx: Transaction) -> Cart:
    """Return the caller's cart: the open one, else the one that ended last, else an empty one."""
    cart = store.find_open_cart(tx)
    if cart is None:
        return view_without_open_cart(tx)
    return view_cart(tx, cart, store_lines.list_lines(tx, cart.id))


def view_without_open_cart(tx: Transaction) -> Cart:
    """Return the cart that ended last with what could be taken back, else an empty one."""
    ended = store.find_last_ended(tx)
    if ended is None:
        return compose(tx, None, [], {})
    return view_cart(tx, ended, store_lines.list_lines(tx, ended.id))


def view_cart(
    tx: Transaction, cart: CartRow, lines: Sequence[LineRow], offers: Mapping[Sku, Offer] | None = None
) -> Cart:
    """Return a cart with its lines; an ended one has none, they are restorable."""
    older = _lines_of_older(tx, cart, lines)
    everything = [*lines, *older]
    known = dict(offers or {})
    missing = [line.sku for line in everything if line.sku not in known]
    if missing:
        known.update(products.offers_of(tx, missing))
    return compose(tx, cart, everything, known)


def _lines_of_older(tx: Transaction, cart: CartRow, lines: Sequence[LineRow]) -> list[LineRow]:
    """Return what the owner's newest ended cart still offers beside an open one."""
    if cart.status is not CartStatus.OPEN or cart.last_ended is None or cart.is_over(tx.now):
        return []
    ended = store.find_last_ended(tx)
    if ended is None:
        return []
    here = {line.sku for line in lines}
    return [replace(line, held=False) for line in store_lines.list_lines(tx, ended.id) if line.sku not in here]


def compose(tx: Transaction, cart: CartRow | None, lines: Sequence[LineRow], offers: Mapping[Sku, Offer]) -> Cart:
    """Return a cart of its rows, without asking the database again."""
    over = cart is not None and cart.is_over(tx.now)
    live = cart is not None and cart.status is CartStatus.OPEN and not over
    held = tuple(_line(line, offers) for line in lines if live and line.held)
    rest = tuple(_line(line, offers) for line in lines if not (live and line.held) and not line.restored)
    totals = totals_of(tx.settings, sum((line.total for line in held), start=Money(0, tx.settings.shop.currency)))
    status = CartStatus.OPEN if cart is None else CartStatus.EXPIRED if over else cart.status
    return Cart(
        id=cart.id if cart else None,
        owner=OwnerKind.USER if (cart.user_id if cart else tx.caller.user_id) else OwnerKind.SESSION,
        status=status,
        lines=held,
        subtotal=totals.subtotal,
        shipping=totals.shipping,
        tax=totals.tax,
        total=totals.total,
        held_until=cart.held_until if cart and live else None,
        hold_limit=cart.hold_limit if cart and live else None,
        seconds_left=seconds_left(tx, cart) if live else 0,
        extended=bool(cart and cart.extended),
        restorable=rest if status is not CartStatus.ORDERED else (),
        version=cart.version if cart else 0,
    )


def seconds_left(tx: Transaction, cart: CartRow | None) -> int:
    """Return the whole seconds until the deadline, rounded up; 0 when nothing is held."""
    if cart is None or cart.held_until is None:
        return 0
    return max(0, math.ceil((cart.held_until - tx.now) / timedelta(seconds=1)))


def _line(line: LineRow, offers: Mapping[Sku, Offer]) -> CartLine:
    offer = offers.get(line.sku)
    price = Money(line.unit_price, line.currency)
    if offer is not None and line.held and offer.price.currency == line.currency:
        price = min(price, offer.price)
    return CartLine(line.sku, offer.name if offer else line.sku, line.quantity, price)
