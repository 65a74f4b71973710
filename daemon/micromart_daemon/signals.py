"""What ends a program that runs until it is told to: a signal, or its own end."""

import logging
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import Empty, SimpleQueue
from types import FrameType
from typing import NoReturn

from micromart_core.waker import Waker


class Asked:
    """The first reason to end: the number of a signal, or 0.

    Its queue may be filled by a signal's handler at any moment: no lock that it might interrupt is held.
    """

    def __init__(self) -> None:
        self._reasons: SimpleQueue[int] = SimpleQueue()
        self._waker = Waker()

    def put(self, reason: int) -> None:
        """Give a reason to end."""
        self._reasons.put(reason)
        self._waker.wake()

    def get(self) -> int:
        """Wait until there is a reason, and return it."""
        while True:
            try:
                return self._reasons.get_nowait()
            except Empty:
                self._waker.wait()

    @contextmanager
    def woken_by_signals(self) -> Iterator[None]:
        """Have a signal end the wait also when its handler cannot run.

        A signal that comes while the main thread hands the interpreter to another, just before it waits, interrupts no
        wait, and its handler runs only when that thread goes on: the byte that the interpreter writes sees to that.
        """
        before = signal.set_wakeup_fd(self._waker.fileno_to_write(), warn_on_full_buffer=False)
        try:
            yield
        finally:
            signal.set_wakeup_fd(before)
            self._waker.close()


@contextmanager
def caught_signals() -> Iterator[Asked]:
    """Give what gets the first SIGTERM or SIGINT; the second ends the process at once."""
    asked = Asked()
    seen: list[int] = []

    def ask(number: int, _frame: FrameType | None) -> None:
        if seen:
            os._exit(128 + number)
        seen.append(number)
        asked.put(number)

    with asked.woken_by_signals():
        before = {number: signal.signal(number, ask) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            yield asked
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


class Answering:
    """What answers in a thread of its own; when it ends by itself, or breaks, whoever waits for a signal gets 0."""

    def __init__(self, name: str, answer: Callable[[], object], asked: Asked) -> None:
        self._answer, self._asked = answer, asked
        self._broken: list[Exception] = []
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def join(self, seconds: float) -> bool:
        """Wait until it has ended, so long at most; return whether it has. Raise what it broke on."""
        self._thread.join(seconds)
        if self._broken:
            raise self._broken[0]
        return not self._thread.is_alive()

    def _run(self) -> None:
        try:
            self._answer()
        except Exception as error:  # noqa: BLE001  # raised again where it is told
            self._broken.append(error)
        finally:
            self._asked.put(0)


def end_at_once(code: int) -> NoReturn:
    """End with an exit code and wait for no thread, nor for what one holds: the interpreter would join them first."""
    logging.shutdown()
    os._exit(code)
