"""How the roles of a daemon are told to stop, and how they wait meanwhile."""

import logging
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from types import FrameType
from typing import NoReturn

from micromart_core.clock import stopwatch

LOOK_UP_SECONDS = 1.0
TICK_SECONDS = 1.0
"""Looks that are so long apart or longer are at the same moments in every role of a daemon."""


class Stop:
    """Set once, by a signal; whoever works looks at it between two pieces of work."""

    def __init__(self) -> None:
        self._event, self._began = threading.Event(), stopwatch()

    def set(self) -> None:
        """Ask everybody to finish what they hold."""
        self._event.set()

    @property
    def is_set(self) -> bool:
        """True when it is time to finish."""
        return self._event.is_set()

    def wait(self, seconds: float) -> bool:
        """Wait that long or until it is set; return whether it is."""
        return self._event.wait(seconds)

    def wait_for_tick(self, seconds: float) -> bool:
        """Wait about that long, as `until_tick` says, or until it is set; return whether it is."""
        return self.wait(self.until_tick(seconds))

    def until_tick(self, seconds: float) -> float:
        """Shorten a wait of a second or more, so that it ends with those of the other roles.

        What one role has brought back into the caches then serves the others: on hosts that take them away from
        whoever sleeps, a look after a second of sleep costs up to 35 times what it costs right after another (0011).
        """
        if seconds < TICK_SECONDS:
            return seconds
        now = stopwatch() - self._began
        return (now + seconds) // TICK_SECONDS * TICK_SECONDS - now


@dataclass
class Pace:
    """How long to wait between two looks: shortly while there is work, ever longer while there is none."""

    shortest: float
    longest: float
    _wait: float = field(init=False)

    def __post_init__(self) -> None:
        self._wait = self.shortest

    def next_wait(self, *, found_work: bool) -> float:
        """Return the seconds until the next look."""
        self._wait = self.shortest if found_work else min(self.longest, self._wait * 2)
        return self._wait


@dataclass
class Bell:
    """Wakes a role that waits, when another role of this daemon has made work for it."""

    _event: threading.Event = field(default_factory=threading.Event)

    def ring(self) -> None:
        """Wake whoever waits, or who waits next."""
        self._event.set()

    def wait(self, seconds: float, stop: Stop) -> bool:
        """Wait for the bell, that long at most, or until the stop is set, seen at each tick; return whether it rang."""
        ends = stopwatch() + stop.until_tick(seconds)
        while not stop.is_set and (left := ends - stopwatch()) > 0:
            if self._event.wait(min(left, stop.until_tick(TICK_SECONDS))):
                break
        rang = self._event.is_set()
        self._event.clear()
        return rang


@contextmanager
def caught_signals() -> Iterator["SimpleQueue[int]"]:
    """Give a queue that gets the first SIGTERM or SIGINT; the second ends the process at once.

    Such a queue may be filled by a signal's handler at any moment: no lock that it might interrupt is held.
    """
    asked: SimpleQueue[int] = SimpleQueue()
    seen: list[int] = []

    def ask(number: int, _frame: FrameType | None) -> None:
        if seen:
            os._exit(128 + number)
        seen.append(number)
        asked.put(number)

    before = {number: signal.signal(number, ask) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def wait_for_signal(asked: "SimpleQueue[int]") -> int:
    """Wait until a queue of `caught_signals` has something, and return it.

    It looks up every second: a signal that comes while this thread hands the interpreter to another, just before it
    waits, interrupts no wait, and its handler runs only when this thread goes on.
    """
    while True:
        try:
            return asked.get(timeout=LOOK_UP_SECONDS)
        except Empty:
            continue


class Answering:
    """What answers in a thread of its own; when it ends by itself, or breaks, whoever waits for a signal gets 0."""

    def __init__(self, name: str, answer: Callable[[], object], asked: "SimpleQueue[int]") -> None:
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
