"""Counts and durations of operations in this process, read by whoever exposes them."""

import threading
from collections import defaultdict
from dataclasses import dataclass


@dataclass(slots=True)
class Tally:
    """How often, and for how long in all."""

    count: int = 0
    seconds: float = 0.0
    retries: int = 0


class Metrics:
    """Tallies by operation and outcome (`ok` or the code of the error)."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tallies: dict[tuple[str, str], Tally] = defaultdict(Tally)

    def note(self, operation: str, outcome: str, seconds: float, retries: int) -> None:
        """Count one run of an operation."""
        with self._lock:
            tally = self._tallies[operation, outcome]
            tally.count += 1
            tally.seconds += seconds
            tally.retries += retries

    def snapshot(self) -> dict[tuple[str, str], Tally]:
        """Return a copy of all tallies."""
        with self._lock:
            return {key: Tally(tally.count, tally.seconds, tally.retries) for key, tally in self._tallies.items()}
