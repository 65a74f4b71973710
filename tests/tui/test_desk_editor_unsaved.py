"""A7: two who write one product at once, and whoever leaves it: nothing that is typed is lost unasked."""

import pytest

from micromart_core.products.model import ProductChanges
from micromart_core.products.service_edit import update_product
from tests.tui.doors import Door
from tests.tui.mug_editor import MUG, at_mug, mug_of, opens, retypes

pytestmark = pytest.mark.anyio


async def test_who_was_slower_is_asked_whose_words_count_and_keeps_his_own(with_a_mug):
    async with at_mug(with_a_mug) as desk:
        await opens(desk, "tab", "tab", "tab")
        await retypes(desk, "26.00")
        with_a_mug.staff("mia").run(update_product, MUG, ProductChanges(price="25.00", tagline="thin"))
        assert await desk.sees("changed by somebody else")
        assert "$26.00" in desk.screen

        await desk.press("ctrl+s")
        assert await desk.sees("Somebody changed NM-001 meanwhile.")
        assert await desk.sees("you wrote “26.00”")
        assert "micromart product update NM-001 --price 26.00" in desk.screen
        assert str(mug_of(with_a_mug).price) == "25.00"

        await desk.press("enter", "enter")
        assert await desk.sees("saved")
        assert (str(mug_of(with_a_mug).price), mug_of(with_a_mug).tagline) == ("26.00", "thin")


async def test_who_was_slower_may_let_theirs_stand_and_keeps_what_only_he_wrote(with_a_mug):
    async with at_mug(with_a_mug) as desk:
        await opens(desk)
        await retypes(desk, "Void Mug")
        await desk.press("tab", "tab", "tab")
        await retypes(desk, "26.00")
        with_a_mug.staff("mia").run(update_product, MUG, ProductChanges(price="25.00"))

        await desk.press("ctrl+s", "right", "enter")
        assert await desk.sees("1 unsaved")
        assert "$25.00" in desk.screen
        assert "micromart product update NM-001 --name 'Void Mug'" in desk.screen
        assert mug_of(with_a_mug).name == "Null Mug"


async def test_who_is_asked_whose_words_count_may_go_on_writing(with_a_mug):
    async with at_mug(with_a_mug) as desk:
        await opens(desk)
        await retypes(desk, "Void Mug")
        with_a_mug.staff("mia").run(update_product, MUG, ProductChanges(name="Nil Mug"))
        await desk.press("ctrl+s", "escape", "!")
        assert "Void Mug!" in desk.screen
        assert mug_of(with_a_mug).name == "Nil Mug"
        await desk.press("ctrl+s")
        assert await desk.sees("Somebody changed NM-001 meanwhile.")


async def test_what_a_colleague_stores_appears_while_one_only_looks(with_a_mug):
    async with at_mug(with_a_mug) as desk:
        await opens(desk)
        with_a_mug.staff("mia").run(update_product, MUG, ProductChanges(name="Nil Mug"))
        assert await desk.sees("Nil Mug")
        assert "unsaved" not in desk.screen


async def test_publishing_leaves_what_is_typed_and_its_version_is_still_good(with_a_mug):
    async with at_mug(with_a_mug) as desk:
        await opens(desk)
        await retypes(desk, "Void Mug")
        await desk.press("ctrl+t")
        assert await desk.sees("The unsaved change is not")
        await desk.press("enter")
        assert await desk.sees("● published")
        assert "1 unsaved" in desk.screen
        await desk.press("ctrl+s")
        assert await desk.sees("saved")
        assert (mug_of(with_a_mug).name, mug_of(with_a_mug).status) == ("Void Mug", "published")


# --- leaving ---


@pytest.mark.parametrize("way", ["escape", "ctrl+c"])
async def test_leaving_with_something_unsaved_asks_first(with_a_mug, way):
    async with at_mug(with_a_mug) as desk:
        await opens(desk)
        await retypes(desk, "Void Mug")
        await desk.press(way)
        assert await desk.sees("Leave with 1 change unsaved?")
        await desk.press("escape", "!")
        assert "Void Mug!" in desk.screen
        assert "Leave with" not in desk.screen


async def test_what_is_unsaved_is_saved_on_the_way_out(with_a_mug):
    async with at_mug(with_a_mug) as desk:
        await opens(desk)
        await retypes(desk, "Void Mug")
        await desk.press("escape", "enter")
        assert await desk.sees("1 product")
        assert await desk.sees("Void Mug")
        assert mug_of(with_a_mug).name == "Void Mug"


async def test_what_is_unsaved_is_dropped_when_that_is_said(with_a_mug):
    async with at_mug(with_a_mug) as desk:
        await opens(desk)
        await retypes(desk, "Void Mug")
        await desk.press("escape", "right", "enter")
        assert await desk.sees("1 product")
        assert mug_of(with_a_mug).name == "Null Mug"


async def test_going_to_another_place_asks_first_and_then_goes_there(with_a_mug):
    async with at_mug(with_a_mug) as desk:
        await opens(desk)
        await retypes(desk, "Void Mug")
        await desk.press("ctrl+p", *"desk stock", "enter")
        assert await desk.sees("Leave with 1 change unsaved?")
        await desk.press("right", "enter")
        assert await desk.sees("on hand")


async def test_who_cannot_save_on_the_way_out_stays(with_a_mug):
    async with at_mug(with_a_mug) as desk:
        await opens(desk, "tab", "tab", "tab")
        await retypes(desk, "cheap")
        await desk.press("escape", "enter")
        assert await desk.sees("“cheap” is not an amount")
        assert "1 unsaved" in desk.screen


async def test_a_shop_that_is_away_loses_nothing_and_saves_when_it_is_back(with_a_mug):
    door = Door(with_a_mug.staff("noor"))
    async with at_mug(with_a_mug, door) as desk:
        await opens(desk)
        await retypes(desk, "Void Mug")
        door.is_away = True
        await desk.press("ctrl+s")
        assert "1 unsaved" in desk.screen
        door.is_away = False
        await desk.press("ctrl+s")
        assert await desk.sees("saved")
        assert mug_of(with_a_mug).name == "Void Mug"


async def test_while_it_is_being_stored_one_types_on_and_a_second_press_is_none(with_a_mug):
    door = Door(with_a_mug.staff("noor"))
    async with at_mug(with_a_mug, door) as desk:
        await opens(desk)
        await retypes(desk, "Void Mug")
        waits = door.keeps_waiting("update_product")
        await desk.pilot.press("ctrl+s", "ctrl+s", "tab", "!", "ctrl+s", "escape")
        assert "Leave with" not in desk.screen
        waits.set()
        await desk.settle()
        assert door.asked.count("update_product") == 1
        assert mug_of(with_a_mug).name == "Void Mug"
        assert "stoneware, 330 ml!" in desk.screen
        assert "1 unsaved" in desk.screen


async def test_who_makes_no_shelf_goes_on_at_its_field(with_a_mug):
    async with at_mug(with_a_mug) as desk:
        await opens(desk, "tab", "tab")
        await retypes(desk, "attic")
        await desk.press("shift+tab", "ctrl+s")
        assert await desk.sees("There is no shelf “attic” yet.")
        await desk.press("escape")
        await retypes(desk, "desk")
        assert desk.app.screen.query_one("#field-category").value == "desk"


async def test_who_leaves_twice_is_told_to_answer_first(with_a_mug):
    async with at_mug(with_a_mug) as desk:
        await opens(desk, "tab", "tab")
        await retypes(desk, "attic")
        await desk.press("escape")
        assert await desk.sees("Leave with 1 change unsaved?")
        await desk.press("o")
        assert await desk.sees("Answer the question first. Esc leaves it.")
