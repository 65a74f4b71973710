"""`./dev bench [NAMES] [--quick]`: run benchmarks, show a table, and keep it with its details under .dev/bench."""

import argparse
import os
import sys
import time
from importlib import import_module
from pathlib import Path

from benchmarks.figures import Figure, save, table_of
from benchmarks.servers import server_facts

NAMES = ("startup", "hold", "order", "sweep", "sweep_served", "relay", "daemons", "catalogue", "screens")
_FOLDER = Path(__file__).parents[1] / ".dev" / "bench"


def main() -> int:
    """Run what was asked for; 1 when a bound was missed in a full run."""
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"which ones: {', '.join(NAMES)}; all when none")
    parser.add_argument("--quick", action="store_true", help="little data and few repetitions: does it still run?")
    chosen = parser.parse_args()
    unknown = set(chosen.names) - set(NAMES)
    if unknown:
        parser.error(f"there is no benchmark {', '.join(sorted(unknown))}")
    _FOLDER.mkdir(parents=True, exist_ok=True)
    load_before = os.getloadavg()[0]
    figures = [figure for name in chosen.names or NAMES for figure in _measure(name, quick=chosen.quick)]
    server = server_facts()
    save(_FOLDER / "report.json", figures, load_before, server)
    sys.stdout.write(table_of(figures) + "\n")
    loads = f"load {load_before:.1f} before, {os.getloadavg()[0]:.1f} after"
    print(f"{loads}; PostgreSQL with fsync {server['fsync']}; details in {_FOLDER}", file=sys.stderr)
    return int(not chosen.quick and any(figure.verdict == "missed" for figure in figures))


def _measure(name: str, *, quick: bool) -> list[Figure]:
    print(f"== {name}", file=sys.stderr, flush=True)
    began = time.monotonic()
    figures: list[Figure] = import_module(f"benchmarks.{name}").measure(_FOLDER, quick=quick)
    print(f"   {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    return figures


sys.exit(main())
