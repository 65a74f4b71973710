"""The shop's own generated catalogue, put on the shelves in bulk: a million products in minutes, not operations."""

import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any

from sqlalchemy import URL, Connection, create_engine, func, insert, select, text, update

from micromart_core.clock import utc_now
from micromart_core.every_table import load_tables
from micromart_core.products.entry import columns_of
from micromart_core.products.generated import Words
from micromart_core.products.tables import categories, products
from micromart_core.schema import metadata
from micromart_core.upsert import insert_for

_AT_ONCE = 10_000
_ROOMY = "PRAGMA cache_size = -262144"
"""256 MB while SQLite fills its indexes: with its 2 MB every row would read pages anew."""
_INDEXES = {
    "sqlite": "SELECT 'DROP ' || type || ' ' || name, sql FROM sqlite_master"
    " WHERE tbl_name = 'products' AND type IN ('index', 'trigger') AND sql IS NOT NULL",
    "postgresql": "SELECT 'DROP INDEX ' || indexrelid::regclass, pg_get_indexdef(indexrelid) FROM pg_index"
    " WHERE indrelid = 'products'::regclass AND NOT indisunique",
}
"""What drops each index of the products, or trigger that feeds one, and what makes it again."""
Row = dict[str, Any]


def fill(url: URL, first: int, last: int) -> None:
    """Add the generated products of these numbers in one transaction; what staff would see of it is not recorded."""
    load_tables()
    engine = create_engine(url)
    began = time.monotonic()
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql(_ROOMY)
        with _without_indexes(connection):
            _fill(connection, first, last)
    with engine.connect() as connection:
        connection.exec_driver_sql("ANALYZE")
        connection.commit()
    engine.dispose()
    took = time.monotonic() - began
    print(f"   {last:,} products on {engine.dialect.name}, {took:.0f} s", file=sys.stderr, flush=True)


@contextmanager
def _without_indexes(connection: Connection) -> Iterator[None]:
    """Take the indexes of the products away meanwhile, and make them at the end, in a fraction of the time."""
    made = list(connection.execute(text(_INDEXES[connection.dialect.name])))
    for drop, _ in made:
        connection.exec_driver_sql(drop)
    yield
    for _, create in made:
        connection.exec_driver_sql(create)
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("INSERT INTO product_search (product_search) VALUES ('rebuild')")


def _fill(connection: Connection, first: int, last: int) -> None:
    words, now = Words(), utc_now()
    shelves = [{"key": name, "name": name, "created_at": now} for name in words.categories]
    connection.execute(insert_for(connection, categories).on_conflict_do_nothing(), shelves)
    entries = (columns_of(words.entry(number, "USD")) for number in range(first, last + 1))
    while some := list(islice(entries, _AT_ONCE)):
        _put(connection, "stock", ({"sku": row["sku"], "on_hand": 5 + row["price"] % 60} for row in some))
        _put(connection, "products", (row | {"created_at": now, "updated_at": now} for row in some))
    held = select(func.count()).where(products.c.category_key == categories.c.key).scalar_subquery()
    connection.execute(update(categories).values(products=held))


def _put(connection: Connection, table: str, rows: Iterable[Row]) -> None:
    """Insert rows the fastest way that each database has."""
    if connection.dialect.name == "sqlite":
        connection.execute(insert(metadata.tables[table]), list(rows))
    else:
        _copy(connection, table, iter(rows))


def _copy(connection: Connection, table: str, rows: Iterator[Row]) -> None:
    row = next(rows)
    cursor = connection.connection.cursor()
    with cursor.copy(f"COPY {table} ({', '.join(row)}) FROM STDIN") as copy:
        copy.write_row(tuple(row.values()))
        for row in rows:
            copy.write_row(tuple(row.values()))
