"""python -m tests.simulation: live through seeds by hand, and tell what broke. `./dev sim` calls it."""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.conftest import make_empty_shop
from tests.simulation.world import STEPS, Ending, live_through


def main(arguments: Sequence[str]) -> int:
    """Return 1 when a promise was broken."""
    parser = argparse.ArgumentParser(prog="./dev sim", description="Live through a shop's life under each seed.")
    parser.add_argument("--seeds", type=int, default=100, metavar="N", help="how many; 100 unless said")
    parser.add_argument(
        "--from", dest="first", type=int, default=0, metavar="SEED", help="the first one; 0 unless said"
    )
    parser.add_argument("--steps", type=int, default=STEPS, metavar="N", help=f"turns of a life; {STEPS} unless said")
    parser.add_argument("--trace", action="store_true", help="tell every turn")
    asked = parser.parse_args(arguments)
    broken, orders, crashes = 0, 0, 0
    with tempfile.TemporaryDirectory() as folder:
        template = make_empty_shop(Path(folder))
        for seed in range(asked.first, asked.first + asked.seeds):
            ending = live_through(seed, template, Path(folder) / "life", asked.steps)
            broken, orders, crashes = broken + bool(ending.broken), orders + ending.orders, crashes + ending.crashes
            _tell(seed, ending, with_trace=asked.trace)
    sys.stdout.write(f"{asked.seeds} lives, {orders} orders, {crashes} crashes, {broken} broken\n")
    return int(bool(broken))


def _tell(seed: int, ending: Ending, *, with_trace: bool) -> None:
    for line in ending.trace if with_trace else ():
        sys.stdout.write(f"  {line}\n")
    for line in ending.broken:
        sys.stdout.write(f"seed {seed}: {line}\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
