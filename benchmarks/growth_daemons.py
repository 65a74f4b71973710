"""How taking in events grows with the daemons: one backlog, worked off by more and more of them."""

from collections.abc import Sequence
from pathlib import Path

from benchmarks.daemons import Rate, backlog_rate, serving
from benchmarks.figures import Figure

SIZES = (1, 2, 4)
UNIT = "daemons"


def measure(folder: Path, *, quick: bool) -> list[Figure]:
    """Measure each number of daemons in turns."""
    orders, repetitions = (200, 1) if quick else (1_000, 5)
    with serving("growth") as shop:
        log = folder / "daemons.log"
        rounds = [[backlog_rate(shop, log, orders, count) for count in SIZES] for _ in range(repetitions)]
    return [_rates(size, each) for size, each in zip(SIZES, zip(*rounds, strict=True), strict=True)]


def _rates(size: int, rates: Sequence[Rate]) -> Figure:
    figure = Figure.of("growth_daemons", "consumers", [one.rate for one in rates], "/s")
    return figure.on("Events taken in", size, UNIT)
