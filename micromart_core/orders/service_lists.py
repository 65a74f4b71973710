"""Reading orders: own ones, everybody's, one of them, and whole ones for export."""

from collections.abc import Sequence
from datetime import datetime

from micromart_core.caller import UserId
from micromart_core.operation import operation
from micromart_core.orders import store, store_lists
from micromart_core.orders.access import reach
from micromart_core.orders.model import Order, OrderStatus, UnknownOrder
from micromart_core.orders.model_reports import OrderNumber, OrderPage
from micromart_core.orders.numbers import name_of
from micromart_core.orders.store_lists import Place
from micromart_core.paging import NoCursor, page_size
from micromart_core.permissions import Permission
from micromart_core.transaction import Transaction


@operation("order:read-any", writes=False, on_wire=False, polled=True)
def find_buyer(tx: Transaction, order_id: str) -> str | None:
    """Return the id of the user whose order it is, None when there is none."""
    return store_lists.find_buyer(tx, order_id)


@operation("order:read-own", writes=False)
def my_orders(tx: Transaction, after: str | None = None, limit: int = 50) -> OrderPage:
    """Return the caller's orders, newest first."""
    user_id = tx.caller.user_id
    if user_id is None:
        return OrderPage((), None)
    found = store_lists.list_of_user(tx, user_id, _place(tx, after), page_size(limit) + 1)
    return _page(found, limit)


@operation(writes=False)
def show_order(tx: Transaction, order: str) -> Order:
    """Return an order by its id or number, without its letters; raise UnknownOrder, for a stranger's order too.

    Shoppers read their own (order:read-own), staff everybody's (order:read-any).
    """
    whose = reach(tx, Permission.ORDER_READ_OWN, Permission.ORDER_READ_ANY)
    found = store.find_order(tx, name_of(order), whose)
    if found is None:
        raise UnknownOrder(order)
    return found


@operation("order:read-any", writes=False)
def list_order_numbers(tx: Transaction, order_ids: tuple[str, ...]) -> tuple[OrderNumber, ...]:
    """Return the numbers of orders by which people know them; unknown orders are left out."""
    page_size(max(len(order_ids), 1))
    return tuple(store_lists.list_numbers(tx, order_ids))


@operation("order:read-any", writes=False)
def list_all_orders(
    tx: Transaction,
    status: OrderStatus | None = None,
    since: datetime | None = None,
    after: str | None = None,
    limit: int = 50,
) -> OrderPage:
    """Return everybody's orders, newest first, of one status or all, placed at or after a moment."""
    found = store_lists.list_all(tx, status, since, _place(tx, after), page_size(limit) + 1)
    return _page(found, limit)


@operation("order:read-any", writes=False)
def export_orders(
    tx: Transaction, since: datetime | None = None, after: str | None = None, limit: int = 500
) -> OrderPage:
    """Return everybody's orders, oldest first, placed at or after a moment."""
    found = store_lists.list_oldest_first(tx, since, _place(tx, after), page_size(limit) + 1)
    return _page(found, limit)


def last_order_of(tx: Transaction, user_id: UserId) -> Order | None:
    """Return a user's newest order."""
    newest = store_lists.list_of_user(tx, user_id, None, 1)
    return newest[0] if newest else None


def _place(tx: Transaction, after: str | None) -> Place | None:
    """Return where the page before ended; raise NoCursor for a cursor that no page gave."""
    if after is None:
        return None
    place = store_lists.find_place(tx, after)
    if place is None:
        raise NoCursor(after)
    return place


def _page(found: Sequence[Order], limit: int) -> OrderPage:
    shown = tuple(found[:limit])
    return OrderPage(shown, shown[-1].id if len(found) > limit else None)
