"""A7: the staff's products of every status, found, opened and moved."""

import pytest

from micromart_core.inventory.model import Sku
from micromart_core.permissions import Role
from micromart_core.products.service import show_product
from tests.tui.conftest import SIZES, sitting

TEA, MUG, OLD = Sku("TEA-01"), Sku("MUG-01"), Sku("OLD-01")
pytestmark = pytest.mark.anyio


@pytest.fixture
def stocked(shop):
    shop.stocks(MUG, on_hand=7, price="24.00")
    shop.stocks(OLD, on_hand=0, status="archived")
    shop.stocks(TEA, on_hand=3, status="draft")
    return shop


def at_goods(shop, **facts):
    return sitting(shop.staff("noor"), at="desk/goods", **facts)


async def test_products_of_every_status_stand_with_price_and_status(stocked):
    async with at_goods(stocked) as desk:
        assert await desk.sees("3 products")
        assert "5 goods" in desk.lines[1]
        assert "$24.00" in desk.line_with("The MUG-01")
        assert "● published" in desk.line_with("The MUG-01")
        assert "○ archived" in desk.line_with("The OLD-01")
        assert "○ draft" in desk.line_with("The TEA-01")
        assert "micromart product show MUG-01" in desk.screen


async def test_five_goes_there_from_any_place_of_the_desk(stocked):
    async with sitting(stocked.staff(), at="desk/stock") as desk:
        await desk.press("5")
        assert await desk.sees("3 products")


async def test_the_palette_goes_to_any_place_of_the_desk(stocked):
    async with sitting(stocked.staff(), at="desk/stock") as desk:
        await desk.press("ctrl+p", *"goods")
        assert await desk.sees("go to desk goods")
        await desk.press("enter")
        assert await desk.sees("3 products")


async def test_f_shows_products_of_one_status(stocked):
    async with at_goods(stocked) as desk:
        await desk.press("f")
        assert await desk.sees("1 product ")
        assert "The TEA-01" in desk.screen
        assert "The MUG-01" not in desk.screen
        await desk.press("escape")
        assert await desk.sees("3 products")


async def test_a_slash_finds_what_is_not_for_sale_too(stocked):
    async with at_goods(stocked) as desk:
        await desk.press("slash", *"old")
        assert await desk.sees("1 product ")
        assert "○ archived" in desk.line_with("The OLD-01")
        await desk.press(*"zz")
        assert await desk.sees("no product is like “oldzz”")
        assert "micromart search oldzz --status all" in desk.screen


async def test_a_draft_is_published_and_a_published_product_archived(stocked):
    async with at_goods(stocked) as desk:
        await desk.press("G", "t")
        assert await desk.sees("What shall become of The TEA-01?")
        assert "micromart product publish TEA-01" in desk.screen
        await desk.press("enter")
        await desk.finds(lambda: "● published" in desk.line_with("The TEA-01"))

        await desk.press("t", "right")
        assert await desk.sees("micromart product archive TEA-01 --recall")
        await desk.press("enter")
        await desk.finds(lambda: "○ archived" in desk.line_with("The TEA-01"))

        await desk.press("t", "right")
        assert await desk.sees("micromart product restore TEA-01")
        await desk.press("enter")
        await desk.finds(lambda: "○ draft" in desk.line_with("The TEA-01"))


async def test_enter_pressed_twice_on_a_question_opens_nothing_below_it(stocked, monkeypatch):
    monkeypatch.setattr("micromart_tui.admin.asking.RESTS_FOR", 60)
    async with at_goods(stocked) as desk:
        await desk.press("t", "enter", "enter")
        await desk.finds(lambda: "○ archived" in desk.line_with("The MUG-01"))
        assert "3 products" in desk.screen


async def test_what_is_left_alone_stays_as_it_is(stocked):
    async with at_goods(stocked) as desk:
        await desk.press("t", "escape")
        assert "What shall become" not in desk.screen
        assert stocked.staff().run(show_product, MUG).status == "published"


async def test_enter_opens_a_product_and_escape_comes_back_to_it(stocked):
    async with at_goods(stocked) as desk:
        await desk.press("down", "enter")
        assert await desk.sees("story")
        assert "OLD-01" in desk.screen
        await desk.press("escape")
        assert await desk.sees("micromart product show OLD-01")


async def test_who_may_not_write_products_reads_why_there_are_none(stocked):
    async with sitting(stocked.staff("pam", Role.STOCK_CLERK), at="desk/goods") as desk:
        assert await desk.sees("You may not do this.")
        assert await desk.sees("It needs the permission catalog:write; pam lacks it.")
        await desk.press("n", "enter", "t")
        assert "You may not do this." in desk.screen
        assert "──" not in "\n".join(desk.lines[4:])


async def test_a_shop_without_products_says_how_to_write_one(shop):
    async with at_goods(shop) as desk:
        assert await desk.sees("No product yet. n writes the first one.")


@pytest.mark.parametrize("size", [*SIZES.values(), (40, 12)], ids=[*SIZES, "40x12"])
async def test_name_price_and_status_are_read_at_every_size(stocked, size):
    async with at_goods(stocked, size=size) as desk:
        assert await desk.sees("The MUG-01")
        line = desk.line_with("The MUG-01")
        assert "$24.00" in line
        assert ("● published" if size[0] > 60 else "● for sale") in line


async def test_at_forty_columns_the_names_of_goods_are_whole(demo):
    async with sitting(demo.staff(), size=SIZES["40x24"], at="desk/goods") as desk:
        assert await desk.sees("Standby Light    $58.00 ● for sale")
        assert "…" not in desk.screen
