"""Placing an order: all or nothing, in one transaction, once per cart."""

from micromart_core.caller import UserId
from micromart_core.carts import service_upkeep as carts
from micromart_core.carts.model import CartStatus, CartToOrder, EmptyCart
from micromart_core.changes import Topic
from micromart_core.ids import new_id
from micromart_core.inventory import service_holds as stockroom
from micromart_core.inventory.model import Sku, SoldOut
from micromart_core.inventory.service_reading import levels_of
from micromart_core.operation import operation
from micromart_core.orders import pricing, store, store_new
from micromart_core.orders.model import CartChangedMeanwhile, Order, OrderPlaced, OrderStatus, OrderStep, PaymentStatus
from micromart_core.orders.numbers import new_number
from micromart_core.orders.service_lists import last_order_of
from micromart_core.text import clean_text
from micromart_core.transaction import Transaction
from micromart_core.users import service as users
from micromart_core.users.model import Address, AddressNeeded

LONGEST_NOTE = 1000


@operation("order:place")
def place_order(
    tx: Transaction, cart_id: str | None = None, address_id: str | None = None, note: str | None = None
) -> Order:
    """Sell the caller's cart, or return the order it became already.

    Raise EmptyCart, UnknownAddress, AddressNeeded, or CartChangedMeanwhile when the hold has ended and
    something is gone or dearer.
    """
    user_id = users.person(tx)
    cart = carts.lock_cart_to_order(tx, cart_id)
    if cart is not None and cart.status is CartStatus.ORDERED:
        done = store.find_order_of_cart(tx, cart.id, user_id)
        if done is not None:
            return done
    address = users.address_for(tx, user_id, address_id)
    if cart is None or not cart.lines:
        raise _nothing_to_order(tx, user_id)
    if address is None and tx.settings.checkout.require_address:
        raise AddressNeeded
    kept = clean_text("note", note or "", longest=LONGEST_NOTE, required=False)
    return _sell(tx, cart, address, kept or None)


def _sell(tx: Transaction, cart: CartToOrder, address: Address | None, note: str | None) -> Order:
    """Take the stock, write the order and close the cart."""
    if not cart.live:
        _refuse_if_changed(tx, cart)
    order = _new_order(tx, pricing.bill_for(tx.settings, cart.lines), address, note)
    writing = store_new.adding(tx, order, cart.id) + carts.clearing(tx, cart.id) + tx.recording(_placed(order))
    try:
        stockroom.sell_cart(tx, cart.id, [line.sku for line in order.lines], order.id, along=writing)
    except SoldOut as refusal:
        raise CartChangedMeanwhile(refusal.short, ()) from refusal
    tx.touch(Topic.ORDERS, order.id)
    return order


def _refuse_if_changed(tx: Transaction, cart: CartToOrder) -> None:
    """Raise CartChangedMeanwhile for a cart whose hold has ended, unless it can be had as it was shown."""
    if tx.settings.checkout.strict:
        raise CartChangedMeanwhile((), ())
    dearer = pricing.list_dearer(tx.settings, cart.lines)
    if dearer or not all(line.for_sale for line in cart.lines):
        raise CartChangedMeanwhile(_missing(tx, cart), dearer)


def _missing(tx: Transaction, cart: CartToOrder) -> tuple[tuple[Sku, int], ...]:
    """Return SKU and units left of every line that cannot be had, so that all of it is told at once."""
    levels = levels_of(tx, [line.sku for line in cart.lines])
    left = {line.sku: levels[line.sku].available if line.for_sale else 0 for line in cart.lines}
    return tuple((line.sku, left[line.sku]) for line in cart.lines if left[line.sku] < line.quantity)


def _new_order(tx: Transaction, bill: pricing.Bill, address: Address | None, note: str | None) -> Order:
    """Make the order of a bill, just placed by the caller."""
    totals, status = bill.totals, OrderStatus.PLACED
    return Order(
        id=new_id("ord"),
        number=new_number(),
        user_id=str(tx.caller.user_id),
        status=status,
        payment_status=PaymentStatus.UNPAID,
        lines=bill.lines,
        subtotal=totals.subtotal,
        shipping=totals.shipping,
        tax=totals.tax,
        total=totals.total,
        address=address,
        email=tx.caller.email,
        note=note,
        tracking=None,
        placed_at=tx.now,
        history=(OrderStep(status, tx.now, tx.caller.actor),),
        mails=(),
        version=1,
    )


def _placed(order: Order) -> OrderPlaced:
    return OrderPlaced(
        order_id=order.id,
        number=order.number,
        user_id=order.user_id,
        email=order.email,
        version=order.version,
        lines=tuple((line.sku, line.name, line.quantity, line.price) for line in order.lines),
        subtotal=order.subtotal,
        shipping=order.shipping,
        tax=order.tax,
        total=order.total,
        address=order.address,
        placed_at=order.placed_at,
    )


def _nothing_to_order(tx: Transaction, user_id: UserId) -> EmptyCart:
    """Say that nothing is in the cart, and which order the caller may be thinking of."""
    latest = last_order_of(tx, user_id)
    if latest is None:
        return EmptyCart(why="nothing was put into it, or its hold ended long ago")
    return EmptyCart(
        why=f"your last order is {latest.number}, placed at {latest.placed_at:%Y-%m-%d %H:%M} UTC",
        hint=f"micromart order show {latest.number}",
    )
