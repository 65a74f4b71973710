"""A2: which keys the stock page offers, and what it says where no row is."""

import pytest

from micromart_core.inventory.model import Sku
from micromart_core.inventory.service_levels import show_level
from micromart_core.products.service_edit import archive_product
from tests.conftest import database_url  # noqa: F401 these are run on both databases
from tests.tui.conftest import sitting

KEY, MUG = Sku("EK-104"), Sku("NM-001")
pytestmark = pytest.mark.anyio


def at_stock(shop, **facts):
    return sitting(shop.staff("noor"), at="desk/stock", **facts)


OF_A_ROW = {"adjust", "count", "mark", "history", "its shelf"}


def offered(desk):
    return {words for words in OF_A_ROW if words in desk.lines[-1]}


async def test_where_no_row_is_no_key_of_a_row_is_offered(shop):
    shop.stocks(MUG, on_hand=7, reorder_level=2)
    async with at_stock(shop, size=(140, 30)) as desk:
        assert await desk.sees("The NM-001")
        assert offered(desk) == OF_A_ROW

        await desk.press("f")
        assert await desk.sees("micromart stock list --low")
        await desk.press("f", "f")

        assert await desk.sees("No rows match. f shows others.")
        assert not offered(desk)
        await desk.press("f")
        assert await desk.sees("The NM-001")
        assert offered(desk) == OF_A_ROW


async def test_what_is_read_while_a_sku_is_asked_for_is_told_when_it_was_given(shop):
    shop.stocks(MUG, on_hand=7, reorder_level=2)
    async with at_stock(shop) as desk:
        await desk.press("colon")
        desk.app.page.renew()
        await desk.settle()

        await desk.press(*"NM-001", "enter")

        assert await desk.sees("1 product")


async def test_an_emptied_shelf_says_so_and_is_left_by_its_key(shop):
    shop.stocks(MUG, on_hand=7, reorder_level=2)
    async with at_stock(shop, size=(140, 30)) as desk:
        await desk.press("F")
        assert await desk.sees("published, shelf")
        shop.staff().run(archive_product, MUG)
        assert await desk.sees("Nothing of this shelf is for sale. F shows everything.")
        assert offered(desk) == {"its shelf"}

        await desk.press("F")

        assert await desk.sees("The NM-001")


async def test_a_count_of_several_is_typed_and_never_that_of_the_lit_row(shop):
    shop.stocks(KEY, on_hand=3)
    shop.stocks(MUG, on_hand=7)
    async with at_stock(shop) as desk:
        await desk.press("space", "space", "equals_sign", "enter")

        assert await desk.sees("Type what was counted.")
        assert [shop.staff().run(show_level, sku).on_hand for sku in (KEY, MUG)] == [3, 7]

        await desk.press("5", "enter")

        await desk.finds(lambda: [shop.staff().run(show_level, sku).on_hand for sku in (KEY, MUG)] == [5, 5])
