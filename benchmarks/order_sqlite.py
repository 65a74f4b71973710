"""An order on SQLite, which waits for the disk at its commit, beside one bare fdatasync on the same file system."""

import os
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import URL

from benchmarks.figures import Figure
from benchmarks.shelves import fill
from benchmarks.shops import make_tables, open_on, relayed, shopper_of, sku_of
from micromart_core.bootstrap import Shop
from micromart_core.carts.service import set_quantity
from micromart_core.orders.service import place_order
from micromart_core.settings import CheckoutSettings

LINES = 5
_PAGE = bytes(4096)


def measure(folder: Path, *, quick: bool) -> list[Figure]:
    """Measure orders of five lines in turns with a page that is written and synced."""
    orders = 20 if quick else 300
    with TemporaryDirectory(dir=folder) as place, Path(f"{place}/page").open("wb", buffering=0) as page:
        url = URL.create("sqlite", database=f"{place}/shop.db")
        make_tables(url)
        fill(url, 1, orders * LINES)
        shop = open_on(url, checkout=CheckoutSettings(require_address=False))
        rounds = [(_milliseconds(_ready_order(shop, number)), _sync(page.fileno())) for number in range(orders)]
        shop.close()
    ours, bare = zip(*rounds, strict=True)
    return [
        Figure.of("order_sqlite", "five lines, of a bare fdatasync", [one / other for one, other in rounds]),
        Figure.of("order_sqlite", "five lines", ours, "ms"),
        Figure.of("order_sqlite", "bare fdatasync of a page", bare, "ms"),
    ]


def _ready_order(shop: Shop, number: int) -> Callable[[], object]:
    """Fill the cart of a shopper who has not ordered yet; return what places the order."""
    shopper = relayed(shopper_of(shop, number))
    for line in range(1, LINES + 1):  # of products of their own: no shelf runs empty
        shopper.run(set_quantity, sku_of(number * LINES + line), 1)
    return lambda: shopper.run(place_order)


def _sync(page: int) -> float:
    def write() -> None:
        os.pwrite(page, _PAGE, 0)
        os.fdatasync(page)

    return _milliseconds(write)


def _milliseconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000
