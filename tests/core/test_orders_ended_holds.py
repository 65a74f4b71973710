"""What becomes of an order when the hold has ended before it was placed."""

import pytest

from micromart_core.carts.model import EmptyCart
from micromart_core.carts.service import clear_cart
from micromart_core.carts.service_restore import restore_cart
from micromart_core.carts.service_upkeep import sweep_expired
from micromart_core.orders.model import CartChangedMeanwhile
from micromart_core.orders.service import place_order
from micromart_core.settings import CheckoutSettings
from tests.core.order_stories import MUG, TEA, buys, fills, reprices, restates, usd


def test_after_the_hold_ended_the_order_goes_through_when_nothing_changed(easy, clock):
    ann = easy.shopper("ann")
    cart = fills(ann, tea_01=2)
    clock.advance(minutes=11)

    assert ann.run(place_order, cart.id).total == usd("9.00")
    assert tuple(easy.raw_stock(TEA)) == (3, 0)


def test_after_the_hold_was_swept_the_order_goes_through_too(easy, clock):
    ann = easy.shopper("ann")
    cart = fills(ann, tea_01=2)
    clock.advance(minutes=11)
    assert easy.operator().run(sweep_expired) == 1

    assert ann.run(place_order, cart.id).total == usd("9.00")
    assert tuple(easy.raw_stock(TEA)) == (3, 0)


def test_after_the_hold_ended_the_order_says_what_is_gone(easy, clock):
    ann = easy.shopper("ann")
    cart = fills(ann, tea_01=4, nm_001=1)
    clock.advance(minutes=11)
    fills(easy.shopper("bob"), tea_01=3)

    with pytest.raises(CartChangedMeanwhile) as refusal:
        ann.run(place_order, cart.id)

    assert refusal.value.missing == ((TEA, 2),)
    assert easy.raw_stock(MUG).on_hand == 5


def test_after_the_hold_ended_the_order_says_what_is_dearer(easy, clock):
    ann = easy.shopper("ann")
    cart = fills(ann, tea_01=2, nm_001=1)
    clock.advance(minutes=11)
    reprices(easy, TEA, 500)

    with pytest.raises(CartChangedMeanwhile) as refusal:
        ann.run(place_order, cart.id)

    assert refusal.value.dearer == ((TEA, "4.50", "5.00"),)


def test_after_the_hold_ended_everything_that_changed_is_said_at_once(easy, clock):
    ann = easy.shopper("ann")
    cart = fills(ann, tea_01=2, nm_001=4)
    clock.advance(minutes=11)
    reprices(easy, TEA, 500)
    fills(easy.shopper("bob"), nm_001=3)

    with pytest.raises(CartChangedMeanwhile) as refusal:
        ann.run(place_order, cart.id)

    assert refusal.value.missing == ((MUG, 2),)
    assert refusal.value.dearer == ((TEA, "4.50", "5.00"),)


def test_after_the_hold_ended_a_higher_price_beside_a_lower_one_goes_through_at_the_lower_ones(easy, clock):
    ann = easy.shopper("ann")
    cart = fills(ann, tea_01=1, nm_001=1)
    clock.advance(minutes=11)
    reprices(easy, TEA, 500)
    reprices(easy, MUG, 2300)

    order = ann.run(place_order, cart.id)

    assert [line.price for line in order.lines] == [usd("23.00"), usd("4.50")]


def test_after_the_hold_ended_an_archived_product_is_missing(easy, clock):
    ann = easy.shopper("ann")
    cart = fills(ann, tea_01=2)
    clock.advance(minutes=11)
    restates(easy, TEA, "archived")

    with pytest.raises(CartChangedMeanwhile) as refusal:
        ann.run(place_order, cart.id)

    assert refusal.value.missing == ((TEA, 0),)


def test_a_strict_shop_never_orders_a_cart_whose_hold_has_ended(shop, clock):
    strict = shop.again(checkout=CheckoutSettings(require_address=False, strict=True))
    strict.stocks(TEA, on_hand=5)
    ann = strict.shopper("ann")
    cart = fills(ann, tea_01=2)
    clock.advance(minutes=11)

    with pytest.raises(CartChangedMeanwhile):
        ann.run(place_order, cart.id)
    strict.close()


def test_what_was_taken_back_into_a_newer_cart_is_not_sold_with_the_old_one(easy, clock):
    ann = easy.shopper("ann")
    old = fills(ann, tea_01=2, nm_001=1)
    clock.advance(minutes=11)
    reprices(easy, MUG, 9900)
    ann.run(restore_cart)
    ann.run(clear_cart)
    reprices(easy, MUG, 2400)

    order = ann.run(place_order, old.id)

    assert [line.sku for line in order.lines] == [MUG]
    assert tuple(easy.raw_stock(TEA)) == (5, 0)


def test_a_cart_that_ended_before_the_last_order_is_not_ordered_by_a_fresh_checkout(easy, clock):
    ann = easy.shopper("ann")
    fills(ann, tea_01=2)
    clock.advance(minutes=11)
    order = buys(ann, TEA, 2)

    with pytest.raises(EmptyCart) as refusal:
        ann.run(place_order)

    assert order.number in refusal.value.why
    assert tuple(easy.raw_stock(TEA)) == (3, 0)
