"""The first page is drawn before the shop is open: what it shows until then, takes, and does when it stays shut."""

import threading

import pytest

from micromart_core.errors import Unavailable
from tests.tui.conftest import sitting

pytestmark = pytest.mark.anyio


class Opening:
    """A shop that is opened when the test lets it, or is kept shut by what the test says."""

    def __init__(self, refusal: Exception | None = None) -> None:
        self.may_open, self.refusal, self.thread = threading.Event(), refusal, ""

    def __call__(self) -> None:
        self.thread = threading.current_thread().name
        assert self.may_open.wait(20)
        if self.refusal is not None:
            raise self.refusal


async def test_the_page_stands_there_while_the_shop_is_being_opened_in_a_thread(demo):
    opening = Opening()

    async with shut(demo, opening) as sits:
        assert await sits.sees("s shop")
        assert await sits.sees("──────────────")
        assert await sits.sees("q quit")
        assert "Cold Boot" not in sits.screen
        await sits.finds(lambda: opening.thread)
        assert opening.thread != threading.current_thread().name

        opening.may_open.set()

        assert await sits.sees("add to cart")
        assert await sits.sees("c cart  empty")


async def test_nothing_is_asked_of_a_shop_that_is_not_open(demo):
    opening, asked = Opening(), []

    class Listening:
        def run(self, operation, *args, **kwargs):
            asked.append(operation.__name__)
            return demo.guest("ann").run(operation, *args, **kwargs)

        def changes(self):
            asked.append("changes")
            return demo.guest("ann").changes()

    async with sitting_before(Listening(), opening) as sits:
        await sits.pilot.press("c")
        await sits.finds(lambda: opening.thread)
        assert asked == []
        assert "Nothing here yet." not in sits.screen

        opening.may_open.set()

        assert await sits.sees("Nothing here yet.")
        assert "show_cart" in asked


async def test_whoever_leaves_before_the_shop_is_open_leaves(demo):
    opening = Opening()
    async with shut(demo, opening) as sits:
        await sits.finds(lambda: opening.thread)

        await sits.pilot.press("q")

        await sits.finds(lambda: not sits.app.is_running or sits.app._exit)
        opening.may_open.set()
    assert sits.app.refusal is None


async def test_a_shop_that_stays_shut_ends_the_app_and_the_reason_is_kept_for_whoever_ran_it(demo):
    refusal = Unavailable("The database does not answer.", why="nobody listens there")
    opening = Opening(refusal)
    opening.may_open.set()

    async with shut(demo, opening) as sits:
        await sits.finds(lambda: sits.app._exit)

    assert sits.app.refusal is refusal
    assert sits.app.crash is None


def shut(shop, opening):
    return sitting_before(shop.guest("ann"), opening)


def sitting_before(gateway, opening):
    """Open a storefront that is not waited for."""
    return sitting(gateway, opening=opening, rests=False)
