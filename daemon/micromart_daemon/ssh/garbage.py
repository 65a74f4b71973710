"""Collecting garbage beside many sessions: looking through all of them at once stops each for a second and more."""

import asyncio
import gc
import logging
from collections.abc import Callable

LEAVES = 20
"""Sessions that end before all that is left is looked through: each leaves some 3 MB behind for so long, and with each
that opens the pages that others show at that moment are set aside as well, and stay until then."""
MOST_LEAVES = 2 * LEAVES
"""Sessions after which that is done even while keys are pressed."""
LOOK_EVERY, QUIET_FOR = 0.5, 1.0
"""Seconds between two looks whether anybody presses keys, and how long nobody must have."""
_log = logging.getLogger("micromart.ssh")


class Garbage:
    """Sets aside what lives long, so that Python's own collections look through what is new alone."""

    def __init__(self, quiet_seconds: Callable[[], float]) -> None:
        """Take what tells how long ago the last key was pressed, in any session."""
        self._quiet_seconds = quiet_seconds
        self._left = 0
        self._is_closed = False
        self._timer: asyncio.TimerHandle | None = None

    def set_aside(self) -> None:
        """Set aside what is there: what was loaded at the start, and each session once it shows its first page."""
        gc.collect()
        gc.freeze()

    def left(self) -> None:
        """Hear that a session has ended. Enough of them, and all is looked through as soon as nobody presses keys."""
        self._left += 1
        if self._left >= LEAVES and self._timer is None and not self._is_closed:
            self._look_soon()

    def close(self) -> None:
        """Look no more: the process ends."""
        self._is_closed = True
        if self._timer is not None:
            self._timer.cancel()

    def _look(self) -> None:
        self._timer = None
        if self._quiet_seconds() >= QUIET_FOR or self._left >= MOST_LEAVES:
            self._left = 0
            gc.unfreeze()
            _log.debug("what ended sessions left was looked through: %d objects", gc.collect())
            gc.freeze()
        else:
            self._look_soon()

    def _look_soon(self) -> None:
        """Look in a moment: a session that has just ended is still in somebody's hands."""
        self._timer = asyncio.get_running_loop().call_later(LOOK_EVERY, self._look)
