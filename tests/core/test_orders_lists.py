from datetime import timedelta

import pytest

from micromart_core.errors import InvalidValue, NotAllowed, SignInFirst
from micromart_core.money import Money
from micromart_core.orders.model import OrderStatus, UnknownOrder
from micromart_core.orders.model_reports import SalesBy
from micromart_core.orders.service import place_order
from micromart_core.orders.service_lists import (
    export_orders,
    list_all_orders,
    list_order_numbers,
    my_orders,
    show_order,
)
from micromart_core.orders.service_moves import cancel_order, pack_order, return_order, ship_order
from micromart_core.orders.service_stats import show_sales
from micromart_core.permissions import Role
from tests.core.order_stories import MUG, TEA, CountsStatements, buys, fills, without_address


@pytest.fixture
def easy(shop):
    """A shop that needs no address, with two products."""
    easy = without_address(shop)
    easy.stocks(TEA, on_hand=50, price="4.50")
    easy.stocks(MUG, on_hand=50, price="24.00")
    yield easy
    easy.close()


@pytest.fixture
def stan(easy):
    return easy.staff("stan", Role.ORDER_MANAGER)


def buys_often(shop, clock, name, times):
    orders = []
    for _ in range(times):
        orders.append(buys(shop.shopper(name), TEA))
        clock.advance(minutes=1)
    return orders


def test_own_orders_come_newest_first_page_by_page(easy, clock):
    orders = buys_often(easy, clock, "ann", 5)
    buys(easy.shopper("bob"), TEA)
    ann = easy.shopper("ann")

    seen, after = [], None
    while True:
        page = ann.run(my_orders, after, limit=2)
        seen.extend(page.items)
        after = page.next
        if after is None:
            break

    assert [each.id for each in seen] == [order.id for order in reversed(orders)]
    assert (seen[0].number, seen[0].items, seen[0].total) == (orders[-1].number, 1, orders[-1].total)


def test_orders_of_one_moment_are_all_listed(easy):
    for name in ("ann", "bob", "eve"):
        buys(easy.shopper(name), TEA)
    stan = easy.staff("stan", Role.ORDER_MANAGER)

    first = stan.run(list_all_orders, limit=2)
    second = stan.run(list_all_orders, after=first.next, limit=2)

    assert len({each.id for each in (*first.items, *second.items)}) == 3
    assert second.next is None


def test_a_cursor_that_no_page_gave_is_refused(easy):
    with pytest.raises(InvalidValue):
        easy.shopper("ann").run(my_orders, "nonsense")


@pytest.mark.parametrize("limit", [0, -1, 1001])
def test_a_page_has_one_to_a_thousand_items(easy, limit):
    with pytest.raises(InvalidValue):
        easy.shopper("ann").run(my_orders, None, limit)


def test_an_order_is_found_by_id_and_by_number_however_it_is_written(easy):
    ann = easy.shopper("ann")
    order = buys(ann, TEA)

    assert ann.run(show_order, order.id) == order
    assert ann.run(show_order, order.number) == order
    assert ann.run(show_order, order.number.removeprefix("MM-").lower()) == order


def test_a_strangers_order_is_unknown(easy, stan):
    order = buys(easy.shopper("ann"), TEA)

    with pytest.raises(UnknownOrder):
        easy.shopper("bob").run(show_order, order.number)
    assert stan.run(show_order, order.number) == order


def test_who_may_read_no_order_is_told_why(easy):
    order = buys(easy.shopper("ann"), TEA)

    with pytest.raises(SignInFirst):
        easy.guest("g1").run(show_order, order.number)
    with pytest.raises(NotAllowed):
        easy.staff("carl", Role.STOCK_CLERK).run(show_order, order.number)
    with pytest.raises(NotAllowed):
        easy.shopper("ann").run(list_all_orders)


def test_staff_list_by_status_and_since_a_moment(easy, stan, clock):
    old, middle, new = buys_often(easy, clock, "ann", 3)
    stan.run(pack_order, middle.number)

    assert [each.id for each in stan.run(list_all_orders).items] == [new.id, middle.id, old.id]
    assert [each.id for each in stan.run(list_all_orders, OrderStatus.PACKED).items] == [middle.id]
    assert [each.id for each in stan.run(list_all_orders, since=new.placed_at).items] == [new.id]


def test_an_export_has_whole_orders_oldest_first_in_a_few_statements(easy, stan, clock):
    orders = buys_often(easy, clock, "ann", 3)

    with CountsStatements(easy) as counted:
        export = stan.run(export_orders)

    assert list(export.items) == orders
    assert counted.count <= 5
    page = stan.run(export_orders, limit=2)
    assert list(page.items) == orders[:2]
    assert list(stan.run(export_orders, after=page.next).items) == orders[2:]
    assert list(stan.run(export_orders, since=orders[1].placed_at).items) == orders[1:]


def test_sales_are_added_up_by_day_and_hour(easy, stan, clock):
    buys(easy.shopper("ann"), TEA, 2)
    clock.advance(hours=1)
    buys(easy.shopper("ann"), MUG)
    clock.advance(days=1)
    buys(easy.shopper("ann"), TEA)
    cancelled = buys(easy.shopper("bob"), MUG)
    stan.run(cancel_order, cancelled.number)

    by_day = stan.run(show_sales, SalesBy.DAY)
    by_hour = stan.run(show_sales, SalesBy.HOUR)

    assert [(row.key, row.orders, row.units, str(row.total)) for row in by_day.items] == [
        ("2026-01-01T00:00:00Z", 2, 3, "33.00"),
        ("2026-01-02T00:00:00Z", 1, 1, "4.50"),
    ]
    assert [row.key for row in by_hour.items] == [
        "2026-01-01T12:00:00Z",
        "2026-01-01T13:00:00Z",
        "2026-01-02T13:00:00Z",
    ]


def test_sales_by_product_leave_out_what_came_back(easy, stan):
    ann = easy.shopper("ann")
    fills(ann, tea_01=4, nm_001=1)
    order = ann.run(place_order)
    buys(ann, TEA, 2)
    stan.run(pack_order, order.number)
    stan.run(ship_order, order.number)
    stan.run(return_order, order.number, MUG)

    rows = stan.run(show_sales, SalesBy.PRODUCT).items

    assert [(row.key, row.name, row.orders, row.units) for row in rows] == [(TEA, "The TEA-01", 2, 6)]
    assert rows[0].total == Money(2700, "USD")


def test_sales_since_a_moment(easy, stan, clock):
    buys(easy.shopper("ann"), TEA)
    clock.advance(days=40)

    assert stan.run(show_sales).items == ()
    assert len(stan.run(show_sales, since=clock() - timedelta(days=41)).items) == 1


def test_staff_reads_the_numbers_of_orders_that_others_name_by_id(shop):
    shop.stocks(TEA, on_hand=5)
    order = buys(without_address(shop).shopper("ann"), TEA)

    (known,) = shop.staff().run(list_order_numbers, (order.id, "ord_unknown"))

    assert (known.id, known.number) == (order.id, order.number)
    with pytest.raises(NotAllowed):
        shop.shopper("ann").run(list_order_numbers, (order.id,))
