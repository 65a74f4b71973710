"""What one row of an import file means, and which rows mean nothing."""

import re
from collections.abc import Sequence

from msgspec import Struct

from micromart_core.csv_cells import Row, read_rows
from micromart_core.errors import InvalidValue
from micromart_core.inventory.model import LARGEST_STOCK, Reason, Sku, reason_of
from micromart_core.inventory.model_changes import checked_note
from micromart_core.inventory.model_runs import MOST_ROWS, RejectedRow
from micromart_core.text import clean_line

_WHOLE = re.compile(r"[+-]?[0-9]{1,10}")
_LONGEST_SKU = 64


class StockRow(Struct, frozen=True):
    """A row that can be meant: a change by, or a count of, exactly one of them."""

    number: int
    sku: Sku
    by: int | None
    on_hand: int | None
    reason: Reason
    note: str | None


def read_stock_rows(text: str) -> tuple[list[StockRow], list[RejectedRow]]:
    """Read a file into rows and rejections; raise BadRows for a wrong header, InvalidValue for too many rows."""
    rows = read_rows(text, required=("sku", "reason"), optional=("by", "on_hand", "note"))
    if len(rows) > MOST_ROWS:
        raise InvalidValue(f"{len(rows)} rows are too many.", why=f"at most {MOST_ROWS} at a time", hint="split it")
    good, bad = [], []
    for row in rows:
        try:
            good.append(_meaning(row))
        except InvalidValue as error:
            bad.append(RejectedRow(row.number, error.sentences))
    return good, bad


def _meaning(row: Row) -> StockRow:
    if row.error is not None:
        raise InvalidValue(row.error)
    by, on_hand = _read_number(row, "by", -LARGEST_STOCK), _read_number(row, "on_hand", 0)
    if (by is None) == (on_hand is None):
        raise InvalidValue("Exactly one of by and on_hand must be given.")
    if by == 0:
        raise InvalidValue("by is 0, which is no change.")
    return StockRow(
        row.number,
        Sku(clean_line("sku", row.cells["sku"], longest=_LONGEST_SKU).upper()),
        by,
        on_hand,
        reason_of(row.cells["reason"].strip()),
        checked_note(row.cells.get("note")),
    )


def _read_number(row: Row, column: str, smallest: int) -> int | None:
    cell = row.cells.get(column, "").strip()
    if not cell:
        return None
    if not _WHOLE.fullmatch(cell) or not smallest <= int(cell) <= LARGEST_STOCK:
        raise InvalidValue(f"{column} “{cell[:20]}” is no whole number from {smallest} to {LARGEST_STOCK}.")
    return int(cell)


def skus_of(rows: Sequence[StockRow]) -> list[Sku]:
    """Return each product of the rows once, in order."""
    return sorted({row.sku for row in rows})
