"""What staff watch: carts that hold something now, and what went back on the shelf."""

from datetime import timedelta

import pytest

from micromart_core.carts.service import set_quantity
from micromart_core.carts.service_live import list_live_carts, list_swept_carts
from micromart_core.carts.service_upkeep import sweep_expired
from micromart_core.inventory.model import Sku
from micromart_core.paging import NoCursor
from micromart_core.permissions import Role
from tests.core.order_stories import lives_at

TEA = Sku("TEA-01")


@pytest.fixture(autouse=True)
def three_carts(shop, clock):
    """Ann, a guest and Bob hold tea, a minute apart."""
    shop.stocks(TEA, on_hand=9)
    lives_at(shop, "ann")
    for shopper in (shop.shopper("ann"), shop.guest("gus"), shop.shopper("bob")):
        shopper.run(set_quantity, TEA, 1)
        clock.advance(minutes=1)


def test_the_cart_that_ends_first_stands_first_with_whose_it_is(shop):
    live = shop.staff().run(list_live_carts).items

    assert [(each.shopper, each.cart.owner) for each in live] == [("ann", "user"), (None, "session"), (None, "user")]
    assert [each.cart.item_count for each in live] == [1, 1, 1]


def test_pages_go_on_where_the_last_one_ended_even_when_its_cart_has_ended_since(shop, clock):
    first = shop.staff().run(list_live_carts, None, 1)
    clock.advance(minutes=7, seconds=30)

    rest = shop.staff().run(list_live_carts, first.next, 5)

    assert [each.cart.owner for each in rest.items] == ["session", "user"]
    assert rest.next is None


def test_a_stock_clerk_sees_carts_but_not_people(shop):
    live = shop.staff("pam", Role.STOCK_CLERK).run(list_live_carts).items

    assert {each.shopper for each in live} == {None}


@pytest.mark.parametrize("cursor", ["now", "2026-01-01/crt_1"])
def test_a_cursor_that_no_page_gave_is_refused(shop, cursor):
    with pytest.raises(NoCursor):
        shop.staff().run(list_live_carts, cursor)


def test_what_went_back_is_told_for_an_hour(shop, clock):
    clock.advance(minutes=7, seconds=30)
    shop.operator().run(sweep_expired)

    [gone] = shop.staff().run(list_swept_carts)
    assert (gone.shopper, clock() - gone.ended_at) == ("ann", timedelta(seconds=30))
    assert [line.sku for line in gone.cart.restorable] == [TEA]

    clock.advance(minutes=61)
    assert shop.staff().run(list_swept_carts) == ()
