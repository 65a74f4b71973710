"""The help: it is made of the bindings, so it cannot lie."""

import pytest

from micromart_core.carts.service import set_quantity
from micromart_core.inventory.model import Sku
from tests.tui.conftest import sitting

pytestmark = pytest.mark.anyio


@pytest.fixture
def ann(shop):
    shop.stocks("TEA-01", 4)
    ann = shop.guest("ann")
    ann.run(set_quantity, Sku("TEA-01"), 2)
    return ann


async def test_it_tells_the_keys_of_the_page_and_those_that_work_everywhere(ann):
    async with sitting(ann, at="cart") as sits:
        await sits.press("question_mark")
        await sits.sees("on this page: cart")
        for told in ("put back", "hold longer", "quantity", "everywhere", "do it by its name", "esc", "ctrl+p"):
            await sits.sees(told)
        assert "Focus" not in sits.screen


async def test_it_tells_only_what_can_be_done_now(shop):
    async with sitting(shop.guest("ann"), at="cart") as sits:
        await sits.sees("Nothing here yet.")
        await sits.press("question_mark")
        await sits.sees("everywhere")
        assert "put back" not in sits.screen


@pytest.mark.parametrize("key", ["question_mark", "escape"])
async def test_its_key_and_escape_lead_back(ann, key):
    async with sitting(ann, at="cart") as sits:
        await sits.press("question_mark")
        await sits.sees("everywhere")
        await sits.press(key)
        await sits.sees("held for you")


async def test_the_clock_goes_on_over_the_help(ann, clock, told_time):
    async with sitting(ann, at="cart", tick=told_time) as sits:
        await sits.press("question_mark")
        clock.advance(minutes=3)
        await sits.sees("07:00")


async def test_at_the_desk_it_stands_under_the_bar_of_the_desk(shop):
    async with sitting(shop.staff(), (128, 36), at="desk/orders") as sits:
        await sits.press("question_mark")
        await sits.sees("on this page: orders")
        await sits.sees("2 stock")


async def test_a_range_of_keys_is_not_told_again_by_its_first(shop):
    async with sitting(shop.staff(), (128, 36), at="desk/orders") as sits:
        await sits.press("question_mark")
        await sits.sees("1-9 ")
        assert "1-9 1" not in sits.screen
