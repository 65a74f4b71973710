"""The same thing done twice at once, and operations called without a permission (FAULTS F17)."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from micromart_core.bootstrap import load_handlers
from micromart_core.carts.service import set_quantity, show_cart
from micromart_core.errors import MicroMartError, NotAllowed, Refused, SignInFirst
from micromart_core.inventory.model import Sku
from micromart_core.inventory.service_stock import adjust_stock
from micromart_core.inventory.service_verify import verify_stock
from micromart_core.operation import access_to, every_operation
from micromart_core.orders.model import WrongStatus
from micromart_core.orders.service import place_order
from micromart_core.orders.service_moves import (
    cancel_order,
    deliver_order,
    pack_order,
    return_order,
    ship_order,
)
from micromart_core.permissions import ANYONE, Role, permissions_of
from micromart_core.settings import CheckoutSettings
from tests.chaos.actor import appear, merge
from tests.chaos.invariants import violations

pytestmark = pytest.mark.slow
TEA = Sku("TEA-01")
SHOPPER = permissions_of(frozenset({Role.SHOPPER}))
TIMES = 8


@pytest.fixture
def shop(live_shop):
    """A shop on real time, twice: each of two rivals has connections of its own."""
    shop = live_shop.again(checkout=CheckoutSettings(require_address=False))
    shop.rival = live_shop.again(checkout=CheckoutSettings(require_address=False))
    shop.stocks(TEA, on_hand=10)
    shop.operator().run(appear, "ann")
    return shop


@pytest.fixture
def user_id(shop):
    return shop.operator().run(appear, "ann")


def both_at_once(*acts) -> list:
    """Begin all in one moment; return what each answered or was refused with."""
    start = Barrier(len(acts))

    def run(act):
        start.wait()
        try:
            return act()
        except MicroMartError as refusal:
            return refusal

    with ThreadPoolExecutor(len(acts)) as pool:
        return [each.result() for each in [pool.submit(run, act) for act in acts]]


def is_sound(shop) -> bool:
    assert violations(shop.database, at_rest=False) == []
    return shop.staff().run(verify_stock).ok


def test_two_windows_of_one_cart_hold_what_one_of_them_said(shop):
    for _ in range(TIMES):
        both_at_once(
            lambda: shop.shopper("bob").run(set_quantity, TEA, 7),
            lambda: shop.rival.shopper("bob").run(set_quantity, TEA, 9),
        )
        cart = shop.shopper("bob").run(show_cart)
        assert cart.quantity_of(TEA) in (7, 9)
        assert shop.raw_stock(TEA) == (10, cart.quantity_of(TEA))
        assert is_sound(shop)
        shop.shopper("bob").run(set_quantity, TEA, 0)


def test_two_windows_that_place_one_cart_get_one_order(shop):
    for bought in range(1, TIMES + 1):
        cart = shop.shopper("bob").run(set_quantity, TEA, 1)
        one, two = both_at_once(
            lambda cart=cart: shop.shopper("bob").run(place_order, cart.id),
            lambda cart=cart: shop.rival.shopper("bob").run(place_order, cart.id),
        )
        assert one.number == two.number
        assert shop.raw_stock(TEA) == (10 - bought, 0)
    assert is_sound(shop)


def buy(shop, quantity: int) -> str:
    shop.shopper("bob").run(set_quantity, TEA, quantity)
    return shop.shopper("bob").run(place_order).number


def test_a_cancel_at_two_places_puts_the_goods_back_once(shop):
    for _ in range(TIMES):
        order = buy(shop, 4)
        answers = both_at_once(
            lambda order=order: shop.shopper("bob").run(cancel_order, order),
            lambda order=order: shop.rival.staff().run(cancel_order, order),
        )
        assert sorted(isinstance(answer, WrongStatus) for answer in answers) == [False, True]
        assert shop.raw_stock(TEA) == (10, 0)
        with pytest.raises(WrongStatus):
            shop.staff().run(cancel_order, order)
    assert is_sound(shop)


def test_what_is_shipped_and_returned_while_it_is_cancelled_comes_back_once(shop):
    def ship_and_return(order: str):
        shop.rival.staff().run(ship_order, order)
        return shop.rival.staff().run(return_order, order)

    for _ in range(TIMES):
        order = buy(shop, 4)
        shop.staff().run(pack_order, order)
        answers = both_at_once(
            lambda order=order: shop.staff().run(cancel_order, order), lambda order=order: ship_and_return(order)
        )
        assert sorted(isinstance(answer, Refused) for answer in answers) == [False, True]
        assert shop.raw_stock(TEA) == (10, 0)
    assert is_sound(shop)


def test_a_return_at_two_places_comes_back_once(shop):
    for _ in range(TIMES):
        order = buy(shop, 4)
        for move in (pack_order, ship_order, deliver_order):
            shop.staff().run(move, order)
        answers = both_at_once(
            lambda order=order: shop.staff().run(return_order, order, TEA),
            lambda order=order: shop.rival.staff().run(return_order, order),
        )
        assert sorted(isinstance(answer, Refused) for answer in answers) == [False, True]
        assert shop.raw_stock(TEA) == (10, 0)
    assert is_sound(shop)


def test_a_sign_in_at_two_places_merges_once(shop, user_id):
    for number in range(TIMES):
        shop.guest("ann").run(set_quantity, TEA, 3)
        key = "key-of-ann"
        for in_checkout in (False, True):
            both_at_once(
                lambda key=key, way=in_checkout: shop.operator().run(merge, user_id, key, way),
                lambda key=key, way=in_checkout: shop.rival.operator().run(merge, user_id, key, way),
            )
            assert shop.raw_stock(TEA) == (10, 3)
            assert is_sound(shop)
        assert shop.rows("SELECT id FROM carts WHERE cart_key IS NOT NULL") == [], number


def test_a_merge_while_the_guest_still_fills_the_cart_loses_no_unit(shop, user_id):
    for _ in range(TIMES):
        shop.guest("ann").run(set_quantity, TEA, 3)
        both_at_once(
            lambda: shop.operator().run(merge, user_id, "key-of-ann", False),
            lambda: shop.rival.guest("ann").run(set_quantity, TEA, 5),
        )
        assert shop.raw_stock(TEA).held in (5, 8, 10)
        assert is_sound(shop)
        shop.operator().run(merge, user_id, "key-of-ann", False)
        assert shop.raw_stock(TEA).held == 5
    assert is_sound(shop)


def test_no_operation_runs_for_whoever_lacks_its_permission(shop):
    load_handlers()
    tried = 0
    for run in every_operation().values():
        permission = access_to(run).permission
        if permission is None:
            continue
        if permission not in ANYONE:
            tried += 1
            with pytest.raises(SignInFirst):
                shop.guest("eve").run(run)
        if permission not in SHOPPER:
            with pytest.raises(NotAllowed):
                shop.shopper("eve").run(run)

    assert tried > 20
    assert shop.raw_stock(TEA) == (10, 0)


def test_a_function_that_is_no_operation_cannot_be_run(shop):
    from micromart_core.inventory.store_holds import move_held

    with pytest.raises(KeyError):
        shop.staff().run(move_held, TEA, 5)
    with pytest.raises(SignInFirst):
        shop.guest("eve").run(cancel_order, buy(shop, 1))
    with pytest.raises(NotAllowed):
        shop.shopper("eve").run(adjust_stock, TEA, 5, "received", None)
    assert shop.raw_stock(TEA) == (9, 0)
