"""The catalogue written out: as CSV that can be imported again, or as JSON."""

import sys
from collections.abc import Iterator

from micromart_cli.session import Session
from micromart_core.csv_cells import write_rows
from micromart_core.products.import_rows import COLUMNS, cells_of
from micromart_core.products.model import Product
from micromart_core.products.service_import import export_products

AT_ONCE = 1000


def export_to_stdout(session: Session) -> None:
    """Write every product, whatever its status, page by page; as one JSON document, all at once."""
    match session.flags.output:
        case None | "csv":
            for number, items in enumerate(_pages(session)):
                _write_csv(items, with_header=number == 0)
        case "jsonl":
            for items in _pages(session):
                session.write_out(items, empty="No products.")
        case _:
            session.write_out([product for items in _pages(session) for product in items], empty="No products.")


def _pages(session: Session) -> Iterator[tuple[Product, ...]]:
    after = None
    while True:
        page = session.run(export_products, after, AT_ONCE)
        yield page.items
        after = page.next
        if after is None:
            return


def _write_csv(items: tuple[Product, ...], *, with_header: bool) -> None:
    text = write_rows(COLUMNS, [cells_of(product) for product in items])
    sys.stdout.write(text if with_header else text.partition("\n")[2])
