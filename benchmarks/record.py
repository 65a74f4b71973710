"""What was measured last, by benchmark, with when and where: kept as JSON, so that a run renews only its own."""

import os
import platform
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

import msgspec
from msgspec import Struct

from benchmarks.figures import Figure


class Run(Struct, frozen=True):
    """One run of one benchmark: what it is about, its figures, and what a reader must know to believe them."""

    title: str
    at: str
    quick: bool
    machine: str
    python: str
    postgresql: Mapping[str, str]
    load_before: float
    load_after: float
    figures: tuple[Figure, ...]

    @classmethod
    def just_ended(
        cls, title: str, figures: tuple[Figure, ...], postgresql: Mapping[str, str], load_before: float, *, quick: bool
    ) -> Self:
        """Make one of figures that were just found on this machine."""
        at, load = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"), os.getloadavg()[0]
        python = platform.python_version()
        return cls(title, at, quick, _machine(), python, postgresql, round(load_before, 1), round(load, 1), figures)

    @property
    def conditions(self) -> str:
        """When, on what and beside how much other work it was measured."""
        server = f"PostgreSQL {self.postgresql['server_version']} with fsync {self.postgresql['fsync']}"
        load = f"load {self.load_before:g} before, {self.load_after:g} after"
        hurry = "**Quick, with little data: only shows that it runs.** " if self.quick else ""
        return f"{hurry}{self.at}; {self.machine}; Python {self.python}; {server}; {load}."


def load_runs(file: Path) -> dict[str, Run]:
    """Return the last run of each benchmark, none where nothing was measured yet."""
    return msgspec.json.decode(file.read_bytes(), type=dict[str, Run]) if file.exists() else {}


def save_runs(file: Path, runs: Mapping[str, Run]) -> None:
    """Keep the last run of each benchmark."""
    file.write_bytes(msgspec.json.format(msgspec.json.encode(runs), indent=1) + b"\n")


def _machine() -> str:
    """Return cores and processor, without any name of the machine itself."""
    told = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    models = [line.partition(":")[2].strip() for line in told if line.startswith("model name")]
    return f"{os.cpu_count()} cores ({models[0] if models else platform.machine()})"
