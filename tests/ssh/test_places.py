"""A full shop: a line before it, limits for each address and key, and an end for whoever does nothing."""

import asyncio
import gc

import pytest
from asyncssh.channel import SSHClientChannel

from micromart_core.settings import SshSettings
from micromart_daemon.ssh import doorkeeper
from micromart_daemon.ssh.app import LineApp
from micromart_daemon.ssh.places import Places
from micromart_daemon.ssh.refusals import ShopFull
from tests.core.order_stories import TEA
from tests.ssh.conftest import HereService

pytestmark = pytest.mark.anyio


class Visitor:
    """Somebody who comes, stays until told otherwise, and hears their number."""

    def __init__(self, places: Places, source: str = "a", key: str | None = None) -> None:
        self.numbers: list[int] = []
        self._leaves, self.is_inside = asyncio.Event(), False
        self.task = asyncio.ensure_future(self._stay(places, source, key))

    async def _stay(self, places, source, key) -> None:
        async with places.place(source, key, self.numbers.append):
            self.is_inside = True
            await self._leaves.wait()

    async def leaves(self) -> None:
        self._leaves.set()
        await self.task
        await settled()


async def settled() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def come(places: Places, count: int) -> list[Visitor]:
    visitors = [Visitor(places, f"10.0.0.{number}") for number in range(count)]
    await settled()
    return visitors


async def test_whoever_comes_to_a_full_shop_waits_in_line_and_sees_it_move():
    first, second, third = await come(Places(SshSettings(sessions=1)), 3)
    assert (first.is_inside, second.is_inside, third.is_inside) == (True, False, False)
    assert (second.numbers, third.numbers) == ([1], [2])

    await first.leaves()
    assert (second.is_inside, third.is_inside, third.numbers) == (True, False, [2, 1])
    await second.leaves()
    assert third.is_inside
    await third.leaves()


async def test_a_line_has_an_end():
    places = Places(SshSettings(sessions=1, waiting=1))
    both = await come(places, 2)  # kept: a task that nobody holds may be collected, and its place with it
    late = Visitor(places, "b")
    with pytest.raises(ShopFull, match="full") as refused:
        await late.task
    assert refused.value.exit_code == 75
    assert refused.value.why == "1 are in it and 1 wait"
    assert [each.is_inside for each in both] == [True, False]


async def test_who_goes_away_from_the_line_keeps_nobody_waiting():
    first, second, third = await come(Places(SshSettings(sessions=1)), 3)
    second.task.cancel()
    await settled()
    assert third.numbers == [2, 1]
    first._leaves.set()
    third_is_next = third.task
    await settled()
    assert third.is_inside
    assert not third_is_next.done()


async def test_who_goes_away_in_the_moment_of_their_turn_passes_the_place_on():
    first, second, third = await come(Places(SshSettings(sessions=1)), 3)
    first._leaves.set()
    await asyncio.sleep(0)
    second.task.cancel()
    await settled()
    assert (second.is_inside, third.is_inside) == (False, True)


@pytest.mark.parametrize(("key", "settings"), [(None, {"sessions_per_source": 2}), ("k", {"sessions_per_key": 2})])
async def test_one_address_and_one_key_have_so_many_sessions_at_once(key, settings):
    places = Places(SshSettings(**settings))
    first, _second = Visitor(places, "a", key), Visitor(places, "a", key)
    await settled()
    third = Visitor(places, "a", key)
    with pytest.raises(ShopFull):
        await third.task
    await first.leaves()
    again = Visitor(places, "a", key)
    await settled()
    assert again.is_inside


async def test_over_ssh_the_line_is_seen_and_moves(start):
    service = start(MICROMART_SSH__SESSIONS="1", MICROMART_SSH__WAITING="1")
    async with service.connected() as ann, service.window(ann) as anns:
        await anns.sees("Null Mug")
        async with service.connected() as bob, service.window(bob) as bobs:
            await bobs.sees("You are number 1")
            async with service.connected() as cid, service.window(cid) as cids:
                await cids.sees("The shop is full just now.")
                assert await cids.ends() == 75
            anns.press("q")
            await bobs.sees("Null Mug")


async def test_who_waits_may_go_away_by_a_key(start):
    service = start(MICROMART_SSH__SESSIONS="1")
    async with service.connected() as ann, service.window(ann) as anns:
        await anns.sees("Null Mug")
        async with service.connected() as bob, service.window(bob) as bobs:
            await bobs.sees("You are number 1")
            bobs.press("\x03")
            assert await bobs.ends() == 130


async def test_a_session_in_which_nobody_does_anything_ends(start):
    service = start(MICROMART_SSH__IDLE_MINUTES="0.05")
    async with service.connected() as ann, service.window(ann) as window:
        assert await window.ends() == 0
        assert "Nobody pressed a key for 0.05 minutes." in window.text


async def test_a_channel_on_which_nothing_is_asked_for_keeps_no_connection_open(shop, home, monkeypatch):
    monkeypatch.setattr(doorkeeper, "PATIENCE_SECONDS", 0.5)
    async with HereService(shop.shop, home).running() as service, service.connected() as silent:
        channel = SSHClientChannel(silent, asyncio.get_running_loop(), "strict", None, "strict", 65536, 32768)
        await channel._open(b"session")
        async with asyncio.timeout(30):
            await silent.wait_closed()


async def test_who_has_left_leaves_no_storefront_in_memory(shop, home):
    shop.stocks(TEA, on_hand=1)
    async with HereService(shop.shop, home).running() as service:
        async with service.connected() as guest, service.window(guest) as window:
            await window.sees("The TEA-01")
            window.press("q")
            await window.ends()
        for _ in range(50):  # the service hears a moment later that its client has gone
            if in_memory():
                await asyncio.sleep(0.1)
        assert in_memory() == []


def in_memory() -> list[LineApp]:
    gc.unfreeze()  # what was set aside is among all objects again
    gc.collect()
    return [each for each in gc.get_objects() if isinstance(each, LineApp)]


@pytest.mark.slow
async def test_thirty_who_come_together_all_come_in(start):
    service = start(MICROMART_SSH__SESSIONS_PER_SOURCE="40")

    async def visit() -> None:
        async with service.connected(login_timeout=60) as guest, service.window(guest, "cart") as window:
            await window.sees("Nothing here yet.")
            window.press("q")
            assert await window.ends() == 0

    await asyncio.gather(*(visit() for _ in range(30)))
