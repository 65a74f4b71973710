"""Bulkheads: what a session waits for runs in threads of its own, so that it keeps no other session waiting."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

EACH = 3
"""Threads of one session: one may wait for minutes, until somebody approves a sign-in."""
_own: ContextVar[ThreadPoolExecutor | None] = ContextVar("threads of this session", default=None)


class SessionThreads(ThreadPoolExecutor):
    """What an event loop uses when nobody says in which threads: those of the session that asks."""

    def submit(self, work: Callable[..., Any], /, *args: Any, **kwargs: Any) -> "Future[Any]":
        """Run it in a thread of the session."""
        own = _own.get()
        return super().submit(work, *args, **kwargs) if own is None else own.submit(work, *args, **kwargs)


@contextmanager
def own_threads() -> Iterator[None]:
    """Give whatever this task and those it starts ask for threads of their own, made when they are needed."""
    threads = ThreadPoolExecutor(EACH, thread_name_prefix="ssh-session")
    token = _own.set(threads)
    try:
        yield
    finally:
        _own.reset(token)
        threads.shutdown(wait=False, cancel_futures=True)
