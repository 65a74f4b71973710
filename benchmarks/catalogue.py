"""A catalogue of a million products on both databases: pages, one category, one product, and search."""

import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from msgspec import Struct
from sqlalchemy import URL, select

from benchmarks.figures import Figure
from benchmarks.plans import explain
from benchmarks.servers import own_database
from benchmarks.shelves import fill
from benchmarks.shops import make_tables, open_on, sku_of
from benchmarks.statements import Statement, noting_statements, replay
from micromart_core.bootstrap import Shop
from micromart_core.gateway import LocalGateway
from micromart_core.inventory.model import Sku
from micromart_core.products import cursor
from micromart_core.products.model import ProductFilter, SortKey
from micromart_core.products.service import list_products, show_product
from micromart_core.products.service_search import search_products
from micromart_core.products.tables import products

PRODUCTS, PRODUCTS_WHEN_QUICK = 1_000_000, 20_000
LONGEST_READ_MS, LONGEST_SEARCH_MS = 5, 40


class Found(Struct, frozen=True):
    """One product, as the place where a reading begins."""

    sku: Sku
    name: str
    category: str
    name_key: str


Reading = Callable[[LocalGateway, Found], object]


def _page(gateway: LocalGateway, at: Found) -> object:
    return gateway.run(list_products, after=cursor.encode(SortKey.SHELF, (at.category, at.name_key, at.sku)))


def _category_page(gateway: LocalGateway, at: Found) -> object:
    where = ProductFilter(category=at.category)
    return gateway.run(list_products, where, SortKey.NAME, cursor.encode(SortKey.NAME, (at.name_key, at.sku)))


def _product(gateway: LocalGateway, at: Found) -> object:
    return gateway.run(show_product, at.sku)


def _search(gateway: LocalGateway, at: Found) -> object:
    return gateway.run(search_products, at.name)


READINGS: dict[str, tuple[Reading, float]] = {
    "page": (_page, LONGEST_READ_MS),
    "page of a category": (_category_page, LONGEST_READ_MS),
    "one product": (_product, LONGEST_READ_MS),
    "search of two words": (_search, LONGEST_SEARCH_MS),
}


def measure(folder: Path, *, quick: bool) -> list[Figure]:
    """Fill and measure SQLite, then PostgreSQL; the plans are kept beside the report."""
    count, readings = (PRODUCTS_WHEN_QUICK, 40) if quick else (PRODUCTS, 300)
    figures: list[Figure] = []
    with TemporaryDirectory(dir=folder) as place:
        figures += _measure_on(URL.create("sqlite", database=f"{place}/shop.db"), count, readings, folder)
    with own_database("catalogue") as url:
        figures += _measure_on(url, count, readings, folder)
    return figures


def _measure_on(url: URL, count: int, readings: int, folder: Path) -> Iterator[Figure]:
    make_tables(url)
    fill(url, 1, count)
    shop = open_on(url)
    dialect = shop.database.engine.dialect.name
    with (folder / f"plans-{dialect}.txt").open("w", encoding="utf-8") as plans:
        for name, (reading, bound) in READINGS.items():
            plans.write(f"== {name} ==\n\n")
            plans.write(explain(shop.database.engine, _noted(shop, reading, somewhere(shop, count))))
            whole, inside = zip(*(time_of(shop, reading, somewhere(shop, count)) for _ in range(readings)), strict=True)
            yield Figure.of("catalogue", f"{dialect}: {name}, in the database", inside, "ms", at_most=bound)
            yield Figure.of("catalogue", f"{dialect}: {name}, whole operation", whole, "ms")
    shop.close()


def somewhere(shop: Shop, count: int) -> Found:
    """Return any of the first so many products."""
    query = select(products.c.sku, products.c.name, products.c.category_key, products.c.name_key)
    with shop.database.begin(writes=False) as opened:
        row = opened.connection.execute(query.where(products.c.sku == sku_of(random.randint(1, count)))).one()
    return Found(*row)


def _noted(shop: Shop, reading: Reading, at: Found) -> list[Statement]:
    with noting_statements(shop.database.engine) as noted:
        reading(shop.operator(), at)
    return noted


def time_of(shop: Shop, reading: Reading, at: Found) -> tuple[float, float]:
    """Return how many milliseconds the operation took, and its statements alone, sent again with their rows fetched."""
    began = time.perf_counter()
    noted = _noted(shop, reading, at)
    return (time.perf_counter() - began) * 1000, replay(shop.database.engine, noted) * 1000
