"""A2 and A3: staff looks along the shelves and changes what lies on them."""

import pytest

from micromart_core.carts.service import set_quantity, show_cart
from micromart_core.inventory.model import Reason, Sku
from micromart_core.inventory.service_ledger import list_movements
from micromart_core.inventory.service_stock import adjust_stock
from micromart_core.permissions import Role
from micromart_core.products.model import ProductChanges
from micromart_core.products.service_edit import update_product
from micromart_tui.admin.adjust_panel import AdjustPanel
from micromart_tui.window import KEPT_PAGES, PAGE_ROWS
from tests.conftest import database_url  # noqa: F401 these are run on both databases
from tests.tui.conftest import sitting
from tests.tui.doors import Door

KEY, MUG, TEA = Sku("EK-104"), Sku("NM-001"), Sku("TEA-01")
pytestmark = pytest.mark.anyio


@pytest.fixture
def stocked(shop):
    shop.stocks(KEY, on_hand=3, reorder_level=5)
    shop.stocks(MUG, on_hand=7, reorder_level=2)
    shop.stocks(TEA, on_hand=0)
    return shop


def at_stock(shop, **facts):
    return sitting(shop.staff("noor"), at="desk/stock", **facts)


def line_of(desk, words):
    return next(line for line in desk.lines if words in line)


async def test_plus_and_a_typed_number_put_a_delivery_on_the_shelf(stocked):
    async with at_stock(stocked) as desk:
        await desk.press("plus", "1", "0", "down")

        assert await desk.sees("3 → 13")
        assert await desk.sees("micromart stock adjust EK-104 --by +10 --reason delivery")

        await desk.press("enter")

        assert not desk.app.screen.query(AdjustPanel)
        assert "13" in line_of(desk, "The EK-104").split()
        newest = stocked.staff().run(list_movements, KEY).items[0]
        assert (newest.change, newest.reason, newest.actor) == (10, "delivery", "noor")


async def test_a_note_and_a_reason_of_ones_own_are_typed(stocked):
    async with at_stock(stocked) as desk:
        await desk.press("minus", *["up"] * 4, "tab")
        assert "--reason damage" not in desk.screen
        await desk.press(*"it's wet")

        assert """--note 'it'"'"'s wet'""" in desk.screen

        await desk.press("shift+tab", *"flood", "enter")

        newest = stocked.staff().run(list_movements, KEY).items[0]
        assert (newest.change, newest.reason, newest.note) == (-1, "flood", "it's wet")


async def test_what_was_counted_is_set(stocked):
    async with at_stock(stocked) as desk:
        await desk.press("equals_sign", "8")
        assert await desk.sees("micromart stock count EK-104 8 --reason count")
        await desk.press("enter")

        assert stocked.raw_stock(KEY).on_hand == 8


async def test_escape_leaves_the_panel_and_nothing_is_changed(stocked):
    async with at_stock(stocked) as desk:
        await desk.press("plus", "escape", "down")

        assert await desk.sees("stock show NM-001")
        assert stocked.raw_stock(KEY).on_hand == 3


async def test_an_answer_that_comes_late_closes_no_panel_but_its_own(stocked):
    door = Door(stocked.staff("noor"))
    async with sitting(door, at="desk/stock") as desk:
        waits = door.keeps_waiting("adjust_stock")
        await desk.press("plus")
        await desk.pilot.press("enter")
        await desk.finds(lambda: "adjust_stock" in door.asked)
        await desk.pilot.press("escape", "down", "minus")
        waits.set()
        await desk.settle()
        assert await desk.sees("1 changed")
        assert desk.app.screen.query(AdjustPanel)


async def test_a_change_made_meanwhile_is_told_and_added_to(stocked):
    async with at_stock(stocked) as desk:
        await desk.press("plus", "1", "0")
        stocked.staff("sam").run(adjust_stock, KEY, by=2, reason=Reason("return"))
        await desk.press("enter")

        assert await desk.sees("a colleague changed it to 5 a moment ago: 5 → 15?")
        assert stocked.raw_stock(KEY).on_hand == 5

        await desk.press("enter")

        assert stocked.raw_stock(KEY).on_hand == 15


async def test_holds_are_freed_only_when_the_word_is_typed(stocked):
    ann = stocked.guest("ann")
    ann.run(set_quantity, KEY, 2)
    async with at_stock(stocked) as desk:
        await desk.press("minus", "2", "enter")

        assert await desk.sees("on hand 3, held 2, so at least 2 must stay")
        await desk.press("enter")
        assert stocked.raw_stock(KEY).on_hand == 3

        await desk.press(*"evict", "enter")

        assert stocked.raw_stock(KEY) == (1, 0)
        assert ann.run(show_cart).lines == ()


async def test_escape_takes_the_question_about_holds_back(stocked):
    stocked.guest("ann").run(set_quantity, KEY, 2)
    async with at_stock(stocked) as desk:
        await desk.press("minus", "2", "enter", *"evi", "escape")

        assert "type evict" not in desk.screen
        assert await desk.sees("1 held would have to be let go")
        assert "--evict" not in desk.screen


async def test_marked_ones_are_changed_in_one_go_and_each_refusal_is_told(stocked):
    async with at_stock(stocked) as desk:
        await desk.press("space", "space", "space")
        assert await desk.sees("3 marked")
        await desk.press("minus", "2")

        assert (
            'for sku in EK-104 NM-001 TEA-01; do micromart stock adjust "$sku" --by -2 --reason damage; done'
            in desk.app.screen.command_line
        )

        await desk.press("enter")

        assert await desk.sees("2 changed, 1 not:")
        assert await desk.sees("TEA-01 cannot go to -2")
        assert [stocked.raw_stock(sku).on_hand for sku in (KEY, MUG, TEA)] == [1, 5, 0]

        await desk.press("plus", "plus", "plus", "enter")

        assert stocked.raw_stock(TEA).on_hand == 1
        assert "marked" not in desk.screen


async def test_a_marked_one_that_a_colleague_changed_is_told_and_then_changed_too(stocked):
    async with at_stock(stocked) as desk:
        await desk.press("space", "space", "plus")
        stocked.staff("sam").run(adjust_stock, MUG, by=2, reason=Reason("return"))
        await desk.press("enter")

        assert await desk.sees("1 changed, 1 not:")
        assert await desk.sees("NM-001 was changed meanwhile.")

        await desk.press("enter")

        assert [stocked.raw_stock(sku).on_hand for sku in (KEY, MUG)] == [4, 10]


async def test_only_the_shelf_of_the_lit_product_can_be_shown(stocked, shop):
    stocked.needs_category("cellar")
    shop.staff().run(update_product, TEA, ProductChanges(category="cellar"))
    async with at_stock(stocked) as desk:
        await desk.press("down", "down", "F")

        assert await desk.sees("published, shelf cellar")
        assert "The NM-001" not in desk.screen
        assert await desk.sees("The TEA-01")

        await desk.press("F")
        assert await desk.sees("The NM-001")


async def test_a_change_by_a_colleague_is_seen_and_flashes(stocked):
    async with at_stock(stocked) as desk:
        stocked.staff("sam").run(adjust_stock, MUG, by=90, reason=Reason("delivery"))

        assert await desk.sees("97")
        assert "EK-104" in desk.app.screen.command_line


async def test_shelves_can_be_filtered_and_a_filter_that_finds_nothing_says_so(stocked):
    async with at_stock(stocked) as desk:
        await desk.press("f")
        assert "running out" in desk.lines[4]
        assert "The NM-001" not in desk.screen

        await desk.press("f")
        assert await desk.sees("The TEA-01")
        assert "The EK-104" not in desk.screen

        await desk.press("f")
        assert await desk.sees("No rows match.")

        await desk.press("f")
        assert await desk.sees("The NM-001")


async def test_a_sku_is_gone_to_by_its_name(stocked):
    async with at_stock(stocked) as desk:
        await desk.press("colon", *"tea-01", "enter")
        assert await desk.sees("stock show TEA-01")

        await desk.press("colon", *"nope", "enter")
        assert await desk.sees("There is no product NOPE.")

        await desk.press("colon", "escape", "up")
        assert await desk.sees("stock show NM-001")


async def test_who_may_look_but_not_adjust_is_told(stocked):
    async with sitting(stocked.staff("olga", Role.ORDER_MANAGER), at="desk/stock") as desk:
        await desk.press("plus", "enter")

        assert await desk.sees("You may not do this.")
        assert stocked.raw_stock(KEY).on_hand == 3


async def test_a_long_list_is_read_as_the_cursor_goes_and_forgotten_behind_it(shop):
    for number in range(PAGE_ROWS * (KEPT_PAGES + 2)):
        shop.stocks(f"SKU-{number:04}", on_hand=number)
    async with at_stock(shop) as desk:
        table = desk.app.screen.table
        while table.cursor < PAGE_ROWS * (KEPT_PAGES + 2) - 1:
            await desk.press("G")

        assert await desk.sees("The SKU-0599")
        assert table.window.row(0) is None
        assert len(table.window) == PAGE_ROWS * (KEPT_PAGES + 2)

        await desk.press("g")

        assert await desk.sees("The SKU-0000")
        await desk.press("colon", *"sku-0300", "enter")
        assert await desk.sees("The SKU-0300")


async def test_the_history_shows_every_move_and_proves_the_sum(stocked):
    stocked.staff("sam").run(adjust_stock, KEY, by=4, reason=Reason("delivery"), note="PO-118")
    async with at_stock(stocked) as desk:
        await desk.press("h")

        assert "PO-118" in line_of(desk, "delivery")
        assert await desk.sees("2 moves")
        assert await desk.sees("sum of moves = on hand")
        assert await desk.sees("micromart stock history EK-104")

        stocked.staff("sam").run(adjust_stock, KEY, by=-1, reason=Reason("damage"))
        assert await desk.sees("3 moves")

        await desk.press("escape")
        assert await desk.sees("stock show EK-104")
