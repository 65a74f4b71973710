"""What is drawn again, and what is not: rows keep what they were, and the key line follows what can be pressed."""

import pytest

from tests.tui.conftest import sitting

pytestmark = pytest.mark.anyio


async def test_the_key_line_says_what_can_be_pressed_while_something_is_searched_for_and_afterwards(demo):
    async with sitting(demo.guest("ann")) as ann:
        assert await ann.sees("/ search")
        await ann.press("slash")
        assert await ann.sees("esc clear")

        await ann.press("escape")

        assert await ann.sees("/ search")
        assert await ann.sees("←→ quantity")


async def test_the_key_that_clears_a_search_goes_with_it_also_from_among_the_results(demo):
    async with sitting(demo.guest("ann")) as ann:
        assert await ann.sees("/ search")
        await ann.press("slash", *"mug", "down")
        assert await ann.sees("esc clear")

        await ann.press("escape")

        await ann.finds(lambda: "esc clear" not in ann.screen)


async def test_a_row_that_was_lit_is_drawn_as_before_when_the_light_comes_back(demo):
    async with sitting(demo.guest("ann")) as ann:
        assert await ann.sees("nitro cold brew")
        before = [ann.app.page.shelf.render_line(y) for y in range(6)]
        await ann.press("down")
        moved = [ann.app.page.shelf.render_line(y) for y in range(6)]

        await ann.press("up")

        assert moved != before
        assert [ann.app.page.shelf.render_line(y) for y in range(6)] == before


async def test_rows_are_drawn_in_the_colours_of_another_look_at_once(demo):
    async with sitting(demo.guest("ann")) as ann:
        assert await ann.sees("nitro cold brew")
        before = ann.app.page.shelf.render_line(1)

        ann.app.theme = "paper"
        await ann.press("down", "up")

        assert ann.app.page.shelf.render_line(1) != before
