"""What starting costs: CPU and memory of whole processes, against a Python that does nothing."""

import os
import statistics
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from benchmarks.figures import Figure

LARGEST_VERSION, LARGEST_VERB = 3, 30
MOST_MEMORY_MB = 80
_MICROMART = str(Path(sys.executable).with_name("micromart"))
COMMANDS = {
    "bare python": (sys.executable, "-c", "pass"),
    "import sqlalchemy": (sys.executable, "-c", "import sqlalchemy"),
    "--version": (_MICROMART, "--version"),
    "--help": (_MICROMART, "--help"),
    "product list": (_MICROMART, "product", "list"),
    "cart show": (_MICROMART, "cart", "show"),
}
# A process that becomes another program keeps the largest memory of the one it was: that of the benchmarks, unless
# something stands between that is smaller than whatever is measured.
_RUN_AND_TELL = """
import os, sys
nowhere = [(os.POSIX_SPAWN_OPEN, each, os.devnull, os.O_RDWR, 0) for each in (0, 1, 2)]
child = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ, file_actions=nowhere)
_, status, used = os.wait4(child, 0)
print(os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime, used.ru_maxrss)
"""


class VerbFailed(Exception):
    """A command that was to be measured did not end well."""


def measure(_folder: Path, *, quick: bool) -> list[Figure]:
    """Measure each command many times, in turns, in a home with an embedded shop."""
    repetitions = 7 if quick else 40
    seconds: dict[str, list[float]] = defaultdict(list)
    memory: dict[str, list[float]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as home:
        for number in range(repetitions + 1):
            for name, words in COMMANDS.items():
                cpu, megabytes = _run(words, Path(home))
                if number:  # the first of each makes the shop and the bytecode
                    seconds[name].append(cpu)
                    memory[name].append(megabytes)
    bare = statistics.median(seconds["bare python"])
    return [
        _ratio("--version", seconds["--version"], bare, LARGEST_VERSION),
        _ratio("--help", seconds["--help"], bare, None),
        _ratio("product list", seconds["product list"], bare, LARGEST_VERB),
        _ratio("SQLAlchemy's import alone", seconds["import sqlalchemy"], bare, None),
        _ratio("cart show", seconds["cart show"], bare, None),
        Figure.of("startup", "CPU of bare python", [1000 * one for one in seconds["bare python"]], "ms"),
        Figure.of("startup", "CPU of product list", [1000 * one for one in seconds["product list"]], "ms"),
        Figure.of("startup", "memory of product list", memory["product list"], "MB", at_most=MOST_MEMORY_MB),
        Figure.of("startup", "memory of cart show", memory["cart show"], "MB", at_most=MOST_MEMORY_MB),
    ]


def _ratio(name: str, seconds: Sequence[float], bare: float, at_most: float | None) -> Figure:
    return Figure.of("startup", f"{name}, of bare python", [one / bare for one in seconds], at_most=at_most)


def _run(words: tuple[str, ...], home: Path) -> tuple[float, float]:
    """Run a command to its end; return its CPU seconds, user and system, and its largest memory in MB."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MICROMART_")}
    kept.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed program has its bytecode
    told = subprocess.run(
        [sys.executable, "-I", "-S", "-c", _RUN_AND_TELL, *words],
        env=kept | {"MICROMART_HOME": str(home)},
        capture_output=True,
        text=True,
        check=True,
    )
    code, cpu, kilobytes = told.stdout.split()
    if code != "0":
        message = f"{' '.join(words)} ended with {code}"
        raise VerbFailed(message)
    return float(cpu), int(kilobytes) / 1024
