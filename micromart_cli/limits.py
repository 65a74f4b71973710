"""What bounds one run: a named lock and a time limit."""

import fcntl
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import ClassVar

from micromart_core.errors import LockTaken, TryAgain
from micromart_core.home import make_private


class TimedOut(TryAgain):
    """The run took longer than it may."""

    code = "timeout"
    told: ClassVar[str] = "It took longer than {} seconds."
    reason: ClassVar[str] = "--timeout was reached; a change may or may not have been made"
    advice: ClassVar[str] = "look, then run it again with more time"

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        super().__init__(self.told.format(f"{seconds:g}"), why=self.reason, hint=self.advice)


@contextmanager
def named_lock(folder: Path, name: str | None) -> Iterator[None]:
    """Hold a lock for the run; the kernel frees it when the process ends, however. Raise LockTaken at once."""
    if name is None:
        yield
        return
    file = os.open(make_private(folder) / f"{name}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        _take(file, name)
        yield
    finally:
        os.close(file)


@contextmanager
def time_limit(seconds: float | None) -> Iterator[None]:
    """Raise TimedOut in the middle of whatever takes longer; an open transaction is rolled back."""
    if seconds is None:
        yield
        return

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise TimedOut(seconds)

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _take(file: int, name: str) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise LockTaken(
            f"Another run holds the lock {name}.", why="it has not ended yet", hint="run it again when that has ended"
        ) from error
