"""Where an order stands, and how it can be moved on, cancelled, refunded and taken back."""

from collections.abc import Awaitable, Callable

from micromart_core.operation import Operation
from micromart_core.orders import service_moves as moves
from micromart_core.orders.model import Order, OrderLine, OrderStatus, PaymentStatus
from micromart_tui.admin.intent import Chosen, Confirmed, Intent, Typed
from micromart_tui.gallery import Ask
from micromart_tui.rows import things
from micromart_tui.widgets.twin import command

PAID = PaymentStatus.PAID.value
STEPS = (OrderStatus.PLACED.value, PAID, *(each.value for each in OrderStatus if each is not OrderStatus.PLACED))
"""The lanes orders stand in: those of their goods, and between the first two that of their money."""
WAY = STEPS[:5]
"""The steps of an order that nothing happens to."""
ON_THE_SHELF, NOT_FOR_SALE = "back on the shelf", "not for sale any more"


def step_of(order: Order) -> str:
    """Say in which lane an order stands."""
    if order.status is OrderStatus.PLACED and order.payment_status is not PaymentStatus.UNPAID:
        return PAID
    return order.status.value


def status_behind(step: str) -> OrderStatus:
    """Return the status of the orders among which those of a lane are found."""
    return OrderStatus.PLACED if step == PAID else OrderStatus(step)


def move_on(order: Order) -> Intent | None:
    """Return the next step of an order, None when there is none."""
    is_unpaid = order.payment_status is PaymentStatus.UNPAID
    match order.status:
        case OrderStatus.PLACED if is_unpaid:
            return _pay(order)
        case OrderStatus.PLACED:
            return _simple(order, "pack", "Its things are in a parcel.", moves.pack_order)
        case OrderStatus.PACKED:
            return _ship(order)
        case OrderStatus.SHIPPED:
            return _simple(order, "deliver", "It has arrived.", moves.deliver_order)
        case OrderStatus.DELIVERED if is_unpaid:
            return _pay(order)
    return None


def cancel(order: Order) -> Intent | None:
    """Return the cancelling of an order that has not left the house."""
    if order.status not in {OrderStatus.PLACED, OrderStatus.PACKED}:
        return None
    owed = " Its money is not sent back by this." if order.payment_status is PaymentStatus.PAID else ""
    means = f"{things(order.items).capitalize()} back on the shelf, and a letter to the shopper.{owed}"
    return _simple(order, "cancel", means, moves.cancel_order)


def refund(order: Order) -> Intent | None:
    """Return the refund of a paid order, which must be confirmed by typing its number."""
    if order.payment_status is not PaymentStatus.PAID:
        return None
    return Intent(
        asks=f"Refund {order.number}?",
        means="Notes that its money went back; this is never taken back.",
        does="refund it",
        command=lambda _: command("order", "refund", order.number),
        act=lambda ask, _: ask(moves.refund_order, order.number),
        field=Confirmed("number", order.number),
    )


def take_back(order: Order, line: OrderLine) -> Intent | None:
    """Return the taking back of one line of an order that has left the house."""
    if line.returned or order.status not in {OrderStatus.SHIPPED, OrderStatus.DELIVERED}:
        return None

    def written(answer: str) -> str:
        more = [] if answer == ON_THE_SHELF else ["--no-restock"]
        return command("order", "return", order.number, "--line", line.sku, *more)

    return Intent(
        asks=f"Take back {line.quantity} \N{MULTIPLICATION SIGN} {line.name} of {order.number}?",
        means="A line comes back once. Its money is sent back with a refund.",
        does="take it back",
        command=written,
        act=lambda ask, answer: ask(moves.return_order, order.number, line.sku, restock=answer == ON_THE_SHELF),
        field=Chosen("it goes", (ON_THE_SHELF, NOT_FOR_SALE)),
    )


def _pay(order: Order) -> Intent:
    return _simple(order, "pay", "Notes that its money has come.", moves.pay_order)


def _simple(order: Order, verb: str, means: str, operation: Operation[[str], Order]) -> Intent:
    return Intent(
        asks=f"{verb.capitalize()} {order.number}?",
        means=means,
        does=f"{verb} it",
        command=lambda _: command("order", verb, order.number),
        act=_by_number(operation, order.number),
    )


def _by_number(operation: Operation[[str], Order], number: str) -> Callable[[Ask, str], Awaitable[Order]]:
    return lambda ask, _: ask(operation, number)


def _ship(order: Order) -> Intent:
    def written(tracking: str) -> str:
        return command("order", "ship", order.number, *(["--tracking", tracking] if tracking else []))

    return Intent(
        asks=f"Ship {order.number}?",
        means="It leaves the house, and a letter tells the shopper so.",
        does="ship it",
        command=written,
        act=lambda ask, tracking: ask(moves.ship_order, order.number, tracking or None),
        field=Typed("tracking", "may stay empty"),
    )
