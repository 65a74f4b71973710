"""How holds and orders grow with the clients on PostgreSQL, beside pgbench with as many of its own."""

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

from msgspec import Struct
from sqlalchemy import URL

from benchmarks.figures import Figure
from benchmarks.load import MakeWork, Work, run_for
from benchmarks.scripts import pgbench, run_script
from benchmarks.servers import own_database
from benchmarks.shops import guest_of, make_tables, open_on, relayed, shopper_of, sku_of
from micromart_core.bootstrap import Shop
from micromart_core.carts.service import set_quantity
from micromart_core.orders.service import place_order

SIZES = {1: (1, 1), 16: (4, 4), 100: (20, 5)}
"""Processes, and threads of each, that make so many clients: no more than the connections that a process keeps."""
UNIT = "clients"
PRODUCTS, LINES = 10_000, 5
CARTS_PER_SECOND = 5_000
"""Carts laid out for each second: more than anybody can fill or order here."""


class Deed(Struct, frozen=True):
    """What clients do: through our gateway, with the script that makes its carts, and with pgbench's."""

    name: str
    through_gateway: Callable[[Shop, int], object]
    carts: str
    script: str


def _hold(shop: Shop, number: int) -> object:
    return guest_of(shop, number).run(set_quantity, sku_of(1 + number * 7919 % PRODUCTS), 1 + number % 3)


def _order(shop: Shop, number: int) -> object:
    return relayed(shopper_of(shop, number)).run(place_order)


DEEDS = (Deed("holds", _hold, "guests", "hold"), Deed("orders", _order, "full_carts", "order"))


def measure(_folder: Path, *, quick: bool) -> list[Figure]:
    """Measure each number of clients in turns with pgbench."""
    repetitions, seconds = (1, 3) if quick else (5, 3)
    with own_database("clients") as url:
        make_tables(url)
        run_script(url, "shelves", products=PRODUCTS)
        run_script(url, "order_function")
        return [
            figure
            for deed in DEEDS
            for clients in SIZES
            for figure in _compared(url, deed, clients, repetitions, seconds)
        ]


def _compared(url: URL, deed: Deed, clients: int, repetitions: int, seconds: int) -> Iterator[Figure]:
    """Tell our rate and pgbench's, the share of it, and how long one of a hundred has to wait."""
    rounds = [_round(url, deed, clients, seconds, turned=bool(turn % 2)) for turn in range(repetitions)]
    ours, theirs, waited = zip(*rounds, strict=True)
    shares = [one / other for one, other in zip(ours, theirs, strict=True)]
    for chart, name, values, unit in (
        ("Holds and orders in a second", deed.name, ours, "/s"),
        ("Holds and orders in a second", f"{deed.name} by pgbench", theirs, "/s"),
        ("Share of pgbench's rate", deed.name, shares, ""),
        ("Latency that one of a hundred exceeds", deed.name, waited, "ms"),
    ):
        yield Figure.of("growth_clients", name, values, unit).on(chart, clients, UNIT)


def _round(url: URL, deed: Deed, clients: int, seconds: int, *, turned: bool) -> tuple[float, float, float]:
    carts = CARTS_PER_SECOND * seconds
    processes, threads = SIZES[clients]

    def lay_out() -> None:
        run_script(url, deed.carts, carts=carts, lines=LINES)

    def theirs() -> float:
        lay_out()
        variables = {"carts": carts, "products": PRODUCTS, "share": carts // clients, "at": -1}
        return pgbench(url, deed.script, clients=clients, seconds=seconds, variables=variables)

    before = theirs() if turned else 0.0
    lay_out()
    work = _each_of_its_share(url, deed, carts // clients, threads)
    load = run_for(work, processes=processes, threads=threads, seconds=seconds)
    return load.per_second, before or theirs(), load.percentile(99)


def _each_of_its_share(url: URL, deed: Deed, share: int, threads: int) -> MakeWork:
    """Return clients who each walk through carts of their own."""

    def in_process(process: int) -> Callable[[int], Work]:
        shop = open_on(url)

        def in_thread(thread: int) -> Work:
            numbers = count((process * threads + thread) * share + 1)
            return lambda: deed.through_gateway(shop, next(numbers))

        return in_thread

    return in_process
