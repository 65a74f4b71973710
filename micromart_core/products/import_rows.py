"""What a row of a catalogue file says: which columns there are, and how each is read and checked."""

import re
from collections.abc import Callable, Sequence
from typing import Any

from msgspec import Struct

from micromart_core.csv_cells import Row, read_rows
from micromart_core.errors import InvalidValue
from micromart_core.inventory.model import LARGEST_STOCK, Sku
from micromart_core.products.entry import clean_category, clean_description, clean_name, clean_tagline, price_of
from micromart_core.products.model import Product, ProductStatus, Tint, sku_of
from micromart_core.settings import ShopSettings

COLUMNS = (
    "sku",
    "name",
    "category",
    "tagline",
    "description",
    "price",
    "tint",
    "status",
    "reorder_level",
    "version",
)
_READ_ONLY = ("stock.on_hand", "stock.held", "stock.available")
"""Columns that `product list -o csv` has too; stock changes by the ledger only."""
_EMPTY_LEAVES = {"tint", "status", "reorder_level", "version"}
"""Columns whose empty cell leaves things as they are."""
_LARGEST_VERSION = 2**31 - 1
_WHOLE = re.compile(r"[0-9]{1,10}")


class Line(Struct, frozen=True):
    """A row that was understood: which product, and what the file says of it by column."""

    number: int
    sku: Sku
    said: dict[str, Any]


def read_lines(text: str, shop: ShopSettings) -> tuple[list[Line], list[tuple[int, str]]]:
    """Return the lines of a file and the rows that are wrong, each with why; raise BadRows for a wrong header."""
    lines: dict[Sku, Line] = {}
    bad: list[tuple[int, str]] = []
    for row in read_rows(text, ("sku",), (*COLUMNS[1:], *_READ_ONLY)):
        try:
            line = _read_line(row, shop)
        except InvalidValue as error:
            bad.append((row.number, error.sentences))
            continue
        if line.sku in lines:
            bad.append((row.number, f"{line.sku} is in row {lines[line.sku].number} already"))
        lines.setdefault(line.sku, line)
    return sorted(lines.values(), key=lambda line: line.sku), bad


def cells_of(product: Product) -> Sequence[object]:
    """Return a product as a row of such a file."""
    return [str(getattr(product, column)) for column in COLUMNS]


def _read_line(row: Row, shop: ShopSettings) -> Line:
    if row.error:
        raise InvalidValue(row.error)
    said = {
        column: _readers(shop)[column](cell.strip())
        for column, cell in row.cells.items()
        if column in COLUMNS and (cell.strip() or column not in _EMPTY_LEAVES)
    }
    return Line(row.number, said.pop("sku"), said)


def _readers(shop: ShopSettings) -> dict[str, Callable[[str], Any]]:
    return {
        "sku": sku_of,
        "name": clean_name,
        "category": clean_category,
        "tagline": clean_tagline,
        "description": clean_description,
        "price": lambda text: price_of(text, shop),
        "tint": lambda text: _one_of(Tint, text),
        "status": lambda text: _one_of(ProductStatus, text),
        "reorder_level": lambda text: _whole(text, LARGEST_STOCK),
        "version": lambda text: _whole(text, _LARGEST_VERSION),
    }


def _one_of(kind: type[Tint] | type[ProductStatus], text: str) -> Tint | ProductStatus:
    try:
        return kind(text.lower())
    except ValueError as error:
        offered = ", ".join(member.value for member in kind)
        raise InvalidValue(f"“{text}” is no {kind.__name__.removeprefix('Product').lower()}.", why=offered) from error


def _whole(text: str, largest: int) -> int:
    if not _WHOLE.fullmatch(text) or int(text) > largest:
        raise InvalidValue(f"“{text[:40]}” is no whole number from 0 to {largest}.")
    return int(text)
