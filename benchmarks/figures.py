"""What a benchmark finds, and how it is told on a terminal."""

import statistics
from collections.abc import Sequence
from typing import Self

from msgspec import Struct
from msgspec.structs import replace


class Point(Struct, frozen=True):
    """Where on a curve a figure stands: `1000` `products` of the chart `Reading PostgreSQL`."""

    chart: str
    size: int
    of: str

    @property
    def words(self) -> str:
        """The size as people say it."""
        return f"{self.size:,} {self.of.removesuffix('s') if self.size == 1 else self.of}"


class Figure(Struct, frozen=True):
    """One number with the spread of its repetitions, and the bound it should keep."""

    bench: str
    name: str
    value: float
    least: float
    most: float
    unit: str = ""
    at_least: float | None = None
    at_most: float | None = None
    repetitions: int = 1
    point: Point | None = None

    @classmethod
    def of(
        cls,
        bench: str,
        name: str,
        values: Sequence[float],
        unit: str = "",
        *,
        at_least: float | None = None,
        at_most: float | None = None,
    ) -> Self:
        """Make a figure of repetitions: their median, the least and the most."""
        median, count = statistics.median(values), len(values)
        return cls(bench, name, median, min(values), max(values), unit, at_least, at_most, count)

    def on(self, chart: str, size: int, of: str) -> Self:
        """Return it as a point of the curve of its name."""
        return replace(self, point=Point(chart, size, of))

    @property
    def bound(self) -> str:
        """The bound in words; nothing when the figure is only told."""
        if self.at_least is not None:
            return f">= {self.at_least:g}"
        return "" if self.at_most is None else f"<= {self.at_most:g}"

    @property
    def verdict(self) -> str:
        """Whether the bound is kept: `met`, `missed`, or nothing without a bound."""
        if not self.bound:
            return ""
        low = self.at_least is not None and self.value < self.at_least
        high = self.at_most is not None and self.value > self.at_most
        return "missed" if low or high else "met"


def table_of(figures: Sequence[Figure]) -> str:
    """Write figures as a table."""
    titles = ("", "figure", "median", "least", "most", "unit", "bound", "")
    rows = [
        (one.bench, _said(one), short(one.value), short(one.least), short(one.most), one.unit, one.bound, one.verdict)
        for one in figures
    ]
    widths = [max(len(row[column]) for row in (titles, *rows)) for column in range(len(titles))]
    return "\n".join(_line(row, widths) for row in (titles, *rows))


def _said(figure: Figure) -> str:
    at = figure.point
    return figure.name if at is None else f"{at.chart}: {figure.name}, {at.words}"


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    numeric = (2, 3, 4)
    cells = (cell.rjust(widths[at]) if at in numeric else cell.ljust(widths[at]) for at, cell in enumerate(row))
    return "  ".join(cells).rstrip()


def short(value: float) -> str:
    """Write a number with the digits that tell something."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"  # noqa: PLR2004  # three digits tell enough
