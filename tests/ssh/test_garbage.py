"""What sessions leave behind goes away, and nobody who presses keys waits for that until there is much of it."""

import asyncio
import gc
import weakref

import pytest

from micromart_daemon.ssh import garbage
from micromart_daemon.ssh.garbage import LEAVES, MOST_LEAVES, Garbage
from tests.core.order_stories import TEA
from tests.ssh.conftest import HereService


class _Storefront:
    """Something that holds on to itself, as an app and its widgets do."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture
def unfrozen():
    yield
    gc.unfreeze()


@pytest.fixture
def left_behind(unfrozen):
    """A storefront that was set aside while somebody was in it, and of which only its own cycle is left."""
    storefront = _Storefront()
    Garbage(lambda: 0.0).set_aside()
    return weakref.ref(storefront)


@pytest.mark.anyio
async def test_it_goes_once_enough_sessions_have_ended(left_behind, monkeypatch):
    monkeypatch.setattr(garbage, "LOOK_EVERY", 0.01)
    collecting = Garbage(lambda: 60.0)
    for _ in range(LEAVES - 1):
        collecting.left()
    await _looked_again()
    gc.collect()
    assert left_behind() is not None  # set aside: Python's own collections pass it over

    collecting.left()
    await _looked_again()

    assert left_behind() is None


@pytest.mark.anyio
async def test_nobody_who_presses_keys_waits_for_it(left_behind, monkeypatch):
    monkeypatch.setattr(garbage, "LOOK_EVERY", 0.01)
    quiet = 0.0
    collecting = Garbage(lambda: quiet)
    for _ in range(LEAVES):
        collecting.left()
    await _looked_again()
    assert left_behind() is not None

    quiet = 60.0
    await _looked_again()
    assert left_behind() is None


@pytest.mark.anyio
async def test_much_of_it_goes_even_so(left_behind, monkeypatch):
    monkeypatch.setattr(garbage, "LOOK_EVERY", 0.01)
    collecting = Garbage(lambda: 0.0)
    for _ in range(MOST_LEAVES):
        collecting.left()
    await _looked_again()
    assert left_behind() is None


@pytest.mark.anyio
async def test_a_session_that_ended_goes_by_itself_and_who_was_refused_left_nothing(shop, home, monkeypatch):
    monkeypatch.setattr(garbage, "LEAVES", 1)
    monkeypatch.setattr(garbage, "QUIET_FOR", 0.0)
    shop.stocks(TEA, on_hand=1)
    async with HereService(shop.shop, home).running() as service, service.connected() as guest:
        collecting = service.doors.garbage
        heard = []
        monkeypatch.setattr(collecting, "left", lambda left=collecting.left: (heard.append(1), left()))
        await service.told(guest)
        assert heard == []
        async with service.window(guest) as window:
            await window.sees("The TEA-01")
            app = weakref.ref(next(iter(service.doors.sessions))._app)
            window.press("q")
            await window.ends()
        for _ in range(200):
            if app() is not None:
                await asyncio.sleep(0.05)
        assert heard == [1]
        assert app() is None


async def _looked_again() -> None:
    await asyncio.sleep(5 * garbage.LOOK_EVERY)
