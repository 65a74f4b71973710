"""Placing an order of five lines: through the gateway, against pgbench calling one function that writes the same."""

from collections.abc import Callable
from itertools import count
from pathlib import Path

from sqlalchemy import URL

from benchmarks.bare import Facts, run_bare
from benchmarks.figures import Figure
from benchmarks.load import Load, Work, run_for
from benchmarks.scripts import pgbench, run_script
from benchmarks.servers import own_database
from benchmarks.shops import make_tables, open_on, relayed, shopper_of
from benchmarks.statements import noting_statements
from micromart_core.orders.service import place_order

PRODUCTS, LINES, MANY_LINES = 10_000, 5, 20
PROCESSES, THREADS = 4, 4
CLIENTS = PROCESSES * THREADS
FASTEST = 5_000
"""More orders than this in a second nobody places here; so many carts are filled before."""
LEAST_OF_PGBENCH = 0.3


def measure(_folder: Path, *, quick: bool) -> list[Figure]:
    """Measure orders where a daemon relays the events, orders that deliver them too, and count their statements."""
    repetitions, seconds = (2, 2) if quick else (5, 4)
    with own_database("order") as url:
        make_tables(url)
        run_script(url, "shelves", products=PRODUCTS)
        run_script(url, "order_function")
        rounds = [_round(url, seconds, turned=bool(number % 2)) for number in range(repetitions)]
        bare = [_bare(url, seconds) for _ in range(repetitions)]
        few, many = (_count_statements(url, lines) for lines in (LINES, MANY_LINES))
    ratios = [ours.per_second / theirs for ours, _, theirs in rounds]
    alone = [delivering.per_second / theirs for _, delivering, theirs in rounds]
    return [
        Figure.of("order", "five lines, of pgbench", ratios, at_least=LEAST_OF_PGBENCH),
        Figure.of("order", "and delivers its events, of pgbench", alone),
        Figure.of("order", "five lines", [ours.per_second for ours, _, _ in rounds], "/s"),
        Figure.of("order", "CPU of one", [ours.cpu_ms for ours, _, _ in rounds], "ms"),
        Figure.of("order", "pgbench's function by psycopg, of pgbench", bare),
        Figure.of("order", f"statements of {LINES} lines", [few]),
        Figure.of("order", f"statements of {MANY_LINES} lines", [many], at_most=few),
    ]


def _round(url: URL, seconds: int, *, turned: bool) -> tuple[Load, Load, float]:
    """Return our orders with a daemon, those without, and pgbench's rate; who comes first changes."""
    share = FASTEST * seconds // CLIENTS

    def ours(*, delivers: bool) -> Load:
        run_script(url, "full_carts", carts=share * CLIENTS, lines=LINES)
        work = _buyers(url, share, delivers=delivers)
        return run_for(work, processes=PROCESSES, threads=THREADS, seconds=seconds)

    def theirs() -> float:
        run_script(url, "full_carts", carts=share * CLIENTS, lines=LINES)
        return pgbench(url, "order", clients=CLIENTS, seconds=seconds, variables={"share": share, "at": -1})

    if turned:
        rate = theirs()
        return ours(delivers=False), ours(delivers=True), rate
    return ours(delivers=False), ours(delivers=True), theirs()


def _bare(url: URL, seconds: int) -> float:
    """Return the ratio of pgbench's own function called by as many clients in Python."""
    share = FASTEST * seconds // CLIENTS

    def facts_of(client: int) -> Facts:
        buyers = count(1 + client * share)
        return lambda: {"buyer": next(buyers)}

    run_script(url, "full_carts", carts=share * CLIENTS, lines=LINES)
    load = run_bare(url, "order", facts_of, processes=PROCESSES, threads=THREADS, seconds=seconds)
    run_script(url, "full_carts", carts=share * CLIENTS, lines=LINES)
    rate = pgbench(url, "order", clients=CLIENTS, seconds=seconds, variables={"share": share, "at": -1})
    return load.per_second / rate


def _buyers(url: URL, share: int, *, delivers: bool) -> Callable[[int], Callable[[int], Work]]:
    """Return clients who each order the carts of their own share of the shoppers, one after the other."""

    def in_process(process: int) -> Callable[[int], Work]:
        shop = open_on(url)

        def in_thread(thread: int) -> Work:
            buyers = count((process * THREADS + thread) * share + 1)

            def order() -> object:
                shopper = shopper_of(shop, next(buyers))
                return (shopper if delivers else relayed(shopper)).run(place_order)

            return order

        return in_thread

    return in_process


def _count_statements(url: URL, lines: int) -> int:
    """Return how many statements an order of that many lines sends."""
    run_script(url, "full_carts", carts=2, lines=lines)
    shop = open_on(url)
    relayed(shopper_of(shop, 1)).run(place_order)
    with noting_statements(shop.database.engine) as noted:
        relayed(shopper_of(shop, 2)).run(place_order)
    shop.close()
    return len(noted)
