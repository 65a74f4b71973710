"""Searching the shelf as one types."""

import asyncio

import pytest
from textual.events import Key

from tests.conftest import database_url  # noqa: F401 these are run on both databases
from tests.tui.conftest import sitting
from tests.tui.doors import Door

pytestmark = pytest.mark.anyio


async def test_what_is_typed_is_found_and_its_page_follows(demo):
    async with sitting(demo.guest("ann")) as ann:
        await ann.press("slash", *"null")

        assert await ann.sees("2 of 16")
        assert await ann.sees("stoneware, 330 ml")
        await ann.press("down", "j")
        assert await ann.sees("decaf, medium roast")


async def test_esc_clears_the_search(demo):
    async with sitting(demo.guest("ann")) as ann:
        await ann.press("slash", *"null")
        assert await ann.sees("2 of 16")
        await ann.press("escape")

        assert await ann.sees("Night Shift")
        assert "null" not in ann.screen


async def test_a_slip_is_recognised_and_a_key_takes_the_suggestion(demo):
    async with sitting(demo.guest("ann")) as ann:
        await ann.press("slash", *"nulx")
        assert await ann.sees("Did you mean “null”?")
        await ann.press("tab")

        assert await ann.sees("2 of 16")


async def test_what_was_typed_last_is_what_is_shown_however_fast_it_came(demo):
    async with sitting(demo.guest("ann")) as ann:
        await ann.press("slash")
        for letter in "nullxxxx":
            await ann.pilot.press(letter)
        await asyncio.sleep(0.08)
        for _ in "xxxx":
            await ann.pilot.press("backspace")

        assert await ann.sees("2 of 16")
        ann.app.screen.renew()
        await ann.settle()
        assert "2 of 16" in ann.screen


async def test_letters_in_a_burst_right_after_the_slash_are_all_searched_for(demo):
    async with sitting(demo.guest("ann")) as ann:
        await ann.pilot.press("slash", "m", "u", "g")

        assert await ann.sees("/ mug")
        assert await ann.sees("stoneware, 330 ml")


async def test_a_terminal_that_sends_the_slash_and_letters_at_once_loses_none(demo):
    async with sitting(demo.guest("ann")) as ann:
        for letter in "/mug":
            ann.app.post_message(Key("slash" if letter == "/" else letter, letter))

        assert await ann.sees("/ mug")


async def test_an_answer_that_comes_late_does_not_take_the_place_of_a_newer_one(demo):
    door = Door(demo.guest("ann"))
    async with sitting(door) as ann:
        late = door.keeps_waiting("search_products")
        await ann.pilot.press("slash", *"null")
        await ann.finds(lambda: "search_products" in door.asked)
        door.waits_no_more("search_products")
        for _ in "null":
            await ann.pilot.press("backspace")
        await ann.pilot.press(*"field")
        await asyncio.sleep(0.2)
        late.set()

        assert await ann.sees("1 of 16")
        await ann.settle()
        assert "1 of 16" in ann.screen
        assert "Null Mug" not in ann.screen
