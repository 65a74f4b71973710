"""CSV that no spreadsheet takes for formulas, and that comes back unchanged."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from msgspec import Struct

from micromart_core.errors import BadRows, InvalidValue

LARGEST_FILE = 64 * 1024 * 1024
"""Most characters of one file."""
MOST_ROWS = 200_000
"""Most rows of one file: each of them costs a hundred times the memory of its shortest text."""
_BYTE_ORDER_MARK = "\ufeff"
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_QUOTED_FORMULA = re.compile(r"'+[=+\-@\t\r]")
_NEEDS_QUOTES = re.compile(r'[",\r\n]|^\s|\s$')


class FileTooLarge(InvalidValue):
    """A file has more than is read at once."""

    code = "file.too_large"

    def __init__(self, most: str) -> None:
        self.most = most
        super().__init__("The file is too large.", why=f"at most {most} at a time", hint="split it")


class Row(Struct, frozen=True):
    """One row under the header; the header is row 1, as a spreadsheet counts."""

    number: int
    cells: dict[str, str]
    """Cell by column, of the columns the file has; empty when `error` is set."""
    error: str | None = None
    """Why the row cannot be read at all; to be reported together with the other bad rows."""


def read_rows(text: str, required: Sequence[str], optional: Sequence[str] = ()) -> tuple[Row, ...]:
    """Read a file that begins with a header of these columns in any order; empty rows are left out.

    Raise BadRows when the header is wrong, or FileTooLarge. A malformed row has an `error`.
    """
    if len(text) > LARGEST_FILE:
        raise FileTooLarge(f"{LARGEST_FILE // 1024 // 1024} MiB")
    records = _records(text.removeprefix(_BYTE_ORDER_MARK))
    header = _read_header(next(records, (1, [], "the file is empty")), required, optional)
    filled = (_row(number, cells, error, header) for number, cells, error in records if cells or error)
    rows = tuple(islice(filled, MOST_ROWS + 1))
    if len(rows) > MOST_ROWS:
        raise FileTooLarge(f"{MOST_ROWS} rows")
    return rows


def write_rows(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Write a header and rows; None becomes an empty cell, text like a formula gets a leading apostrophe."""
    lines = [",".join(header)]
    lines += [",".join([_write_cell(cell) for cell in row]) or '""' for row in rows]
    return "\n".join(lines) + "\n"


def _records(text: str) -> Iterator[tuple[int, list[str], str | None]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    number = 0
    while True:
        number += 1
        try:
            yield number, [_read_cell(cell) for cell in next(reader)], None
        except StopIteration:
            return
        except csv.Error as error:
            yield number, [], str(error)


def _read_header(
    record: tuple[int, list[str], str | None], required: Sequence[str], optional: Sequence[str]
) -> list[str]:
    _, names, error = record
    columns = [name.strip().lower() for name in names]
    missing = [name for name in required if name not in columns]
    unknown = [name for name in columns if name not in (*required, *optional)]
    if missing:
        error = error or f"the header lacks {', '.join(missing)}"
    elif unknown:
        error = f"the header names unknown columns: {', '.join(unknown)[:200]}"
    elif len(set(columns)) != len(columns):
        error = "the header names a column twice"
    if error:
        raise BadRows(((1, error),))
    return columns


def _row(number: int, cells: list[str], error: str | None, header: list[str]) -> Row:
    if error is None and len(cells) != len(header):
        error = f"{len(cells)} {'cell' if len(cells) == 1 else 'cells'} instead of {len(header)}"
    return Row(number, {} if error else dict(zip(header, cells, strict=True)), error)


def _read_cell(cell: str) -> str:
    return cell[1:] if _QUOTED_FORMULA.match(cell) else cell


def _write_cell(cell: object) -> str:
    """Escape text so that _read_cell finds it again, however many apostrophes it began with; numbers stay numbers."""
    if not isinstance(cell, str):
        return "" if cell is None else str(cell)
    if _FORMULA.match(cell):
        cell = "'" + cell
    return '"' + cell.replace('"', '""') + '"' if _NEEDS_QUOTES.search(cell) else cell
