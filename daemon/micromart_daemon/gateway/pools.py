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

BESIDE_REQUESTS = 2
"""Connections to the database for what nobody asked for by a request: whose a change is, and the owner's window."""

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


def sizes_of(threads: int) -> dict[str, int]:
    """Return how many threads each kind of request has, in the order of Pools."""
    of_requests = dict.fromkeys(("guests", "people", "staff"), threads)
    return of_requests | {"accounts": ACCOUNT_THREADS, "letters": 1, "ready": 1}


def connections_of(threads: int) -> int:
    """Return how many connections to the database a gateway can need at once."""
    return sum(sizes_of(threads).values()) + BESIDE_REQUESTS


class Pools:
    """Guests need the database alone; people may need the issuer's keys; staff who change something ask the issuer."""

    def __init__(self, threads: int) -> None:
        self._all = tuple(Pool(name, size) for name, size in sizes_of(threads).items())
        self.guests, self.people, self.staff, self.accounts, self.letters, self.ready = self._all

    def of(self, *, is_anonymous: bool, is_staff_work: bool) -> Pool:
        """Return the threads for a request."""
        if is_anonymous:
            return self.guests
        return self.staff if is_staff_work else self.people

    def close(self) -> bool:
        """Begin nothing more, and wait a moment for what has begun; False when something goes on all the same."""
        going_on = wait([future for pool in self._all for future in pool.close()], LAST_SECONDS)
        return not going_on.not_done
