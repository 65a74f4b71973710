"""The orders recorded with their user: events may come late, twice or in any order."""

from itertools import permutations

import pytest

from micromart_core.money import Money
from micromart_core.orders.model import OrderPlaced, OrderStatusChanged
from micromart_core.users import handlers, store_orders
from tests.people import within

FIVE = Money(500, "USD")


def arrives(tx, place: int) -> None:
    event = STORY(tx)[place]
    handler = handlers.record_order if isinstance(event, OrderPlaced) else handlers.record_status
    handler(tx, event)


def orders_of_ann(tx, after: str | None):
    return store_orders.list_orders(tx, "usr_ann", after=after, limit=10)


def placed(tx, order_id="ord_1"):
    return OrderPlaced(
        order_id=order_id, number="MM-1", user_id="usr_ann", email=None, version=1, lines=(), subtotal=FIVE,
        shipping=FIVE, tax=FIVE, total=FIVE, address=None, placed_at=tx.now,
    )  # fmt: skip


def moved(tx, version, status, payment):
    return OrderStatusChanged(
        order_id="ord_1", number="MM-1", user_id="usr_ann", email=None, version=version, status=status,
        payment_status=payment, was="placed", tracking=None, actor="stan", at=tx.now,
    )  # fmt: skip


def STORY(tx):  # noqa: N802  # read like a table
    return [placed(tx), moved(tx, 2, "packed", "unpaid"), moved(tx, 3, "shipped", "paid")]


@pytest.mark.parametrize("arrival", list(permutations(range(3))))
def test_whatever_order_events_arrive_in_the_last_status_stands(shop, clock, arrival):
    for place in arrival:
        within(shop, arrives, place)
        within(shop, arrives, place)

    (order,) = within(shop, orders_of_ann, None)
    assert (order.status, order.payment_status, order.version) == ("shipped", "paid", 3)
    assert (order.total, order.placed_at, order.number) == (FIVE, clock.now, "MM-1")


def test_an_order_shows_once_its_placing_is_known(shop):
    within(shop, arrives, 1)
    assert within(shop, orders_of_ann, None) == ()

    within(shop, arrives, 0)
    (order,) = within(shop, orders_of_ann, None)
    assert order.status == "packed"
    assert within(shop, orders_of_ann, order.order_id) == ()
