"""A hold that ended: what is still free is taken back with one key, and what is not is said."""

import pytest

from micromart_core.carts.service import set_quantity, show_cart
from micromart_core.inventory.model import Sku
from micromart_core.products.model import ProductChanges
from micromart_core.products.service_edit import update_product
from tests.tui.conftest import sitting

TEA, MUG = Sku("TEA-01"), Sku("MUG-01")
pytestmark = pytest.mark.anyio


@pytest.fixture
def ann(shop):
    """A guest who holds every tea there is, and a mug."""
    shop.stocks(TEA, 2)
    shop.stocks(MUG, 9, price="24.00")
    ann = shop.guest("ann")
    ann.run(set_quantity, TEA, 2)
    ann.run(set_quantity, MUG, 1)
    return ann


async def test_when_the_hold_ends_over_the_open_cart_one_key_takes_everything_back(ann, clock, told_time):
    async with sitting(ann, at="cart", tick=told_time) as sits:
        await sits.sees("held for you")
        clock.advance(minutes=10)
        await sits.sees("Your hold ended.")
        await sits.sees("hold ended")
        await sits.sees("still free")

        await sits.press("r")
        await sits.sees("held for you")

    assert ann.run(show_cart).item_count == 3


async def test_what_somebody_else_took_is_gone_and_said(ann, shop, clock, told_time):
    async with sitting(ann, at="cart", tick=told_time) as sits:
        await sits.sees("held for you")
        clock.advance(minutes=10)
        shop.guest("bob").run(set_quantity, TEA, 1)
        await sits.sees("Your hold ended.")
        await sits.sees("1 left")

        await sits.press("r")
        await sits.sees("Others were faster.")
        await sits.sees("held for you")

    cart = ann.run(show_cart)
    assert (cart.quantity_of(TEA), cart.quantity_of(MUG)) == (1, 1)


async def test_a_price_that_rose_must_be_accepted(ann, shop, clock):
    clock.advance(minutes=10)
    shop.staff().run(update_product, MUG, ProductChanges(price="29.00"), 1)
    async with sitting(ann, at="cart") as sits:
        await sits.sees("Your hold ended.")
        await sits.press("r")
        await sits.sees("was $24.00")
        assert ann.run(show_cart).quantity_of(MUG) == 0

        await sits.press("y")
        await sits.sees("held for you")

    cart = ann.run(show_cart)
    assert (cart.quantity_of(TEA), cart.quantity_of(MUG)) == (2, 1)
    assert str(cart.lines[0].price.amount) == "2900"


async def test_pressing_r_five_times_takes_back_once(ann, clock):
    clock.advance(minutes=10)
    async with sitting(ann, at="cart") as sits:
        await sits.sees("Your hold ended.")
        await sits.pilot.press("r", "r", "r", "r", "r")
        await sits.settle()
        await sits.sees("held for you")

    assert ann.run(show_cart).item_count == 3


async def test_what_an_ended_hold_had_kept_is_still_there_after_the_app_was_closed(ann, clock, told_time):
    async with sitting(ann, at="cart", tick=told_time) as sits:
        await sits.sees("held for you")
    clock.advance(minutes=30)

    async with sitting(ann, at="cart", tick=told_time) as again:
        await again.sees("Your hold ended.")
        await again.press("r")
        await again.sees("held for you")
