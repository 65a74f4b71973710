"""What a benchmark finds, and how it is told: as a table for people and as JSON for programs."""

import json
import os
import platform
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Self


@dataclass(frozen=True, slots=True)
class Figure:
    """One number with the spread of its repetitions, and the bound it should keep."""

    bench: str
    name: str
    value: float
    least: float
    most: float
    unit: str = ""
    at_least: float | None = None
    at_most: float | None = None

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
        return cls(bench, name, statistics.median(values), min(values), max(values), unit, at_least, at_most)

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
        (one.bench, one.name, _short(one.value), _short(one.least), _short(one.most), one.unit, one.bound, one.verdict)
        for one in figures
    ]
    widths = [max(len(row[column]) for row in (titles, *rows)) for column in range(len(titles))]
    return "\n".join(_line(row, widths) for row in (titles, *rows))


def save(file: Path, figures: Sequence[Figure], load_before: float, server: Mapping[str, str]) -> None:
    """Write figures and what is known of the machine and its PostgreSQL as JSON."""
    found = [asdict(figure) | {"verdict": figure.verdict} for figure in figures]
    report = {"machine": machine(load_before), "postgresql": dict(server), "figures": found}
    file.write_text(json.dumps(report, indent=2) + "\n")


def machine(load_before: float) -> dict[str, object]:
    """Tell where and when this was measured, and how busy the machine was with other things."""
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "system": platform.platform(),
        "cores": os.cpu_count(),
        "load_before": round(load_before, 2),
        "load_after": round(os.getloadavg()[0], 2),
    }


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    numeric = (2, 3, 4)
    cells = (cell.rjust(widths[at]) if at in numeric else cell.ljust(widths[at]) for at, cell in enumerate(row))
    return "  ".join(cells).rstrip()


def _short(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"  # noqa: PLR2004  # three digits tell enough
