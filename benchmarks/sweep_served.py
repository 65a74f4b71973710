"""The sweep as a served shop does it: two daemons with all roles end 100,000 carts while shoppers go on."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import URL, text

from benchmarks.daemon_processes import running_daemons
from benchmarks.figures import Figure
from benchmarks.load import run_for, run_while
from benchmarks.scripts import run_script
from benchmarks.servers import empty_queues, own_database
from benchmarks.shops import make_tables, open_on
from benchmarks.sweep import (
    CARTS,
    LONGEST_STATEMENT_MS,
    MOST_SLOWER,
    PROCESSES,
    PRODUCTS,
    SHOPPERS_REST,
    THREADS,
    shoppers,
)
from micromart_core.bootstrap import Shop
from micromart_core.bootstrap_broker import event_routes

_SWEEP = "carts/sweep_expired"
_PATIENCE = 600.0


def measure(folder: Path, *, quick: bool) -> list[Figure]:
    """Measure sweeps by two daemons, which also publish and take in what the sweep records."""
    expired, repetitions = (10_000, 1) if quick else (100_000, 3)
    with own_database("sweep") as url, empty_queues(event_routes()) as broker:
        make_tables(url)
        run_script(url, "shelves", products=PRODUCTS)
        shop = open_on(url, broker=broker)
        rounds = [_round(shop, url, folder, expired) for _ in range(repetitions)]
        shop.close()
    longest, quiet, during, seconds = zip(*rounds, strict=True)
    slower = [one / other for one, other in zip(during, quiet, strict=True)]
    swept = [expired / one for one in seconds]
    return [
        Figure.of("sweep_served", "longest batch of a sweep", longest, "ms", at_most=LONGEST_STATEMENT_MS),
        Figure.of("sweep_served", "shoppers' p99, of that without a sweep", slower, at_most=MOST_SLOWER),
        Figure.of("sweep_served", "shoppers' p99 without a sweep", quiet, "ms"),
        Figure.of("sweep_served", "carts swept", swept, "/s"),
    ]


def _round(shop: Shop, url: URL, folder: Path, expired: int) -> tuple[float, float, float, float]:
    """Return the longest batch (ms), the shoppers' p99 without and with the sweep (ms), and the sweep's seconds."""
    run_script(url, "expired_carts", expired=0, carts=CARTS)
    log = folder / "sweeping.log"
    log.unlink(missing_ok=True)
    clients = {"processes": PROCESSES, "threads": THREADS}
    with running_daemons(shop.settings, log, 2, log_level="info"):
        time.sleep(3)
        quiet = run_for(shoppers(url), **clients, seconds=4, pause=SHOPPERS_REST)
        run_script(url, "expired_carts", expired=expired, carts=CARTS)
        during, seconds = run_while(shoppers(url), lambda: _await_sweep(shop), **clients, pause=SHOPPERS_REST)
    return max(_batches_ms(log)), quiet.percentile(99), during.percentile(99), seconds


def _await_sweep(shop: Shop) -> float:
    began = time.monotonic()
    overdue = text("SELECT count(*) FROM carts WHERE held_until <= now()")
    while time.monotonic() - began < _PATIENCE:
        with shop.database.begin(writes=False) as opened:
            if not opened.connection.execute(overdue).scalar_one():
                return time.monotonic() - began
        time.sleep(0.1)
    message = f"carts are still to be swept after {_PATIENCE:.0f} s"
    raise AssertionError(message)


def _batches_ms(log: Path) -> Iterator[float]:
    """Yield how long each batch took, transaction and all: no statement of it took longer."""
    for line in log.read_text().splitlines():
        told = json.loads(line).get("event", {})
        if told.get("action") == _SWEEP:
            yield told["duration"] / 1e6
