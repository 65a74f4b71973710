"""One of several processes that answer on a gateway's port: what it was given, and what it tells who began it."""

import os
import re
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import msgspec
from msgspec import Struct

from micromart_core.errors import InvalidValue
from micromart_core.metrics import Metrics, Tally
from micromart_daemon.signals import Asked

_WORD = re.compile(r"(\d{1,3}):(\d{1,7}):(\d{1,7})")
Told = list[tuple[str, str, Tally]]
"""What a worker has run: operation, outcome, how often and for how long."""


class NoWorker(InvalidValue):
    """Somebody but a gateway began this."""

    code = "gateway.no_worker"

    def __init__(self) -> None:
        super().__init__(
            "A worker is begun by its gateway alone.",
            why="it is given a port that is open already",
            hint="micromartd gateway --workers NUMBER",
        )


class Worker(Struct, frozen=True):
    """What a worker is given: its number, the socket that all of them answer on, and a line to who began it."""

    number: int
    listener: socket.socket
    line: socket.socket

    @contextmanager
    def in_touch(self, metrics: Metrics, asked: Asked) -> Iterator[None]:
        """Tell what this process has run whenever that is asked, and ask it to end when nobody asks any more."""
        thread = threading.Thread(target=self._talk, args=(metrics, asked), name="line", daemon=True)
        thread.start()
        try:
            yield
        finally:
            with suppress(OSError):
                self.line.shutdown(socket.SHUT_RDWR)
            thread.join()
            self.line.close()

    def _talk(self, metrics: Metrics, asked: Asked) -> None:
        with suppress(OSError):  # who began this has ended
            while self.line.recv(1):
                told: Told = [(*key, tally) for key, tally in metrics.snapshot().items()]
                self.line.sendall(msgspec.json.encode(told) + b"\n")
        asked.put(signal.SIGTERM)


def word_of(number: int, listener: socket.socket, line: socket.socket) -> str:
    """Say in one word of a command line what a worker is given."""
    return f"{number}:{listener.fileno()}:{line.fileno()}"


def worker_named(word: str) -> Worker:
    """Take over what a word of `word_of` names; raise NoWorker."""
    found = _WORD.fullmatch(word)
    try:
        if found is None:
            raise NoWorker
        listener, line = (socket.socket(fileno=int(number)) for number in found.groups()[1:])
    except (OSError, OverflowError):
        raise NoWorker from None
    for each in (listener, line):
        os.set_inheritable(each.fileno(), False)
    return Worker(int(found.group(1)), listener, line)
