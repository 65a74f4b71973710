"""What a drill came to: how much was done, how fast, what was refused and why, and which promises were broken."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence

from msgspec import Struct

from micromart_core.maintenance.drill_notes import Found, Notes


class Latency(Struct, frozen=True):
    """Milliseconds within which half, 95 % and 99 % of the operations were answered."""

    p50: float
    p95: float
    p99: float


class OperationFigures(Struct, frozen=True):
    """One operation: how often it was asked for, its latency in milliseconds, how often refused, and by which codes."""

    operation: str
    count: int
    per_second: float
    p50: float
    p95: float
    p99: float
    refused: int
    why: str


class DrilledCopy(Struct, frozen=True):
    """What was copied from which kind of database, where the shoppers went, and whether that is still there."""

    source: str
    to: str
    """The address of the copy, without a password."""
    products: int
    """Published products in stock on the first page: what the shoppers bought."""
    kept: bool


class Drill(Struct, frozen=True):
    """How a drill went; `violations` must be 0."""

    violations: int
    operations: int
    """Operations that were answered, refusals among them."""
    throughput: float
    """Operations in a second."""
    latency_ms: Latency
    shoppers: int
    seconds: float
    """How long shoppers were in the shop."""
    seed: int
    interrupted: bool
    """True: Ctrl-C ended it before its time."""
    copied: DrilledCopy
    by_operation: tuple[OperationFigures, ...]
    found: tuple[Found, ...]
    """Each broken promise once."""


def figures_of(notes: Sequence[Notes], seconds: float) -> tuple[OperationFigures, ...]:
    """Return the figures of every operation over all notes, the most frequent first."""
    names = {name for each in notes for name in each.milliseconds}
    return tuple(
        sorted((_figures(name, notes, seconds) for name in names), key=lambda row: (-row.count, row.operation))
    )


def latency_of(notes: Sequence[Notes]) -> Latency:
    """Return the latency over all operations."""
    return _latency(took for each in notes for times in each.milliseconds.values() for took in times)


def _figures(name: str, notes: Sequence[Notes], seconds: float) -> OperationFigures:
    times = [took for each in notes for took in each.milliseconds.get(name, ())]
    refusals = sum((each.refusals[name] for each in notes if name in each.refusals), start=Counter[str]())
    latency = _latency(times)
    why = ", ".join(f"{code} {count}" for code, count in refusals.most_common())
    per_second = round(len(times) / seconds, 1)
    return OperationFigures(name, len(times), per_second, latency.p50, latency.p95, latency.p99, refusals.total(), why)


def _latency(times: Iterable[float]) -> Latency:
    ordered = sorted(times)
    return Latency(*(round(percentile(ordered, share), 2) for share in (50, 95, 99)))


def percentile(ordered: Sequence[float], percent: int) -> float:
    """Return the smallest value that so many percent of them do not exceed (nearest rank); 0 when there are none."""
    return ordered[math.ceil(len(ordered) * percent / 100) - 1] if ordered else 0.0
