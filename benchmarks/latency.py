"""A front end 200 ms away from PostgreSQL: a hold, an order and a page take their round trips, and nothing else."""

import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

from sqlalchemy import URL

from benchmarks.figures import Figure
from benchmarks.scripts import run_script
from benchmarks.servers import own_database
from benchmarks.shops import guest_of, make_tables, open_on, relayed, shopper_of, sku_of
from benchmarks.slow_line import SlowLine, slow_line
from micromart_core.bootstrap import Shop
from micromart_core.carts.service import set_quantity
from micromart_core.orders.service import place_order
from micromart_core.products.service import list_products

ROUND_TRIP_SECONDS = 0.2
MOST_OF_ROUND_TRIPS = 1.1
PRODUCTS, CARTS, LINES = 10_000, 50, 5
Act = Callable[[Shop, int], object]


def _hold(shop: Shop, number: int) -> object:
    return relayed(guest_of(shop, number)).run(set_quantity, sku_of(number), 1)


def _order(shop: Shop, number: int) -> object:
    return relayed(shopper_of(shop, number)).run(place_order)


def _page(shop: Shop, _number: int) -> object:
    return relayed(shop.operator()).run(list_products)


ACTS: dict[str, tuple[Act, str]] = {
    "a hold": (_hold, "guests"),
    "an order": (_order, "full_carts"),
    "a page": (_page, "guests"),
}
"""What is done, and the script that makes its carts."""


def measure(_folder: Path, *, quick: bool) -> list[Figure]:
    """Measure each over a line that is slow in both directions, on a connection that is open already."""
    repetitions = 2 if quick else 7
    with own_database("latency") as url:
        make_tables(url)
        run_script(url, "shelves", products=PRODUCTS)
        with slow_line(str(url.host), url.port or 5432, ROUND_TRIP_SECONDS) as line:
            return [figure for name in ACTS for figure in _measure(name, url, line, repetitions)]


def _measure(name: str, url: URL, line: SlowLine, repetitions: int) -> Iterator[Figure]:
    act, carts = ACTS[name]
    run_script(url, carts, carts=CARTS, lines=LINES)
    shop, numbers = open_on(url.set(host="127.0.0.1", port=line.port)), count(1)
    act(shop, next(numbers))
    trips, seconds = zip(*(_once(lambda: act(shop, next(numbers)), line) for _ in range(repetitions)), strict=True)
    shop.close()
    shares = [took / trip / ROUND_TRIP_SECONDS for trip, took in zip(trips, seconds, strict=True)]
    yield Figure.of("latency", f"{name}: round trips", trips)
    yield Figure.of("latency", f"{name}: time with 200 ms each", seconds, "s")
    yield Figure.of("latency", f"{name}: time, of its round trips'", shares, at_most=MOST_OF_ROUND_TRIPS)


def _once(act: Callable[[], object], line: SlowLine) -> tuple[int, float]:
    before, began = line.round_trips, time.monotonic()
    act()
    return line.round_trips - before, time.monotonic() - began
