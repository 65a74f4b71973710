"""An order as its shopper reads it: where it stands, the way it goes, what is in it, where to, and its letters."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct
from textual.content import Content

from micromart_core.notifications.model import Mail, MailStatus, Template
from micromart_core.orders.model import Order, OrderStatus, PaymentStatus
from micromart_tui.rows import row, spread
from micromart_tui.when import brief_words

PAID, REFUNDED = PaymentStatus.PAID.value, PaymentStatus.REFUNDED.value
WHOLE_WAY = (
    OrderStatus.PLACED.value,
    PAID,
    OrderStatus.PACKED.value,
    OrderStatus.SHIPPED.value,
    OrderStatus.DELIVERED.value,
)
"""The steps of an order that nothing happens to."""
ENDED = (OrderStatus.CANCELLED, OrderStatus.RETURNED)
LETTERS = {
    Template.ORDER_CONFIRMATION: "your order",
    Template.ORDER_SHIPPED: "on its way",
    Template.ORDER_CANCELLED: "cancelled",
    Template.ORDER_RETURNED: "it came back",
    Template.ORDER_REFUNDED: "your refund",
}
_TONES = {
    OrderStatus.PLACED: "$honey",
    OrderStatus.CANCELLED: "$rose",
    OrderStatus.RETURNED: "$rose",
}
_MAILS = {
    MailStatus.QUEUED: ("○ ", "$honey", "waiting"),
    MailStatus.SENT: ("● ", "$leaf", "sent"),
    MailStatus.DEAD: ("○ ", "$rose", "did not arrive"),
}


class Step(Struct, frozen=True):
    """A step of an order's way; `at` is None while it lies ahead."""

    name: str
    at: datetime | None
    is_bad: bool = False


def state_of(order: Order) -> tuple[str, str]:
    """Return the word for where an order stands, and its colour."""
    if order.payment_status is PaymentStatus.REFUNDED:
        return REFUNDED, "$honey"
    if order.status is OrderStatus.PLACED and order.payment_status is PaymentStatus.PAID:
        return PAID, "$leaf"
    return order.status.value, _TONES.get(order.status, "$leaf")


def steps_of(order: Order) -> list[Step]:
    """Return the way of an order: the steps it made, those ahead, and what ended it."""
    made = {step.status: step.at for step in order.history}
    made.setdefault(OrderStatus.PLACED.value, order.placed_at)
    has_ended = order.status in ENDED
    steps = [Step(name, made.get(name)) for name in WHOLE_WAY if name in made or not has_ended]
    if has_ended:
        steps.append(Step(order.status.value, made.get(order.status.value), is_bad=True))
    if REFUNDED in made:
        last = max(number for number, step in enumerate(steps) if step.at)
        steps.insert(last + 1, Step(REFUNDED, made[REFUNDED]))
    return steps


def way(order: Order, now: datetime, width: int) -> list[Content]:
    """Draw the way of an order: a dot a step on one line, below each its name and its moment."""
    steps = steps_of(order)
    last = max(number for number, step in enumerate(steps) if step.at)
    leg = (width - len(steps[-1].name)) // (len(steps) - 1)
    dots, names, times = row(), row(), row()
    for number, step in enumerate(steps):
        room = leg if number < len(steps) - 1 else len(step.name)
        rule = ("━", "$leaf") if number < last else ("─", "$line")
        dots = row(dots, _dot(step), (rule[0] * (room - 1 if number < len(steps) - 1 else 0), rule[1]))
        names = row(names, (step.name.ljust(room), _name_tone(step, is_last=number == last)))
        times = row(times, (_moment(step, now).ljust(room), "$dust"))
    return [dots, names, times]


def way_down(order: Order, now: datetime, width: int) -> list[Content]:
    """Draw the way of an order where there is room for one column only."""
    steps = steps_of(order)
    last = max(number for number, step in enumerate(steps) if step.at)
    return [
        spread(
            row(_dot(step), " ", (step.name, _name_tone(step, is_last=number == last))),
            row((_moment(step, now), "$dust")),
            width,
        )
        for number, step in enumerate(steps)
    ]


def letters(order: Order, mails: Sequence[Mail], now: datetime) -> list[Content]:
    """Draw the letters about an order as they stand, and the one that is still to come."""
    rows = [row(("letters", "$dust"))]
    for mail in mails:
        dot, tone, word = _MAILS[mail.status]
        told = f" {brief_words(mail.sent_at, now)}" if mail.sent_at else ""
        about = LETTERS.get(mail.template, mail.subject)
        rows.append(row((dot, tone), (about, "$sand"), (f"  {word}", tone), (told, "$dust")))
    if order.status in (OrderStatus.PLACED, OrderStatus.PACKED) and order.email:
        rows.append(row(("○ ", "$dust"), (f"{LETTERS[Template.ORDER_SHIPPED]}  when it leaves", "$dust")))
    return rows if len(rows) > 1 else [*rows, row(("none: no address for letters", "$dust"))]


def _dot(step: Step) -> tuple[str, str]:
    if step.at is None:
        return "○", "$dust"
    return "●", "$rose" if step.is_bad else "$leaf"


def _name_tone(step: Step, *, is_last: bool) -> str:
    if step.at is None:
        return "$dust"
    return ("bold $rose" if step.is_bad else "bold $cream") if is_last else "$sand"


def _moment(step: Step, now: datetime) -> str:
    return brief_words(step.at, now) if step.at else ""
