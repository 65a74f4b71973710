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
async def test_the_day_is_told_from_elsewhere_without_what_runs_beside_the_database(shop):
    shop.stocks("KEY-01", on_hand=3, reorder_level=7)
    stan = shop.elsewhere.door(Caller("stan", EVERYTHING, user_id=UserId("usr_stan"), signed_in=True), shop.staff())

    async with sitting(stan, at="desk/today") as desk:
        assert await desk.sees("The KEY-01")

        assert desk.app.screen.failure is None
