"""A terminal of a size, a shop behind it, and what a person sees there."""

import asyncio
from contextlib import asynccontextmanager, suppress

import pytest
from textual.worker import WorkerCancelled

from micromart_cli.sign_in_here import SignInHere
from micromart_core.home import Home
from micromart_core.inventory.model import Sku
from micromart_core.products.demo import seed_demo
from micromart_core.products.model import NewProduct
from micromart_core.products.service_edit import create_product
from micromart_core.settings import IdentitySettings
from micromart_tui.app import MartApp
from tests.conftest import NOON, copied_to
from tests.home_elsewhere import opened_at, person_at

SIZES = {"100x30": (100, 30), "80x24": (80, 24), "40x24": (40, 24)}
LASTING = {"stays", "looks"}
"""Groups of workers that a page does not wait for: some never end, others only when a server answers."""
MOST_TURNS = 30
"""What is being read may begin another reading; a wire makes that longer, and a page that never rests is drawn too."""


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.fixture
def size() -> str:
    """The size of the terminal where a test does not say it."""
    return "100x30"


@pytest.fixture
def picture(snap_compare, size):
    """Compares a page at rest with its picture."""
    from tests.tui.pictures import Picture

    return Picture(snap_compare, size)


@pytest.fixture
def database_url(sqlite_template, tmp_path) -> str:
    """An empty shop on SQLite: what a page shows does not ask which database answers.

    The journeys that do are run on both: their files import `tests.conftest.database_url`.
    """
    return copied_to(tmp_path, sqlite_template)


@pytest.fixture
def told_time(clock):
    """A stopwatch that goes with the clock of the story."""

    def tick() -> float:
        return (clock() - NOON).total_seconds()

    return tick


@pytest.fixture
def local(shop):
    return shop.again(identity=IdentitySettings(allow_local=True))


@pytest.fixture
def here(local, tmp_path):
    """The home of whoever sits at this terminal."""
    home = Home(*(tmp_path / "home" / name for name in ("config", "data", "state", "cache")))
    return SignInHere(lambda: opened_at(local, home), home)


@pytest.fixture
def door(here):
    return person_at(here.shop, here.home)


@pytest.fixture
def demo(shop):
    """A shop with the demo catalogue."""
    shop.operator().run(seed_demo)
    return shop


@pytest.fixture
def with_a_mug(shop):
    """A shop with a mug of which three are left, and shelves."""
    shop.needs_category("desk")
    words = ("stoneware, 330 ml", "Thrown by hand in Porto.\n330 ml · stoneware")
    shop.staff().run(create_product, Sku("NM-001"), NewProduct("Null Mug", "desk", "24.00", *words))
    return shop


class Sitting:
    """Somebody sits at the terminal: presses keys, and looks."""

    def __init__(self, app: MartApp, pilot) -> None:
        self.app, self.pilot = app, pilot

    async def press(self, *keys: str) -> None:
        for key in keys:
            await self.pilot.press(key)
            await self.settle()

    async def settle(self) -> None:
        """Wait until nothing is being read and everything is drawn."""
        for turn in range(MOST_TURNS):
            await self._wait_for_all_but(LASTING)
            await self.pilot.pause()
            if turn >= 2 and not self._working(LASTING):  # what a reading begins, and what that begins
                return

    async def rests(self) -> None:
        """Wait until nothing moves any more."""
        still, seen = 0, ""
        while still < 4:
            await self._wait_for_all_but({"stays"})
            await self.pilot.pause(0.05)
            still = still + 1 if self.screen == seen else 0
            seen = self.screen

    def _working(self, groups: set[str]) -> list:
        return [each for each in self.app.workers if each.group not in groups and not each.is_finished]

    async def _wait_for_all_but(self, groups: set[str]) -> None:
        working = self._working(groups)
        with suppress(WorkerCancelled):  # a newer one has taken its place, and is waited for next
            if working:  # of none, Textual waits for all
                await self.app.workers.wait_for_complete(working)

    async def sees(self, words: str, patience: float = 10.0) -> bool:
        """Wait until these words stand somewhere on the screen."""
        for _ in range(int(patience / 0.02)):
            if words in self.screen:
                return True
            await asyncio.sleep(0.02)
            await self.pilot.pause()
        raise AssertionError(f"“{words}” is not on the screen:\n{self.screen}")

    async def finds(self, condition, patience: float = 10.0) -> None:
        """Wait until something is so."""
        for _ in range(int(patience / 0.02)):
            if condition():
                return
            await asyncio.sleep(0.02)
            await self.pilot.pause()
        raise AssertionError("it never came")

    @property
    def lines(self) -> list[str]:
        """The screen as text, row by row."""
        _, height = self.app.size
        strips = self.app.screen._compositor.render_strips()
        return [strip.text.rstrip() for strip in strips][:height]

    def line_with(self, words: str) -> str:
        """The first row that says so."""
        return next(line for line in self.lines if words in line)

    @property
    def screen(self) -> str:
        return "\n".join(self.lines)


@asynccontextmanager
async def sitting(gateway, size=(100, 30), *, rests=True, **facts):
    """Open the storefront on a terminal of this size, and wait until its first page rests."""
    app = MartApp(gateway, **facts)
    async with app.run_test(size=size, notifications=True) as pilot:
        sits = Sitting(app, pilot)
        if rests:
            await sits.settle()
        yield sits
