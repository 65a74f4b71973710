"""A page that is left goes part by part; what it was about to do ends before the first of them is gone."""

import asyncio
import gc
import warnings
from contextlib import asynccontextmanager

import pytest
from textual.widget import Widget

from micromart_core.carts.service import set_quantity
from micromart_tui.admin.form_field import FormField
from micromart_tui.admin.product_form import ProductForm
from micromart_tui.commands import ShopCommands
from micromart_tui.screens.shop import ShopScreen
from micromart_tui.widgets.twin import Twin
from tests.core.order_stories import TEA
from tests.tui.conftest import sitting
from tests.tui.doors import Door
from tests.tui.mug_editor import at_mug, opens

pytestmark = pytest.mark.anyio


class Lingering(Widget):
    """A part of a page that goes only when it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.may_go = asyncio.Event()

    async def on_unmount(self) -> None:
        await self.may_go.wait()


@asynccontextmanager
async def lingering_in(desk):
    """Open the editor, with a part in its form that goes last."""
    await opens(desk)
    form, part = desk.app.screen.query_one(ProductForm), Lingering()
    await form.mount(part)
    try:
        yield form
    finally:
        part.may_go.set()


async def until(condition) -> None:
    """Wait for something while the app itself waits for the part that lingers."""
    for _ in range(6000):
        if condition():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it never came")


async def test_an_answer_that_comes_while_the_editor_is_taken_away_finds_nothing_to_fill(with_a_mug):
    door = Door(with_a_mug.staff("noor"))
    async with at_mug(with_a_mug, door) as desk, lingering_in(desk) as form:
        editor, asked = desk.app.screen, door.asked.count("list_categories")
        shelves = door.keeps_waiting("list_categories")
        editor.renew()
        await desk.finds(lambda: door.asked.count("list_categories") > asked)

        desk.app.pop_screen()
        await until(lambda: not form.query(FormField))
        assert editor.query(ProductForm)
        shelves.set()
        await until(lambda: not [each for each in desk.app.workers if each.node is editor])


async def test_a_command_that_comes_when_its_line_has_gone_is_not_said(with_a_mug):
    async with sitting(with_a_mug.staff("noor"), at="desk/orders") as desk:
        page = desk.app.screen
        await page.query_one(Twin).remove()

        page.show_command()

        assert not page.query(Twin)


async def test_who_went_elsewhere_before_the_shop_answered_is_not_taken_to_the_checkout(shop):
    shop.stocks(TEA, on_hand=9)
    ann = shop.shopper("ann")
    ann.run(set_quantity, TEA, 1)
    door = Door(ann)
    async with sitting(door, at="cart") as sits:
        await sits.sees("check out")
        waits = door.keeps_waiting("extend_hold")
        await sits.pilot.press("enter")
        await sits.finds(lambda: "extend_hold" in door.asked)
        await sits.pilot.press("s")
        await sits.finds(lambda: isinstance(sits.app.screen, ShopScreen))
        waits.set()
        await sits.settle()
        assert isinstance(sits.app.screen, ShopScreen)


BEGINS = {
    "to read who sits here": lambda app: app.counter.read_person(),
    "to check out": lambda app: app.counter.check_out(),
    "to add by name": lambda app: ShopCommands(app.screen)._add(app.page.page.product),
}


@pytest.mark.parametrize("begins", BEGINS)
async def test_what_is_given_up_before_it_has_begun_leaves_no_coroutine_that_nobody_awaits(demo, begins):
    """Such a coroutine keeps the app of somebody who has left in the memory of a service of many."""
    async with sitting(demo.guest("ann")) as ann:
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always", RuntimeWarning)
            BEGINS[begins](ann.app)
            ann.app.workers.cancel_all()
            await ann.settle()
            gc.collect()

    assert [str(each.message) for each in told] == []
