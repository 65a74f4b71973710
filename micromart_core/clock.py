"""The only place that reads the wall clock."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """Return this host's time, in UTC."""
    return datetime.now(UTC)


def stopwatch() -> float:
    """Return seconds that only ever grow, to measure how long something took."""
    return time.monotonic()
