"""What sessions leave behind goes away, and nobody who presses keys waits for that until there is much of it."""

import asyncio
import gc
import weakref

import pytest

from micromart_daemon.ssh import garbage
from micromart_daemon.ssh.garbage import LEAVES, MOST_LEAVES, Garbage


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


def test_it_goes_once_enough_sessions_have_ended(left_behind):
    collecting = Garbage(lambda: 60.0)
    for _ in range(LEAVES - 1):
        collecting.left()
    gc.collect()
    assert left_behind() is not None  # set aside: Python's own collections pass it over

    collecting.left()

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


async def _looked_again() -> None:
    await asyncio.sleep(5 * garbage.LOOK_EVERY)
