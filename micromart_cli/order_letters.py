"""Orders with the letters about them, which another service keeps."""

import contextlib
from collections import defaultdict
from collections.abc import Sequence

from msgspec.structs import replace

from micromart_cli.session import Session
from micromart_core.errors import TryAgain, Unavailable
from micromart_core.notifications.service import list_mails_of_orders
from micromart_core.orders.model import Order, OrderMail


def with_letters(session: Session, orders: Sequence[Order]) -> tuple[Order, ...]:
    """Return orders with their letters, which are read at once however many orders there are."""
    letters = defaultdict(list)
    if orders:
        for mail in session.run(list_mails_of_orders, tuple(order.id for order in orders)):
            letters[mail.order].append(OrderMail(mail.id, mail.template, mail.status))
    return tuple(replace(order, mails=tuple(letters[order.id])) for order in orders)


def placed_with_letters(session: Session, order: Order) -> Order:
    """Return an order that stands already: when its letters cannot be read now, it is told without them."""
    if session.dry_run:
        return order
    with contextlib.suppress(TryAgain, Unavailable):
        (order,) = with_letters(session, (order,))
    return order
