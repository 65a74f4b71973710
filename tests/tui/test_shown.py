"""What was read of products once for all pages: what changes while it is read is read again."""

import asyncio
from contextlib import suppress

import pytest

from micromart_core.inventory.model import Sku
from micromart_core.products.model import Picture
from micromart_tui.gallery import Shown

pytestmark = pytest.mark.anyio
MUG, KEY = Sku("NM-001"), Sku("EK-104")


class Reading:
    """Answers when the test lets it."""

    def __init__(self) -> None:
        self.asked: list[asyncio.Future] = []

    async def __call__(self, skus: tuple[Sku, ...]) -> tuple[Picture, ...]:
        answer = asyncio.get_running_loop().create_future()
        self.asked.append(answer)
        return await answer

    async def was_asked(self, times: int) -> None:
        """Let whoever fetches run until the question is put, which takes a turn of the loop."""
        await asyncio.sleep(0)
        assert len(self.asked) == times


async def test_what_changes_while_it_is_read_is_not_fresh():
    reading = Reading()
    shown = Shown(reading)
    fetching = asyncio.ensure_future(shown.fetch([MUG]))
    await reading.was_asked(1)

    shown.forget(MUG)
    reading.asked[0].set_result(())
    await fetching

    assert shown.is_read(MUG)
    assert not shown.is_fresh(MUG)


async def test_whoever_went_on_leaves_it_being_read_for_who_stays():
    reading = Reading()
    shown = Shown(reading)
    gone, stays = (asyncio.ensure_future(shown.fetch([MUG])) for _ in range(2))
    await reading.was_asked(2)

    gone.cancel()
    with suppress(asyncio.CancelledError):
        await gone
    shown.forget(MUG)
    reading.asked[1].set_result(())
    await stays

    assert not shown.is_fresh(MUG)


@pytest.mark.parametrize("changed", [MUG, None])
async def test_what_was_never_read_is_not_remembered_as_changed(changed):
    reading = Reading()
    shown = Shown(reading)
    shown.forget(changed)
    fetching = asyncio.ensure_future(shown.fetch([MUG, KEY]))
    await reading.was_asked(1)
    reading.asked[0].set_result(())
    await fetching

    assert shown.is_fresh(MUG)
    assert shown.is_fresh(KEY)
