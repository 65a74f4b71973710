"""How reading grows with the catalogue: pages, one product, search and the first page, of more and more products."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import URL

from benchmarks.catalogue import READINGS, somewhere, time_of
from benchmarks.figures import Figure
from benchmarks.screens import SHELF, SHOP, cpu_of_start
from benchmarks.servers import own_database
from benchmarks.shelves import fill
from benchmarks.shops import make_tables, open_on

SIZES, SIZES_WHEN_QUICK = (1_000, 100_000, 1_000_000), (100, 1_000, 5_000)
UNIT = "products"


def measure(folder: Path, *, quick: bool) -> list[Figure]:
    """Let a catalogue grow in SQLite, then in PostgreSQL, and read at each size."""
    sizes, readings, starts = (SIZES_WHEN_QUICK, 10, 1) if quick else (SIZES, 200, 5)
    with TemporaryDirectory(dir=folder) as place:
        url = URL.create("sqlite", database=f"{place}/shop.db")
        figures = list(_grow(url, sizes, readings, (Path(place), starts)))
    with own_database("growth") as url:
        return [*figures, *_grow(url, sizes, readings, None)]


def _grow(url: URL, sizes: tuple[int, ...], readings: int, painted: tuple[Path, int] | None) -> Iterator[Figure]:
    make_tables(url)
    for before, size in zip((0, *sizes), sizes, strict=False):
        fill(url, before + 1, size)
        yield from _read(url, size, readings)
        if painted:
            yield _paint(*painted, size)


def _read(url: URL, size: int, readings: int) -> Iterator[Figure]:
    shop = open_on(url)
    database = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[shop.database.engine.dialect.name]
    for name, (reading, _bound) in READINGS.items():
        time_of(shop, reading, somewhere(shop, size))
        spent = [time_of(shop, reading, somewhere(shop, size))[0] for _ in range(readings)]
        yield Figure.of("growth_products", name, spent, "ms").on(f"Reading {database}", size, UNIT)
    shop.close()


def _paint(place: Path, starts: int, size: int) -> Figure:
    settings = {"MICROMART_HOME": str(place), "MICROMART_DATABASE__URL": f"sqlite:///{place}/shop.db"}
    cpu_of_start(SHOP, settings, SHELF)
    spent = [1000 * cpu_of_start(SHOP, settings, SHELF)[0] for _ in range(starts)]
    return Figure.of("growth_products", "first page", spent, "ms").on("CPU of a storefront on SQLite", size, UNIT)
