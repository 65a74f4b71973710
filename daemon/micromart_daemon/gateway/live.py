"""Live changes as server-sent events: one thread follows the shop, for everybody who listens here."""

import asyncio
import threading
from collections.abc import AsyncIterator

import msgspec
from starlette.responses import Response, StreamingResponse

from micromart_core.bootstrap import Shop
from micromart_core.changes import ANYTHING, Change, Changes, Topic, with_more
from micromart_daemon.gateway.problems import Full

PUBLIC = frozenset({Topic.STOCK, Topic.PRODUCTS, Topic.ANYTHING})
"""What anybody may hear of; the names of carts, orders, letters and people are for staff."""
HEARTBEAT_SECONDS = 15.0
LIFE_SECONDS = 300.0
"""A stream ends after so long and is asked for anew: who lost the rights of staff hears no more by then."""
MOST_STREAMS = 200


class Stream:
    """What one listener has not been sent yet: each change once, and very many in few words."""

    def __init__(self, *, hears_all: bool) -> None:
        self._hears_all = hears_all
        self._news: dict[Change, None] = {ANYTHING: None}  # it may have missed something before
        self._arrived = asyncio.Event()
        self._arrived.set()
        self.is_closed = False

    def hear(self, change: Change) -> None:
        """Take in a change that this listener may hear of."""
        if not self._hears_all and change.topic not in PUBLIC:
            return
        self._news = with_more(self._news, (change,))
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
        self._streams: set[Stream] = set()
        self._changes: Changes | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def answer(self, *, hears_all: bool) -> Response:
        """Return the answer that goes on for a while; raise Full."""
        if len(self._streams) >= MOST_STREAMS:
            raise Full
        self._begin()
        stream = Stream(hears_all=hears_all)
        self._streams.add(stream)
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(self._told(stream), 200, headers, "text/event-stream")

    def close(self) -> None:
        """End all streams; any thread may ask for it."""
        if self._changes is not None and self._loop is not None:
            self._loop.call_soon_threadsafe(self._end)
            self._changes.close()

    def _begin(self) -> None:
        if self._changes is None:
            self._loop, self._changes = asyncio.get_running_loop(), self._shop.changes()
            threading.Thread(target=self._follow, args=(self._loop, self._changes), name="live", daemon=True).start()

    def _follow(self, loop: asyncio.AbstractEventLoop, changes: Changes) -> None:
        for change in changes:
            if loop.is_closed():
                return
            loop.call_soon_threadsafe(self._tell, change)

    def _tell(self, change: Change) -> None:
        for stream in self._streams:
            stream.hear(change)

    def _end(self) -> None:
        for stream in self._streams:
            stream.close()

    async def _told(self, stream: Stream) -> AsyncIterator[str]:
        ends = asyncio.get_running_loop().time() + LIFE_SECONDS
        try:
            yield "retry: 1000\n\n"
            while not stream.is_closed and asyncio.get_running_loop().time() < ends:
                yield await stream.next_lines()
        finally:
            self._streams.discard(stream)
