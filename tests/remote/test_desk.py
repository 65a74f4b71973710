"""The admin desk of a machine without the database: what it cannot look at, it says it does not know."""

import os

import pytest

from micromart_cli.commands.admin import looks_of
from micromart_cli.global_flags import GlobalFlags
from micromart_cli.session import Session
from micromart_core.caller import Caller, UserId
from micromart_core.home import find_home
from micromart_core.permissions import EVERYTHING
from tests.tui.conftest import sitting


def test_the_servers_of_a_shop_elsewhere_are_not_known(home):
    session = Session(find_home(os.environ), GlobalFlags(context="https://shop.example.org"))

    ((name, look),) = looks_of(session)()

    assert (name, look().ok) == ("servers", False)
    assert "beside the database" in look().detail
    assert not home.exists()


@pytest.mark.anyio
async def test_what_cannot_be_looked_at_from_elsewhere_is_not_called_down(shop, home):
    session = Session(find_home(os.environ), GlobalFlags(context="https://shop.example.org"))

    async with sitting(_stan(shop), at="desk/health", looks=looks_of(session)) as desk:
        assert await desk.sees("servers       ○ not known")
        assert await desk.sees("Nothing is looked at from here.")
        assert "down" not in desk.screen


@pytest.mark.anyio
async def test_a_page_that_needs_the_database_says_so_in_words_of_the_shop_and_does_not_try_again(shop):
    async with sitting(_stan(shop), at="desk/events") as desk:
        assert await desk.sees("This page is for the machine with the shop's database.")
        assert "list_newest_events" not in desk.screen
        assert "try again" not in desk.screen
        await desk.finds(lambda: "search" not in desk.lines[-1])
        assert "dead letters" not in desk.screen


@pytest.mark.anyio
async def test_the_day_is_told_from_elsewhere_without_what_runs_beside_the_database(shop):
    shop.stocks("KEY-01", on_hand=3, reorder_level=7)

    async with sitting(_stan(shop), at="desk/today") as desk:
        assert await desk.sees("The KEY-01")

        assert desk.app.screen.failure is None


def _stan(shop):
    return shop.elsewhere.door(Caller("stan", EVERYTHING, user_id=UserId("usr_stan"), signed_in=True), shop.staff())
