"""A handler that cannot take in any order."""

from micromart_core.dispatch import handles
from micromart_core.orders.model import OrderPlaced
from micromart_core.transaction import Transaction


def break_down(tx: Transaction, event: OrderPlaced) -> None:
    """Fail, as a handler with a bug does."""
    raise ZeroDivisionError(event.number)


break_down.__module__ = "micromart_core.users.handlers"  # a queue belongs to a service
handles(OrderPlaced)(break_down)
