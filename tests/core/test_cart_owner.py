"""Whose cart it is: what a door needs to tell people of changes to their own."""

from micromart_core.caller import STRANGER
from micromart_core.carts.service import set_quantity
from micromart_core.carts.service_owner import find_owner, name_own_carts
from micromart_core.identity import KnownCaller
from micromart_core.inventory.model import Sku

TEA = Sku("TEA-01")


def test_a_cart_is_found_to_be_its_owners_whether_signed_in_or_not(shop):
    shop.stocks(TEA, 4)
    for shopper in (shop.guest("ann"), shop.shopper("bob")):
        cart = shopper.run(set_quantity, TEA, 1)

        assert shop.staff().run(find_owner, cart.id) == shopper.run(name_own_carts)


def test_nobody_without_a_cart_secret_owns_carts(shop):
    assert shop.shop.gateway(KnownCaller(STRANGER)).run(name_own_carts) is None


def test_a_cart_that_is_gone_has_no_owner(shop):
    assert shop.staff().run(find_owner, "cart_gone") is None
