"""How the roles of a daemon are told to stop, and how they wait meanwhile."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from micromart_core.clock import stopwatch

TICK_SECONDS = 1.0
"""Looks that are so long apart or longer are at the same moments in every role of a daemon."""


class Stop:
    """Set once, by a signal; whoever works looks at it between two pieces of work."""

    def __init__(self) -> None:
        self._event, self._began = threading.Event(), stopwatch()
        self._wakes: list[Callable[[], None]] = []

    def set(self) -> None:
        """Ask everybody to finish what they hold, and end the waits of those who wait for something else."""
        self._event.set()
        for wake in tuple(self._wakes):
            wake()

    @contextmanager
    def waking(self, wake: Callable[[], None]) -> Iterator[None]:
        """Have a wait ended by the stop while this lasts, by what ends it from another thread."""
        self._wakes.append(wake)
        try:
            yield
        finally:
            self._wakes.remove(wake)

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
    """Wakes a role that waits, when another role of this daemon has made or seen work for it."""

    _event: threading.Event = field(default_factory=threading.Event)

    def ring(self) -> None:
        """Wake whoever waits, or who waits next."""
        self._event.set()

    def wait(self, seconds: float, stop: Stop) -> bool:
        """Wait for the bell, that long at most, or until the stop is set; return whether it rang."""
        with stop.waking(self.ring):
            rang = not stop.is_set and self._event.wait(stop.until_tick(seconds))
        if rang:  # else it may have rung since: that is for who waits next
            self._event.clear()
        return rang and not stop.is_set
