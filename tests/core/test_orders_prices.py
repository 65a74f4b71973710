"""What an order costs: never more than was shown."""

from decimal import Decimal

import pytest

from micromart_core.orders.service import place_order
from micromart_core.settings import ShopSettings
from tests.core.order_stories import TEA, buys, fills, reprices, restates, usd, without_address


def test_a_price_that_rose_while_held_is_not_charged(easy):
    ann = easy.shopper("ann")
    fills(ann, tea_01=2)
    reprices(easy, TEA, 900)

    assert ann.run(place_order).total == usd("9.00")


def test_a_price_that_fell_while_held_is_charged(easy):
    ann = easy.shopper("ann")
    fills(ann, tea_01=2)
    reprices(easy, TEA, 400)

    assert ann.run(place_order).total == usd("8.00")


def test_a_fallen_price_does_not_bring_shipping_back(shop):
    dear = without_address(shop, shop=ShopSettings(shipping=Decimal(5), free_shipping_from=Decimal(9)))
    dear.stocks(TEA, on_hand=5, price="4.50")
    ann = dear.shopper("ann")
    fills(ann, tea_01=2)
    reprices(dear, TEA, 400)

    order = ann.run(place_order)

    assert (order.shipping, order.total) == (usd("0"), usd("8.00"))
    dear.close()


def test_shipping_and_tax_are_in_the_order(shop):
    taxed = without_address(
        shop, shop=ShopSettings(shipping=Decimal("4.90"), tax_percent=Decimal(10), tax_included=False)
    )
    taxed.stocks(TEA, on_hand=5, price="4.50")

    order = buys(taxed.shopper("ann"), TEA, 2)

    assert (order.subtotal, order.shipping, order.tax) == (usd("9.00"), usd("4.90"), usd("0.90"))
    assert order.total == usd("14.80")
    taxed.close()


@pytest.mark.parametrize("status", ["archived", "draft"])
def test_a_product_withdrawn_while_held_may_still_be_ordered(easy, status):
    ann = easy.shopper("ann")
    fills(ann, tea_01=2)
    restates(easy, TEA, status)

    assert ann.run(place_order).total == usd("9.00")


def test_the_dearest_thing_a_shop_can_have_is_held_and_ordered(easy):
    easy.stocks("MOON-1", on_hand=2, price="10000000000.00")

    assert buys(easy.shopper("ann"), "MOON-1", 2).total == usd("10000000000.00") * 2
