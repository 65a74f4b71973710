"""Whose a change is: asked of the database, and in a rush no oftener than one gateway may."""

from micromart_core.carts.service import set_quantity
from micromart_core.changes import Change, Topic
from micromart_core.inventory.model import Sku
from micromart_daemon.gateway.owners import ANYBODY, LOOKED_UP_PER_SECOND, Owners

TEA = Sku("TEA-01")


class Watch:
    """Seconds that pass when the story says so."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_cart_is_its_shoppers_and_a_product_nobodys(shop):
    shop.stocks(TEA, on_hand=9)
    cart = shop.shopper("ann").run(set_quantity, TEA, 1)
    owners = Owners(shop.shop, Watch())

    assert owners.owner_of(Change(Topic.CARTS, cart.id)) == "usr_ann"
    assert owners.owner_of(Change(Topic.STOCK, TEA)) is None
    assert owners.owner_of(Change(Topic.CARTS)) == ANYBODY


def test_beyond_so_many_in_a_second_a_change_may_be_anybodys(shop):
    shop.stocks(TEA, on_hand=9)
    change = Change(Topic.CARTS, shop.shopper("ann").run(set_quantity, TEA, 1).id)
    watch = Watch()
    owners = Owners(shop.shop, watch)

    told = [owners.owner_of(change) for _ in range(LOOKED_UP_PER_SECOND + 2)]
    watch.now = 1.0

    assert told == ["usr_ann"] * LOOKED_UP_PER_SECOND + [ANYBODY] * 2
    assert owners.owner_of(change) == "usr_ann"
