"""Bulkheads: requests of each kind have threads of their own, so that what one kind waits for stalls no other."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any

from micromart_daemon.gateway.problems import Full

WAITING_PER_THREAD = 16
"""How many requests may wait for each thread before the next one is told to come back."""

ACCOUNT_THREADS = 2
"""Passwords are hashed slowly on purpose: no more of them at once, or who tries many would take every processor."""

LAST_SECONDS = 0.5
"""How long what nobody waits for any more, a letter as a rule, may take to end when the gateway does."""


class Pool:
    """A few threads, and a line in front of them that does not grow without end."""

    def __init__(self, name: str, threads: int) -> None:
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix=f"gateway-{name}")
        self._most = threads * (1 + WAITING_PER_THREAD)
        self._inside = 0
        self._unfinished: set[Future[Any]] = set()

    async def run(self, work: Callable[[], Any], seconds: float) -> Any:
        """Run it in a thread; raise Full when the line is long, TimeoutError when the answer takes too long.

        What runs already is not stopped by that, and keeps its place until it ends; what still waits never begins.
        """
        if self._inside >= self._most:
            raise Full
        self._inside += 1
        loop = asyncio.get_running_loop()
        future = self._threads.submit(work)
        self._unfinished.add(future)
        future.add_done_callback(lambda done: self._leave(loop, done))
        return await asyncio.wait_for(asyncio.wrap_future(future), seconds)

    def close(self) -> "set[Future[Any]]":
        """Begin nothing more; return what goes on all the same."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        return set(self._unfinished)

    def _leave(self, loop: asyncio.AbstractEventLoop, done: "Future[Any]") -> None:
        self._unfinished.discard(done)
        if not loop.is_closed():
            loop.call_soon_threadsafe(self._left)

    def _left(self) -> None:
        self._inside -= 1


class Pools:
    """Guests need the database alone; people may need the issuer's keys; staff who change something ask the issuer."""

    def __init__(self, threads: int) -> None:
        self.guests, self.people, self.staff, self.accounts, self.letters, self.ready = (
            Pool("guests", threads),
            Pool("people", threads),
            Pool("staff", threads),
            Pool("accounts", ACCOUNT_THREADS),
            Pool("letters", 1),
            Pool("ready", 1),
        )

    def of(self, *, is_anonymous: bool, is_staff_work: bool) -> Pool:
        """Return the threads for a request."""
        if is_anonymous:
            return self.guests
        return self.staff if is_staff_work else self.people

    def close(self) -> bool:
        """Begin nothing more, and wait a moment for what has begun; False when something goes on all the same."""
        pools = (self.guests, self.people, self.staff, self.accounts, self.letters, self.ready)
        going_on = wait([future for pool in pools for future in pool.close()], LAST_SECONDS)
        return not going_on.not_done
