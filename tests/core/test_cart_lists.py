"""Lists of carts: one's own, and everybody's for staff."""

import pytest

from micromart_core.caller import Caller
from micromart_core.carts.service import set_quantity
from micromart_core.carts.service_lists import list_all_carts, list_my_carts
from micromart_core.identity import KnownCaller
from micromart_core.inventory.model import Sku

TEA = Sku("TEA-01")


@pytest.fixture(autouse=True)
def two_carts(shop):
    """A guest and a signed-in shopper hold a tea each."""
    shop.stocks(TEA, on_hand=5)
    shop.guest("gus").run(set_quantity, TEA, 1)
    shop.shopper("ann").run(set_quantity, TEA, 1)


def test_staff_sees_whose_each_cart_is(shop):
    assert [cart.owner for cart in shop.staff().run(list_all_carts).items] == ["user", "session"]


def test_everybody_sees_own_carts_only(shop):
    [mine] = shop.guest("gus").run(list_my_carts).items

    assert mine.owner == "session"
    assert shop.shopper("bob").run(list_my_carts).items == ()


def test_who_has_neither_a_name_nor_a_cart_secret_has_no_carts(shop):
    nobody = shop.shop.gateway(KnownCaller(Caller("guest")))

    assert nobody.run(list_my_carts).items == ()
