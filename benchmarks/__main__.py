"""`./dev bench [NAMES] [--quick | --write]`: run benchmarks, show a table, and keep it under .dev/bench or in docs."""

import argparse
import os
import sys
import time
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path

from benchmarks.document import write_document
from benchmarks.figures import table_of
from benchmarks.record import Run
from benchmarks.servers import server_facts

NAMES = (
    *("startup", "hold", "order", "order_sqlite", "latency", "sweep", "sweep_served", "relay", "daemons"),
    *("catalogue", "screens", "growth_products", "growth_clients", "growth_daemons", "ssh", "gateway"),
)
_ROOT = Path(__file__).parents[1]
_FOLDER = _ROOT / ".dev" / "bench"


def main() -> int:
    """Run what was asked for; 1 when a bound was missed in a full run."""
    chosen = _asked_for()
    _FOLDER.mkdir(parents=True, exist_ok=True)
    server = server_facts()
    folder = _ROOT / "docs" if chosen.write else _FOLDER
    runs = {}
    for name in chosen.names or NAMES:
        runs[name] = _measure(name, server, quick=chosen.quick)
        # After each: who stops a long run keeps what it has found so far.
        write_document(folder, {name: runs[name]}, NAMES)
    figures = [figure for run in runs.values() for figure in run.figures]
    sys.stdout.write(table_of(figures) + "\n")
    print(f"PostgreSQL with fsync {server['fsync']}; details in {folder}", file=sys.stderr)
    return int(not chosen.quick and any(figure.verdict == "missed" for figure in figures))


def _asked_for() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"which ones: {', '.join(NAMES)}; all when none")
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--quick", action="store_true", help="little data and few repetitions: does it still run?")
    size.add_argument(
        "--write", action="store_true", help="renew what docs/benchmarks.md tells of these, and its plots"
    )
    chosen = parser.parse_args()
    unknown = set(chosen.names) - set(NAMES)
    if unknown:
        parser.error(f"there is no benchmark {', '.join(sorted(unknown))}")
    return chosen


def _measure(name: str, server: Mapping[str, str], *, quick: bool) -> Run:
    print(f"== {name}", file=sys.stderr, flush=True)
    began, load_before = time.monotonic(), os.getloadavg()[0]
    module = import_module(f"benchmarks.{name}")
    figures = tuple(module.measure(_FOLDER, quick=quick))
    print(f"   {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    return Run.just_ended(module.__doc__ or "", figures, server, load_before, quick=quick)


sys.exit(main())
