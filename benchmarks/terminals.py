"""A program on a terminal of its own: what it writes, how soon, and what that costs."""

import contextlib
import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

_PATIENCE = 120.0
_AT_ONCE = 65_536
_CLOCK_OF_PROCESS = 2
_QUIET = 0.25
"""Seconds of silence after which a screen is drawn."""


class Terminal:
    """One program, the keyboard and the screen it has."""

    def __init__(self, pid: int, descriptor: int) -> None:
        self.pid, self._descriptor = pid, descriptor
        self.written = b""

    def wait_for(self, mark: bytes) -> None:
        """Read until the program has written this; raise AssertionError when it does not come."""
        deadline = time.monotonic() + _PATIENCE
        while mark not in self.written:
            if time.monotonic() > deadline:
                message = f"{mark!r} was not written; the last was {self.written[-500:]!r}"
                raise AssertionError(message)
            self._read(0.1)

    def settle(self) -> None:
        """Read until nothing more comes."""
        while self._read(_QUIET):
            pass

    def press(self, key: bytes) -> float:
        """Press a key; return the seconds until the program begins to write what comes of it."""
        began = time.monotonic()
        os.write(self._descriptor, key)
        if not self._read(_PATIENCE):
            message = f"nothing came of {key!r}"
            raise AssertionError(message)
        return time.monotonic() - began

    def bytes_of(self, seconds: float) -> int:
        """Return how many bytes the program writes in so many seconds."""
        before, ends = len(self.written), time.monotonic() + seconds
        while (left := ends - time.monotonic()) > 0:
            self._read(left)
        return len(self.written) - before

    def cpu_seconds(self) -> float:
        """Return the CPU that its living threads have used."""
        threads = Path(f"/proc/{self.pid}/task").glob("*/schedstat")
        return sum(int(each.read_text().split()[0]) for each in threads) / 1e9

    def cpu_seconds_in_all(self) -> float:
        """Return the CPU, user and system, that the program has used, its ended threads too."""
        # The clock of another process, as clock_getcpuclockid(3) of Linux names it.
        return time.clock_gettime((~self.pid << 3) | _CLOCK_OF_PROCESS)

    def megabytes(self) -> float:
        """Return the memory it holds now."""
        pages = int(Path(f"/proc/{self.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1024 / 1024

    def end(self, key: bytes) -> None:
        """Press the key that quits, and wait until the program has ended."""
        os.write(self._descriptor, key)
        with contextlib.suppress(OSError):  # a terminal whose program has ended cannot be read
            while self._read(_PATIENCE):
                pass
        os.waitpid(self.pid, 0)
        self.pid = 0

    def close(self) -> None:
        """End the program if it still runs."""
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self._descriptor)

    def _read(self, patience: float) -> bool:
        readable, _, _ = select.select([self._descriptor], [], [], patience)
        if not readable:
            return False
        came = os.read(self._descriptor, _AT_ONCE)
        self.written += came
        return bool(came)


@contextmanager
def running_on_terminal(
    words: Sequence[str], environment: Mapping[str, str], *, width: int = 100, height: int = 30
) -> Iterator[Terminal]:
    """Run a program on a terminal of true colours; it is killed at the end if it still runs."""
    pid, descriptor = pty.fork()
    if pid == 0:
        os.execvpe(words[0], list(words), {**environment, "TERM": "xterm-256color", "COLORTERM": "truecolor"})
    fcntl.ioctl(descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))
    terminal = Terminal(pid, descriptor)
    try:
        yield terminal
    finally:
        terminal.close()
