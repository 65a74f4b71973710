"""The palette: places, what the page can do, looks and products, by their names."""

import pytest

from micromart_core.carts.service import set_quantity, show_cart
from micromart_core.inventory.model import Sku
from tests.tui.conftest import sitting

TEA, MUG = Sku("TEA-01"), Sku("MUG-01")
pytestmark = pytest.mark.anyio


@pytest.fixture
def ann(shop):
    shop.stocks(TEA, 4)
    shop.stocks(MUG, 2)
    ann = shop.guest("ann")
    ann.run(set_quantity, TEA, 2)
    return ann


async def _look_for(sits, words: str) -> None:
    await sits.press("ctrl+p")
    await sits.pilot.press(*("space" if letter == " " else letter for letter in words))
    await sits.sees(words)
    for _ in range(200):  # once it is typed, and once it is found
        if sits.screen.count(words) > 1:
            await sits.pilot.pause(0.5)  # what else is found may still come, and moves what is lit
            return
        await sits.pilot.pause(0.05)
    raise AssertionError(f"“{words}” was not found:\n{sits.screen}")


async def test_it_offers_what_the_page_can_do_before_anything_is_typed(ann):
    async with sitting(ann, at="cart") as sits:
        await sits.press("ctrl+p")
        for name in ("put back", "hold longer", "go to cart", "theme lamplight"):
            await sits.sees(name)
        assert "browse" not in sits.screen.split("hold longer")[0]


async def test_what_the_page_can_do_is_done(ann):
    async with sitting(ann, at="cart") as sits:
        await _look_for(sits, "hold longer")
        await sits.press("enter")
        await sits.sees("longer it cannot be")

    assert ann.run(show_cart).extended


async def test_a_product_is_added_by_its_name(ann):
    async with sitting(ann, at="cart") as sits:
        await _look_for(sits, "add The MUG")
        await sits.sees("2 left")
        await sits.press("enter")
        await sits.sees("is held for you")

    assert ann.run(show_cart).quantity_of(MUG) == 1


async def test_what_is_not_there_cannot_be_added_and_that_is_said(ann, shop):
    shop.guest("bob").run(set_quantity, MUG, 2)
    async with sitting(ann, at="cart") as sits:
        await _look_for(sits, "add The MUG")
        await sits.sees("sold out")
        await sits.press("enter")
        await sits.sees("of MUG-01 left")

    assert ann.run(show_cart).quantity_of(MUG) == 0


async def test_the_look_changes_by_its_name(ann):
    async with sitting(ann, at="cart") as sits:
        await _look_for(sits, "theme paper")
        await sits.press("enter")
        await sits.finds(lambda: sits.app.theme == "paper")


async def test_the_clock_goes_on_under_the_palette(ann, clock, told_time):
    async with sitting(ann, at="cart", tick=told_time) as sits:
        await sits.press("ctrl+p")
        clock.advance(minutes=3)
        await sits.sees("07:00")
