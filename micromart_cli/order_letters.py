"""An order with the letters about it, which another service keeps."""

import contextlib
from dataclasses import replace

from micromart_cli.session import Session
from micromart_core.errors import TryAgain, Unavailable
from micromart_core.notifications.service import list_order_mails
from micromart_core.orders.model import Order, OrderMail


def with_letters(session: Session, order: Order) -> Order:
    """Return the order with its letters."""
    mails = session.run(list_order_mails, order.id)
    return replace(order, mails=tuple(OrderMail(mail.id, mail.template, mail.status) for mail in mails))


def placed_with_letters(session: Session, order: Order) -> Order:
    """Return an order that stands already: when its letters cannot be read now, it is told without them."""
    if session.dry_run:
        return order
    with contextlib.suppress(TryAgain, Unavailable):
        return with_letters(session, order)
    return order
