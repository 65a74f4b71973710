"""Sweeping carts whose hold is over: how long its statements take, and what shoppers feel of it meanwhile."""

import random
import time
from collections.abc import Callable
from pathlib import Path

from msgspec import Struct
from sqlalchemy import URL

from benchmarks.figures import Figure
from benchmarks.load import Work, run_for, run_while
from benchmarks.scripts import run_script
from benchmarks.servers import own_database
from benchmarks.shops import guest_of, make_tables, open_on, relayed, sku_of
from benchmarks.statements import noting_statements
from micromart_core.carts.service import set_quantity
from micromart_core.carts.service_upkeep import sweep_expired

PRODUCTS, CARTS = 10_000, 20_000
PROCESSES, THREADS = 2, 2
SHOPPERS_REST = 0.01
LONGEST_STATEMENT_MS = 300
MOST_SLOWER = 3


class Sweep(Struct, frozen=True):
    """One sweep of everything that is over."""

    swept: int
    seconds: float
    longest_ms: float


def measure(_folder: Path, *, quick: bool) -> list[Figure]:
    """Measure sweeps of 100,000 carts (10,000 when quick) while shoppers go on."""
    expired, repetitions = (10_000, 1) if quick else (100_000, 3)
    with own_database("sweep") as url:
        make_tables(url)
        run_script(url, "shelves", products=PRODUCTS)
        rounds = [_round(url, expired) for _ in range(repetitions)]
    return [
        Figure.of(
            "sweep",
            f"longest statement of {expired:,} carts",
            [sweep.longest_ms for sweep, _, _ in rounds],
            "ms",
            at_most=LONGEST_STATEMENT_MS,
        ),
        Figure.of(
            "sweep",
            "shoppers' p99, of that without a sweep",
            [during / quiet for _, quiet, during in rounds],
            at_most=MOST_SLOWER,
        ),
        Figure.of("sweep", "shoppers' p99 without a sweep", [quiet for _, quiet, _ in rounds], "ms"),
        Figure.of("sweep", "carts swept", [sweep.swept / sweep.seconds for sweep, _, _ in rounds], "/s"),
    ]


def _round(url: URL, expired: int) -> tuple[Sweep, float, float]:
    """Return a sweep, and the shoppers' p99 in milliseconds without it and with it."""
    run_script(url, "expired_carts", expired=expired, carts=CARTS)
    clients = {"processes": PROCESSES, "threads": THREADS}
    quiet = run_for(shoppers(url), **clients, seconds=4, pause=SHOPPERS_REST)
    during, sweep = run_while(shoppers(url), lambda: _sweep(url), **clients, pause=SHOPPERS_REST)
    if sweep.swept != expired:
        message = f"{sweep.swept} carts were swept, not {expired}"
        raise AssertionError(message)
    return sweep, quiet.percentile(99), during.percentile(99)


def _sweep(url: URL) -> Sweep:
    """Sweep until nothing is left, as the daemon's sweeper does."""
    shop = open_on(url)
    sweeper, swept, began = relayed(shop.operator()), 0, time.monotonic()
    with noting_statements(shop.database.engine) as noted:
        while ended := sweeper.run(sweep_expired):
            swept += ended
    seconds = time.monotonic() - began
    shop.close()
    return Sweep(swept, seconds, max(statement.seconds for statement in noted) * 1000)


def shoppers(url: URL) -> Callable[[int], Callable[[int], Work]]:
    """Return what makes clients that hold now this and now that."""

    def in_process(process: int) -> Callable[[int], Work]:
        shop = open_on(url)

        def in_thread(thread: int) -> Work:
            chance = random.Random(process * THREADS + thread)

            def hold() -> object:
                guest = relayed(guest_of(shop, chance.randint(1, CARTS)))
                return guest.run(set_quantity, sku_of(chance.randint(1, PRODUCTS)), chance.randint(1, 3))

            return hold

        return in_thread

    return in_process
