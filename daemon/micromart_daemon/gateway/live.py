"""Live changes as server-sent events: one thread follows the shop, for everybody who listens here."""

import asyncio
import logging
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from typing import Any

import msgspec
from starlette.responses import Response, StreamingResponse

from micromart_core.bootstrap import Shop
from micromart_core.changes import ANYTHING, Change, Changes, Topic, with_more
from micromart_core.errors import MicroMartError
from micromart_daemon.crowd import Crowd
from micromart_daemon.gateway.owners import ANYBODY, Owners
from micromart_daemon.gateway.problems import Full

PUBLIC = frozenset({Topic.STOCK, Topic.PRODUCTS, Topic.ANYTHING})
"""What anybody may hear of; the names of carts, orders, letters and people are for staff."""
HEARTBEAT_SECONDS = 15.0
LIFE_SECONDS = 300.0
"""A stream ends after so long and is asked for anew: who lost the rights of staff hears no more by then."""
MOST_STREAMS = 200
MOST_OF_ONE_SOURCE = 50
"""Streams of one address: also behind a proxy, where its connections are not counted."""
PAUSE_SECONDS = 1.0
_log = logging.getLogger("micromart.http")


class Stream:
    """What one listener has not been sent yet: each change once, and very many in few words."""

    def __init__(self, owner: str | None, *, hears_all: bool) -> None:
        self._owner, self._hears_all = owner, hears_all
        self._news: dict[Change, None] = {ANYTHING: None}  # it may have missed something before
        self._arrived = asyncio.Event()
        self._arrived.set()
        self.is_closed = False

    @property
    def has_owner(self) -> bool:
        """True when something of the shop can be this listener's own."""
        return self._owner is not None

    def hear(self, change: Change, owner: str | None) -> None:
        """Take in a change that this listener may hear of; `owner` is whose it is.

        Of their own, people hear that something of the topic changed: a cart may be another one than it was.
        """
        told = [change] if self._hears_all or change.topic in PUBLIC else []
        if self._owner is not None and owner in (self._owner, ANYBODY):
            told.append(Change(change.topic))
        if told:
            self._news = with_more(self._news, told)
            self._arrived.set()

    def close(self) -> None:
        """End it."""
        self.is_closed = True
        self._arrived.set()

    async def next_lines(self) -> str:
        """Return the next events, or a comment when nothing happened for a while."""
        try:
            await asyncio.wait_for(self._arrived.wait(), HEARTBEAT_SECONDS)
        except TimeoutError:
            return ":\n\n"
        self._arrived.clear()
        news, self._news = self._news, {}
        return "".join(f"event: change\ndata: {msgspec.json.encode(each).decode()}\n\n" for each in news)


class Live:
    """Everybody who listens."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self._owners = Owners(shop)
        self._streams: set[Stream] = set()
        self._crowd = Crowd(MOST_STREAMS, MOST_OF_ONE_SOURCE)
        self._changes: Changes | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._is_over = threading.Event()

    def answer(self, owner: str | None, source: str, *, hears_all: bool) -> Response:
        """Return the answer that goes on for a while, to whoever owns what is this owner's; raise Full."""
        self._begin()
        if not self._crowd.let_in(source):
            raise Full
        stream = Stream(owner, hears_all=hears_all)
        self._streams.add(stream)
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(self._told(stream, source), 200, headers, "text/event-stream")

    def close(self) -> None:
        """End all streams; any thread may ask for it."""
        self._is_over.set()
        if self._changes is not None and self._loop is not None:
            self._changes.close()
            _soon(self._loop, self._end)

    def _begin(self) -> None:
        if self._changes is None:
            self._loop, self._changes = asyncio.get_running_loop(), self._shop.changes()
            threading.Thread(target=self._follow, args=(self._loop, self._changes), name="live", daemon=True).start()

    def _follow(self, loop: asyncio.AbstractEventLoop, changes: Changes) -> None:
        """Follow the shop until the end; after a bug anew, and whoever listens may have missed something."""
        while True:
            try:
                self._pass_on(loop, changes)
            except Exception:  # noqa: BLE001  # it is logged whole, and nobody would hear of anything any more
                _log.exception("live changes broke; they begin again in %g s", PAUSE_SECONDS)
            changes.close()
            if self._is_over.wait(PAUSE_SECONDS):
                return
            with suppress(MicroMartError):  # in a moment anew: one that is closed tells nothing
                changes = self._changes = self._shop.changes()
            if self._is_over.is_set() or not _soon(loop, self._tell, ANYTHING, ANYBODY):  # now that it listens again
                changes.close()
                return

    def _pass_on(self, loop: asyncio.AbstractEventLoop, changes: Changes) -> None:
        for change in changes:
            is_asked = any(stream.has_owner for stream in tuple(self._streams))
            owner = self._owners.owner_of(change) if is_asked else None
            if not _soon(loop, self._tell, change, owner):
                return

    def _tell(self, change: Change, owner: str | None) -> None:
        for stream in self._streams:
            stream.hear(change, owner)

    def _end(self) -> None:
        for stream in self._streams:
            stream.close()

    async def _told(self, stream: Stream, source: str) -> AsyncIterator[str]:
        ends = asyncio.get_running_loop().time() + LIFE_SECONDS
        try:
            yield "retry: 1000\n\n"
            while not stream.is_closed and asyncio.get_running_loop().time() < ends:
                yield await stream.next_lines()
        finally:
            self._streams.discard(stream)
            self._crowd.leave(source)


def _soon(loop: asyncio.AbstractEventLoop, work: Callable[..., None], *facts: Any) -> bool:
    """Have it done on the loop; False when that has ended, and all streams with it."""
    try:
        loop.call_soon_threadsafe(work, *facts)
    except RuntimeError:
        return False
    return True
