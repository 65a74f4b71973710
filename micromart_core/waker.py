"""Ends a wait for sockets that has no end of its own."""

import select
import socket
from contextlib import suppress
from math import ceil
from typing import Protocol


class Readable(Protocol):
    """What the system can wait for."""

    def fileno(self) -> int:
        """Return what the system knows it by."""
        ...


class Waker:
    """A wait that any thread, and any signal's handler, may end; also one beside sockets.

    A wait that looks up every second to see whether it is to end costs an idle process most of what it costs (0038).
    """

    def __init__(self) -> None:
        self._reader, self._writer = socket.socketpair()
        self._reader.setblocking(False)
        self._writer.setblocking(False)

    def fileno_to_write(self) -> int:
        """Return where a byte ends the wait, for `signal.set_wakeup_fd`."""
        return self._writer.fileno()

    def wake(self) -> None:
        """End the wait, or the next one; do nothing once it is closed."""
        with suppress(OSError):  # full: there is enough to wake by
            self._writer.send(b"\0")

    def wait(self, *beside: Readable, seconds: float | None = None) -> None:
        """Wait until it is woken, or one of the others can be read, so many seconds at most; None = for ever."""
        waiting = select.poll()
        for one in (self._reader, *beside):
            waiting.register(one, select.POLLIN)
        waiting.poll(None if seconds is None else ceil(seconds * 1000))
        with suppress(BlockingIOError):
            while self._reader.recv(4096):
                pass

    def close(self) -> None:
        """Give both sockets back."""
        self._reader.close()
        self._writer.close()
