"""Putting a product into a cart: through the gateway, against pgbench running the same as one statement."""

import os
import random
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

from sqlalchemy import URL

from benchmarks.bare import Facts, run_bare
from benchmarks.figures import Figure
from benchmarks.load import Load, Work, run_for
from benchmarks.scripts import pgbench, run_script
from benchmarks.servers import own_database
from benchmarks.shops import guest_of, make_tables, open_on, sku_of
from micromart_core.carts.service import set_quantity

PRODUCTS, CARTS = 10_000, 20_000
PROCESSES, THREADS = 4, 4
HOT_PROCESSES, HOT_THREADS = 4, 25
LARGEST_CPU_MS = 1.3
LEAST_OF_PGBENCH, LEAST_OF_PGBENCH_HOT = 0.15, 0.25


def measure(_folder: Path, *, quick: bool) -> list[Figure]:
    """Measure holds of many products by 16 clients, and of one hot product by 100."""
    repetitions, seconds = (2, 2.0) if quick else (5, 5.0)
    with own_database("hold") as url:
        make_tables(url)
        run_script(url, "shelves", products=PRODUCTS)
        many = list(_repeat(url, repetitions, seconds, PRODUCTS, (PROCESSES, THREADS)))
        hot = list(_repeat(url, repetitions, seconds, 1, (HOT_PROCESSES, HOT_THREADS)))
        bare = [_bare(url, seconds) for _ in range(repetitions)]
    ratios, rates, cpu = ([one[at] for one in many] for at in range(3))
    hot_ratios, hot_rates, _ = ([one[at] for one in hot] for at in range(3))
    return [
        Figure.of("hold", "many products, of pgbench", ratios, at_least=LEAST_OF_PGBENCH),
        Figure.of("hold", "many products", rates, "/s"),
        Figure.of("hold", "CPU of one", cpu, "ms", at_most=LARGEST_CPU_MS),
        Figure.of("hold", "pgbench's statement by psycopg, of pgbench", [ratio for ratio, _ in bare]),
        Figure.of("hold", "CPU of that statement by psycopg", [cpu for _, cpu in bare], "ms"),
        Figure.of("hold", "one hot product, of pgbench", hot_ratios, at_least=LEAST_OF_PGBENCH_HOT),
        Figure.of("hold", "one hot product", hot_rates, "/s"),
    ]


def _repeat(
    url: URL, repetitions: int, seconds: float, products: int, clients: tuple[int, int]
) -> Iterator[tuple[float, float, float]]:
    """Yield ratio, rate and CPU of each repetition; who comes first changes, so that a drift favours nobody."""
    processes, threads = clients

    def ours() -> Load:
        run_script(url, "guests", carts=CARTS)
        work = _shoppers(url, products, threads)
        return run_for(work, processes=processes, threads=threads, seconds=seconds)

    def theirs() -> float:
        run_script(url, "guests", carts=CARTS)
        variables = {"carts": CARTS, "products": products}
        return pgbench(url, "hold", clients=processes * threads, seconds=seconds, variables=variables)

    for repetition in range(repetitions):
        if repetition % 2:
            load, rate = ours(), theirs()
        else:
            rate, load = theirs(), ours()
        yield load.per_second / rate, load.per_second, load.cpu_ms


def _bare(url: URL, seconds: float) -> tuple[float, float]:
    """Return ratio and CPU of pgbench's own statement run by as many clients in Python."""

    def facts_of(client: int) -> Facts:
        chance = random.Random(os.getpid() * PROCESSES * THREADS + client)
        return lambda: {
            "cart": chance.randint(1, CARTS),
            "product": chance.randint(1, PRODUCTS),
            "quantity": chance.randint(1, 3),
        }

    run_script(url, "guests", carts=CARTS)
    load = run_bare(url, "hold", facts_of, processes=PROCESSES, threads=THREADS, seconds=seconds)
    run_script(url, "guests", carts=CARTS)
    variables = {"carts": CARTS, "products": PRODUCTS}
    rate = pgbench(url, "hold", clients=PROCESSES * THREADS, seconds=seconds, variables=variables)
    return load.per_second / rate, load.cpu_ms


def _shoppers(url: URL, products: int, threads: int) -> Callable[[int], Callable[[int], Work]]:
    """Return clients who each walk through carts of their own, so that no hold is there already."""
    clients = PROCESSES * THREADS if products > 1 else HOT_PROCESSES * HOT_THREADS

    def in_process(process: int) -> Callable[[int], Work]:
        shop = open_on(url)

        def in_thread(thread: int) -> Work:
            chance = random.Random(os.getpid() * THREADS + thread)
            carts = count((process * threads + thread) * CARTS // clients)

            def hold() -> object:
                guest = guest_of(shop, next(carts) % CARTS + 1)
                return guest.run(set_quantity, sku_of(chance.randint(1, products)), chance.randint(1, 3))

            return hold

        return in_thread

    return in_process
