"""The last row names what can be pressed now, and nothing else."""

import pytest

from micromart_core.carts.service import set_quantity
from micromart_core.inventory.model import Sku
from micromart_tui.widgets.key_line import KeyLine
from tests.core.order_stories import TEA, buys, lives_at, without_address
from tests.tui.conftest import SIZES, sitting

pytestmark = pytest.mark.anyio


async def test_while_something_is_searched_for_it_names_the_way_into_the_results(demo):
    async with sitting(demo.guest("ann")) as ann:
        await ann.press("slash", *"null")
        assert await ann.sees("2 of 16")
        assert ann.lines[-1].split() == ["↓↵", "results", "esc", "clear"]

        await ann.press("enter")
        assert "↵ add" in ann.lines[-1]


async def test_on_a_slim_terminal_enter_opens_what_was_found(demo):
    async with sitting(demo.guest("ann"), SIZES["40x24"]) as ann:
        await ann.press("slash", *"null")
        assert await ann.sees("2 of 16")
        assert ann.lines[-1].split() == ["↵", "open", "↓", "results", "esc", "clear"]


async def test_where_nothing_was_found_it_offers_what_was_meant_and_else_only_the_way_back(demo):
    async with sitting(demo.guest("ann")) as ann:
        await ann.press("slash", *"nulx")
        assert await ann.sees("Did you mean")
        assert ann.lines[-1].split()[:4] == ["↵", "what", "you", "meant"]

        await ann.press(*"qqqq")
        assert await ann.sees("“nulxqqqq”")
        assert ann.lines[-1].split() == ["esc", "clear"]


async def test_it_offers_to_browse_only_where_there_is_somewhere_to_go(shop):
    shop.stocks(TEA, on_hand=9)
    ann = shop.guest("ann")
    async with sitting(ann) as sits:
        await sits.sees("The TEA-01")
        assert "browse" not in sits.lines[-1]
        shop.stocks("MUG-01", on_hand=9)
        await sits.sees("↑↓ browse")

        ann.run(set_quantity, TEA, 1)
        await sits.press("c")
        await sits.sees("put back")
        assert "browse" not in sits.lines[-1]
        ann.run(set_quantity, Sku("MUG-01"), 1)
        await sits.sees("↑↓ browse")


async def test_an_empty_shop_offers_neither_to_browse_nor_to_search(shop):
    async with sitting(shop.guest("ann")) as ann:
        assert await ann.sees("The shelves are being filled.")
        assert ann.lines[-1].split() == ["q", "quit", "?", "help"]


async def test_a_list_of_one_row_is_not_browsed(shop):
    shop.stocks(TEA, on_hand=9)
    async with sitting(shop.staff(), at="desk/stock") as desk:
        await desk.sees("The TEA-01")
        await desk.settle()
        assert "browse" not in desk.lines[-1]
        shop.stocks("MUG-01", on_hand=9)
        await desk.sees("↑↓ browse")


async def test_where_letters_are_typed_a_question_mark_is_one_of_them(shop):
    lives_at(shop, "ann")
    async with sitting(shop.shopper("ann"), at="account") as sits:
        await sits.sees("here since")
        await sits.press("n")
        assert sits.lines[-1].split() == ["↵", "next", "↑↓", "fields", "esc", "leave", "it"]

        await sits.press("question_mark")
        assert await sits.sees("name        ?")


async def test_the_question_of_an_order_names_both_answers(shop):
    shop.stocks(TEA, on_hand=9)
    selling = without_address(shop)
    order = buys(selling.shopper("ann"), TEA, 2)
    async with sitting(selling.shopper("ann"), at="orders") as sits:
        await sits.sees(order.number)
        await sits.press("enter")
        await sits.sees("buy again")
        await sits.press("x")
        await sits.sees("Cancel this order?")
        assert sits.lines[-1].split()[:7] == ["↵", "cancel", "the", "order", "esc", "keep", "it"]

        await sits.press("escape")
        await sits.sees("esc back")
        assert "Cancel this order?" not in sits.screen


async def test_the_help_says_how_it_is_left(demo):
    async with sitting(demo.guest("ann")) as ann:
        await ann.press("question_mark")
        assert await ann.sees("everywhere")
        assert ann.lines[-1].split() == ["esc", "back", "q", "quit"]


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
async def test_a_message_covers_neither_the_keys_nor_what_buys(demo, size):
    async with sitting(demo.guest("ann"), size, lit=Sku("NS-340")) as ann:
        await ann.press(*["enter", "enter"] if size[0] < 64 else ["enter"])
        await ann.sees("Night Shift is held for 10:00.")

        told = next(at for at, line in enumerate(ann.lines) if "is held for 10:00" in line)
        keys = next(at for at, line in enumerate(ann.lines) if "←→ quantity" in line)
        assert told == keys - 1
        assert any("↵" in line and "add" in line for line in ann.lines[:told])


async def test_at_the_desk_a_message_leaves_the_command_alone(shop):
    shop.stocks(TEA, on_hand=9)
    async with sitting(shop.staff(), at="desk/stock") as desk:
        await desk.sees("The TEA-01")
        desk.app.tell("Somebody was here.")
        await desk.sees("Somebody was here.")

        told = next(at for at, line in enumerate(desk.lines) if "Somebody was here." in line)
        assert "micromart stock show TEA-01" in desk.lines[told + 1]
        assert "adjust" in desk.lines[told + 2]


async def test_on_a_low_terminal_a_question_leaves_the_command_and_the_keys_in_sight(shop):
    shop.stocks(TEA, on_hand=9)
    async with sitting(shop.staff(), (40, 12), at="desk/goods") as desk:
        await desk.sees("The TEA-01")
        await desk.press("t", "right")
        await desk.sees("What shall become of The TEA-01?")
        await desk.sees("do it")
        assert "micromart product arc" in desk.lines[-2]
        assert desk.lines[-1].split()[:3] == ["↵", "do", "it"]


async def test_a_shelf_that_turns_out_to_be_empty_no_longer_offers_to_be_searched(shop):
    async with sitting(shop.guest("ann")) as ann:
        page = ann.app.screen
        page.remove_class("-empty")  # as before the shelf was read
        page.refresh_bindings()
        page.follow_with_keys()
        await ann.rests()
        assert "/ search" in ann.lines[-1]

        page.renew()
        await ann.rests()
        assert "/ search" not in ann.lines[-1]


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
async def test_the_editor_of_products_names_all_its_keys_at_every_size(shop, size):
    shop.stocks(TEA, on_hand=9)
    async with sitting(shop.staff(), size, at="desk/goods") as desk:
        await desk.sees("The TEA-01")
        await desk.press("enter", "x")
        await desk.sees("1 unsaved")
        named = " ".join(desk.screen.split("copies")[-1].split())
        for each in ("tab fields", "ctrl+s save", "ctrl+t status", "esc leave"):
            assert each in named
        assert ("ctrl+l look" in named) == (size[0] < 64)
        assert "…" not in named


async def test_what_was_rendered_only_to_be_measured_is_shown_all_the_same(shop, monkeypatch):
    shop.stocks(TEA, on_hand=9)
    async with sitting(shop.guest("ann")) as ann:
        await ann.sees("↵ add")
        page = ann.app.screen
        monkeypatch.setattr(type(page), "check_action", lambda _page, action, _: action != "add")
        page.query_one(KeyLine).render()  # as Textual does in the middle of a layout

        page.refresh_bindings()

        await ann.finds(lambda: "add" not in ann.lines[-1])


@pytest.mark.parametrize(("size", "rows"), [("100x30", 1), ("80x24", 1), ("40x24", 2), ("40x24", 3)])
async def test_a_toast_of_two_sentences_hides_no_keys(demo, size, rows):
    async with sitting(demo.guest("ann"), SIZES[size]) as ann:
        keys = ann.lines[-1]
        ann.app.tell(
            "It ends by itself elsewhere." if rows == 2 else "Elsewhere the session ends by itself.", "ada left"
        )

        assert await ann.sees("ada left · Elsewhere" if rows == 1 else "ada left")
        assert ann.lines[-1] == keys


async def test_a_toast_whose_title_is_a_sentence_goes_on_with_the_next(demo):
    async with sitting(demo.guest("ann")) as ann:
        ann.app.tell("You asked for four.", "Only three are left.", is_bad=True)

        assert await ann.sees("Only three are left. You asked for four.")


async def test_keys_held_with_ctrl_are_spelled_alike_everywhere(local, door, here):
    async with sitting(door, sign_in=here) as sits:
        await sits.press("a", "i")

        assert await sits.sees("ctrl+t tabs")
