"""Time left of a hold, by the database's clock."""

import math
from collections.abc import Callable
from datetime import datetime, timedelta

from micromart_core.clock import stopwatch

SOON, VERY_SOON = 0.5, 0.2
"""Shares of the hold left at which its colour turns honey, and rose."""


class HoldClock:
    """What time it is in the shop, measured with each answer that tells, and counted on by a clock that only grows."""

    def __init__(self, tick: Callable[[], float] = stopwatch) -> None:
        self.stopwatch = tick
        self._told: datetime | None = None
        self._at = 0.0

    def set(self, now: datetime, *, asked: float, answered: float) -> None:
        """Take over the shop's moment, which was read between these two readings of the stopwatch."""
        self._told, self._at = now, (asked + answered) / 2

    @property
    def is_set(self) -> bool:
        """True once the shop has told its time."""
        return self._told is not None

    def now(self) -> datetime:
        """Return the shop's moment."""
        if self._told is None:
            msg = "the shop has not told its time yet"
            raise RuntimeError(msg)
        return self._told + timedelta(seconds=self.stopwatch() - self._at)

    def moment_of(self, reading: float) -> datetime:
        """Return the shop's moment at which the stopwatch stood so."""
        return self.now() - timedelta(seconds=self.stopwatch() - reading)

    def seconds_to(self, moment: datetime) -> float:
        """Return the seconds left to a moment, negative when it is over."""
        return (moment - self.now()).total_seconds()


def clock_words(seconds: float) -> str:
    """Write time left as 09:41; a second is gone when it is over."""
    left = max(0, math.ceil(seconds))
    return f"{left // 60:02}:{left % 60:02}"


def mood(share: float) -> str:
    """Return the colour of a hold by the share of its time that is left; words beside it say the same."""
    return "$leaf" if share > SOON else "$honey" if share > VERY_SOON else "$rose"
