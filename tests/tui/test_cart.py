"""The cart: what is held stands there, arrows change it, and nothing is lost or doubled."""

import pytest

from micromart_core.carts.service import set_quantity, show_cart
from micromart_core.inventory.model import Sku
from tests.conftest import database_url  # noqa: F401 these are run on both databases
from tests.tui.conftest import sitting

TEA, MUG = Sku("TEA-01"), Sku("MUG-01")
pytestmark = pytest.mark.anyio


@pytest.fixture
def ann(shop):
    """A guest with two teas in the cart; four are on the shelf."""
    shop.stocks(TEA, 4)
    shop.stocks(MUG, 9, price="24.00")
    ann = shop.guest("ann")
    ann.run(set_quantity, TEA, 2)
    return ann


async def test_what_is_held_stands_there_with_its_time_and_what_it_comes_to(ann):
    ann.run(set_quantity, MUG, 1)
    async with sitting(ann, at="cart") as sits:
        await sits.sees("held for you")
        await sits.sees("The TEA-01")
        await sits.sees("× 2")
        await sits.sees("$33.00")
        await sits.sees("check out")


async def test_an_empty_cart_says_how_long_things_are_held(shop):
    async with sitting(shop.guest("ann"), at="cart") as sits:
        await sits.sees("Nothing here yet.")
        await sits.sees("held for 10 minutes")
        assert "check out" not in sits.screen


async def test_arrows_change_how_many_are_held_of_the_line_under_the_cursor(ann):
    ann.run(set_quantity, MUG, 1)
    async with sitting(ann, at="cart") as sits:
        await sits.press("down", "right")
        await sits.press("up", "left")
        await sits.press("up", "left")

    cart = ann.run(show_cart)
    assert (cart.quantity_of(MUG), cart.quantity_of(TEA)) == (1, 3)


async def test_five_quick_presses_hold_five_more(ann):
    ann.run(set_quantity, MUG, 1)
    async with sitting(ann, at="cart") as sits:
        await sits.pilot.press("right", "right", "right", "right", "right")
        await sits.settle()
        await sits.sees("× 6")

    assert ann.run(show_cart).quantity_of(MUG) == 6


async def test_five_quick_presses_hold_what_there_is_and_say_so(ann):
    async with sitting(ann, at="cart") as sits:
        await sits.pilot.press("right", "right", "right", "right", "right")
        await sits.settle()
        await sits.sees("4 is all there is.")
        await sits.sees("× 4")

    assert ann.run(show_cart).quantity_of(TEA) == 4


async def test_the_last_one_is_put_back_by_a_key_of_its_own(ann):
    async with sitting(ann, at="cart") as sits:
        await sits.press("left", "left", "left")
        assert ann.run(show_cart).quantity_of(TEA) == 1

        await sits.press("x")
        await sits.sees("Nothing here yet.")

    assert ann.run(show_cart).lines == ()


async def test_a_change_in_another_window_is_seen_and_added_to(ann):
    ann.run(set_quantity, MUG, 1)
    async with sitting(ann, at="cart") as sits:
        await sits.sees("The MUG-01")
        ann.run(set_quantity, MUG, 4)
        await sits.press("right")
        await sits.sees("× 5")

    assert ann.run(show_cart).quantity_of(MUG) == 5


async def test_a_press_before_the_other_windows_is_heard_of_counts_too(ann):
    ann.run(set_quantity, MUG, 1)
    async with sitting(ann, at="cart") as sits:
        await sits.sees("The MUG-01")
        ann.run(set_quantity, MUG, 2)  # what this window asks for next, as far as it has heard
        await sits.pilot.press("right")
        await sits.sees("× 3")

    assert ann.run(show_cart).quantity_of(MUG) == 3


async def test_two_windows_that_press_at_once_lose_nothing(ann):
    ann.run(set_quantity, MUG, 1)
    async with sitting(ann, at="cart") as one, sitting(ann, at="cart") as other:
        for _ in range(3):
            await one.pilot.press("right")
            await other.pilot.press("right")
        await one.settle()
        await other.settle()
        await one.sees("× 7")
        await other.sees("× 7")

    assert ann.run(show_cart).quantity_of(MUG) == 7


async def test_it_is_held_longer_once_and_says_until_when(ann):
    async with sitting(ann, at="cart") as sits:
        await sits.sees("hold longer")
        await sits.press("e")
        await sits.sees("longer it cannot be")
        assert "hold longer" not in sits.screen

    assert ann.run(show_cart).extended


async def test_below_a_fifth_of_the_time_the_panel_says_that_it_is_late(ann, clock, told_time):
    async with sitting(ann, at="cart", tick=told_time) as sits:
        await sits.sees("held for you")
        clock.advance(minutes=9)
        await sits.sees("almost back on the shelf")


async def test_on_a_slim_terminal_the_button_stands_below(ann):
    async with sitting(ann, (40, 24), at="cart") as sits:
        await sits.sees("The TEA-01")
        await sits.sees("check out")
