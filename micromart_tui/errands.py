"""Threads for what a screen asks of others: whoever leaves waits for them a moment, and for no server that hangs."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from threading import Thread
from typing import Any

from micromart_core.clock import stopwatch

PATIENCE_SECONDS = 2.0
"""How long one who leaves waits for what is being done: enough for an order that is being placed."""


class Errands(ThreadPoolExecutor):
    """What an event loop uses when nobody says in which threads: one for each piece of work.

    Those of Python's own are waited for until they end, by the loop and by the process. What is still being done when
    the process ends is broken off as by a crash: the database takes it back, and an intent may be asked again.
    """

    def __init__(self) -> None:
        super().__init__()
        self._running: list[Thread] = []

    def submit(self, work: Callable[..., Any], /, *args: Any, **kwargs: Any) -> "Future[Any]":
        """Run it in a thread of its own."""
        done: Future[Any] = Future()
        thread = Thread(target=self._do, args=(done, partial(work, *args, **kwargs)), name="errand", daemon=True)
        thread.start()
        self._running = [*(each for each in self._running if each.is_alive()), thread]
        return done

    def _do(self, done: "Future[Any]", work: Callable[[], Any]) -> None:
        if done.set_running_or_notify_cancel():
            try:
                answer = work()
            except BaseException as error:  # noqa: BLE001  # told to whoever waits, as any executor does
                done.set_exception(error)
            else:
                done.set_result(answer)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: FBT001, FBT002  # as it is called
        """Wait a moment for what is being done."""
        until = stopwatch() + PATIENCE_SECONDS
        for thread in self._running if wait else ():
            thread.join(max(0.0, until - stopwatch()))
        super().shutdown(wait=False, cancel_futures=cancel_futures)
