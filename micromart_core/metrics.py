"""Counts and durations of operations in this process, and in those it has begun, read by whoever exposes them."""

import threading
from collections import defaultdict

from msgspec import Struct


class Tally(Struct):
    """How often, and for how long in all."""

    count: int = 0
    seconds: float = 0.0
    retries: int = 0

    def add(self, other: "Tally") -> None:
        """Count what another one counted."""
        self.count += other.count
        self.seconds += other.seconds
        self.retries += other.retries


Tallies = dict[tuple[str, str], Tally]


class Metrics:
    """Tallies by operation and outcome (`ok` or the code of the error)."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tallies: Tallies = defaultdict(Tally)
        self._elsewhere: dict[str, Tallies] = {}

    def note(self, operation: str, outcome: str, seconds: float, retries: int) -> None:
        """Count one run of an operation."""
        with self._lock:
            self._tallies[operation, outcome].add(Tally(1, seconds, retries))

    def hear(self, process: str, tallies: Tallies) -> None:
        """Take in all that another process has run so far."""
        with self._lock:
            self._elsewhere[process] = tallies

    def settle(self, process: str) -> None:
        """Keep what a process had run that has ended: a count never falls."""
        with self._lock:
            for key, tally in self._elsewhere.pop(process, {}).items():
                self._tallies[key].add(tally)

    def snapshot(self) -> Tallies:
        """Return a copy of all tallies, with what other processes told of theirs."""
        told: Tallies = defaultdict(Tally)
        with self._lock:
            for tallies in (self._tallies, *self._elsewhere.values()):
                for key, tally in tallies.items():
                    told[key].add(tally)
        return dict(told)
