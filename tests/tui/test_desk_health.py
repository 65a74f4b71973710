"""A11: what answers, how long it takes, and what waits."""

import threading
from functools import partial

import pytest

from micromart_core.home import find_home
from micromart_core.maintenance.doctor import looks_at
from micromart_core.maintenance.health import Check
from micromart_core.permissions import Role
from tests.core.order_stories import TEA, buys, without_address
from tests.elsewhere import beside_the_database
from tests.tui.conftest import SIZES, sitting

pytestmark = pytest.mark.anyio


@pytest.fixture
def looks(shop, tmp_path):
    home = find_home({"MICROMART_HOME": str(tmp_path / "home")})
    return lambda: looks_at(shop.shop, home)


async def test_everything_that_answers_says_so_and_how_fast(shop, looks):
    async with sitting(shop.staff(), at="desk/health", looks=looks) as desk:
        assert await desk.sees("database      ● ok")
        assert await desk.sees("redis         ● ok")
        assert " ms" in next(line for line in desk.lines if "database" in line)
        assert "micromart doctor" in desk.screen


async def test_a_server_that_never_answers_keeps_nothing_else_waiting(shop, looks):
    waits = threading.Event()

    def hangs():
        waits.wait(20)
        return Check("broker", ok=True, detail="late", fix=None)

    async with sitting(shop.staff(), at="desk/health", looks=lambda: (("broker", hangs), looks()[0])) as desk:
        assert await desk.sees("database      ● ok", patience=15)
        assert "broker        ○" in desk.screen
        waits.set()
        await desk.press("r")
        assert await desk.sees("broker        ● ")


async def test_what_is_down_says_since_when_and_how_to_mend_it(shop):
    def is_down():
        return Check("redis", ok=False, detail="refused", fix="start it")

    async with sitting(shop.staff(), at="desk/health", looks=lambda: (("redis", is_down),)) as desk:
        assert await desk.sees("○ down since")
        assert "start it" in desk.screen
        assert await desk.sees("Redis is down")


@beside_the_database("how far behind the work is, is told on no wire")
async def test_what_waits_is_counted(shop, looks):
    shop.stocks(TEA, on_hand=9)
    buys(without_address(shop).shopper("ann"), TEA)
    shop.deliver()
    async with sitting(shop.staff(), at="desk/health", looks=looks) as desk:
        assert await desk.sees("1 wait, late after 60 s")


async def test_v_replays_the_ledger(shop, looks):
    shop.stocks(TEA, on_hand=9)
    async with sitting(shop.staff(), at="desk/health", looks=looks) as desk:
        await desk.press("v")
        assert await desk.sees("1 movements of 1 products")


async def test_who_may_not_run_the_shop_sees_the_rest(shop, looks):
    async with sitting(shop.staff("pam", Role.STOCK_CLERK), at="desk/health", looks=looks) as desk:
        assert await desk.sees("database      ● ok")
        assert await desk.sees("those who may run the shop")


@pytest.mark.parametrize("size", SIZES)
async def test_states_are_never_clipped(shop, looks, size):
    async with sitting(shop.staff(), size=SIZES[size], at="desk/health", looks=looks) as desk:
        assert await desk.sees("token store   ● ok")


@pytest.mark.parametrize("size", SIZES)
async def test_all_that_the_lit_look_found_is_told(shop, size):
    told = "reached postgresql://shop@a-database-with-a-long-name.example/micromart in cleartext"
    found = Check("database", ok=True, detail=told, fix=None)
    async with sitting(
        shop.staff(), size=SIZES[size], at="desk/health", looks=lambda: (("database", lambda: found),)
    ) as desk:
        assert await desk.sees("cleartext")
        assert told.replace(" ", "") in "".join(line.strip(" ▌") for line in desk.lines).replace(" ", "")


@pytest.mark.parametrize("size", SIZES)
async def test_what_is_not_lit_says_as_much_as_has_room_in_whole_words(shop, size):
    told = {
        "database": "open",
        "token store": "nobody is signed in; files of /srv/shops/of/a/very/long/name/state are private",
        "clock": "the database is as late as a whole day may be",
    }
    looks = tuple((name, partial(Check, name, ok=True, detail=each, fix=None)) for name, each in told.items())
    async with sitting(shop.staff(), size=SIZES[size], at="desk/health", looks=lambda: looks) as desk:
        assert await desk.sees("clock         ● ok")
        assert "…" not in desk.screen
        if size != "40x24":
            assert desk.line_with("token store").endswith("nobody is signed in")
            assert "a whole day may be" in " ".join(desk.screen.split())
