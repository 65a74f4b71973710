from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import text

from micromart_core.errors import MicroMartError
from micromart_core.orders.model import CartChangedMeanwhile, OrderStatus, WrongStatus
from micromart_core.orders.service import place_order
from micromart_core.orders.service_moves import cancel_order, pack_order, pay_order
from tests.core.order_stories import TEA, buys, fills, without_address

pytestmark = [pytest.mark.slow, pytest.mark.alone]


@pytest.fixture
def easy(live_shop):
    easy = without_address(live_shop)
    yield easy
    easy.close()


def at_once(*deeds):
    """Do everything at the same moment, each in a thread of its own; return what came of it, refusals too."""
    barrier = Barrier(len(deeds))

    def do(deed):
        barrier.wait()
        try:
            return deed()
        except MicroMartError as refusal:
            return refusal

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(do, deeds))


def ends_every_hold(shop):
    """Let every hold have ended a minute ago, unswept."""
    with shop.database.begin(writes=True) as opened:
        ago = opened.now - timedelta(minutes=1)
        moment = ago if not shop.database.is_sqlite else int(ago.timestamp() * 1_000_000)
        opened.connection.execute(text("UPDATE carts SET held_until = :ago, hold_limit = :ago"), {"ago": moment})
        opened.commit()


def test_a_double_enter_is_one_order(easy):
    easy.stocks(TEA, on_hand=9)
    for _ in range(9):
        cart = fills(easy.shopper("ann"), tea_01=1)
        orders = at_once(*[lambda cart=cart: easy.shopper("ann").run(place_order, cart.id)] * 4)
        assert len({order.id for order in orders}) == 1

    assert easy.rows("SELECT count(*) FROM orders")[0][0] == 9
    assert tuple(easy.raw_stock(TEA)) == (0, 0)


def test_ended_carts_of_ten_shoppers_never_oversell_the_last_five_units(easy):
    easy.stocks(TEA, on_hand=20)
    names = [f"shopper{number}" for number in range(10)]
    carts = {name: fills(easy.shopper(name), tea_01=2) for name in names}
    ends_every_hold(easy)
    with easy.database.begin(writes=True) as opened:
        opened.connection.execute(text("UPDATE cart_lines SET held = false"))
        opened.connection.execute(text("UPDATE carts SET status = 'expired', held_until = NULL, hold_limit = NULL"))
        opened.connection.execute(text("UPDATE stock SET on_hand = 5, held = 0"))
        opened.commit()

    results = at_once(*[lambda name=name: easy.shopper(name).run(place_order, carts[name].id) for name in names])

    sold = [each for each in results if not isinstance(each, MicroMartError)]
    refused = [each for each in results if isinstance(each, MicroMartError)]
    assert len(sold) == 2
    assert {type(each) for each in refused} == {CartChangedMeanwhile}
    assert tuple(easy.raw_stock(TEA)) == (1, 0)


def test_unswept_ended_carts_are_ordered_or_told_what_is_gone(easy):
    easy.stocks(TEA, on_hand=10)
    names = [f"shopper{number}" for number in range(5)]
    carts = {name: fills(easy.shopper(name), tea_01=2) for name in names}
    ends_every_hold(easy)
    thief = easy.shopper("thief")

    results = at_once(
        *[lambda name=name: easy.shopper(name).run(place_order, carts[name].id) for name in names],
        lambda: buys(thief, TEA, 5),
    )

    sold = sum(order.lines[0].quantity for order in results if not isinstance(order, MicroMartError))
    on_hand, held = easy.raw_stock(TEA)
    assert on_hand == 10 - sold
    assert 0 <= held <= on_hand
    assert easy.rows("SELECT coalesce(sum(change), 0) FROM stock_movements")[0][0] == on_hand


def test_a_cancel_that_races_itself_restocks_once(easy):
    easy.stocks(TEA, on_hand=5)
    order = buys(easy.shopper("ann"), TEA, 3)
    stan = easy.staff("stan")

    results = at_once(
        *[lambda: stan.run(cancel_order, order.number)] * 2,
        *[lambda: easy.shopper("ann").run(cancel_order, order.number)] * 2,
    )

    assert len([each for each in results if isinstance(each, WrongStatus)]) == 3
    assert tuple(easy.raw_stock(TEA)) == (5, 0)


def test_moves_of_one_order_follow_each_other(easy):
    easy.stocks(TEA, on_hand=5)
    order = buys(easy.shopper("ann"), TEA, 3)
    stan = easy.staff("stan")

    at_once(lambda: stan.run(pack_order, order.number), lambda: stan.run(pay_order, order.number))

    steps = [row.status for row in easy.rows("SELECT status FROM order_steps ORDER BY id")]
    assert (steps[0], set(steps)) == ("placed", {"placed", "packed", "paid"})
    assert tuple(easy.rows("SELECT status, version FROM orders")[0]) == (OrderStatus.PACKED, 3)


def test_orders_and_cancels_of_the_same_products_never_deadlock(easy):
    for number in range(4):
        easy.stocks(f"X-{number}", on_hand=400)

    def shop_for_a_while(name, backwards):
        shopper = easy.shopper(name)
        skus = [f"x_{number}" for number in range(4)]
        for _ in range(6):
            fills(shopper, **dict.fromkeys(reversed(skus) if backwards else skus, 2))
            shopper.run(cancel_order, shopper.run(place_order).number)

    results = at_once(*[lambda each=each: shop_for_a_while(f"s{each}", each % 2) for each in range(4)])

    assert results == [None] * 4
    for number in range(4):
        assert tuple(easy.raw_stock(f"X-{number}")) == (400, 0)
