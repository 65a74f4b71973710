"""Cells and tables for people; every cell is plain text made harmless, never markup."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from micromart_cli.palette import style_of
from micromart_core.money_words import money_words
from micromart_core.text import terminal_text

_NOTHING = "\N{MIDDLE DOT}"
_STATES = ("status", "payment_status", "stock.status")
_WHOLE = ("action", "status")
"""Words that a narrow terminal must not break."""
_LUXURIES = ("tagline", "category")
"""Headings that go first where it is narrow, in this order: a product is bought without them."""
_GAP, _FEWEST, _FOLDED = 2, 2, 10
"""Cells between columns; columns that stay anyway; cells that a value may be folded to."""
_OF_MOMENT = {"day": len("2026-01-01"), "hour": len("2026-01-01T00:00")}
"""Headings of a moment that stands for a whole day or hour, in UTC, and the part of it that says so."""
_OWN_WORDS = {"stock.available": "left", "is_default": "default", "payment_status": "payment"}


def indented(part: RenderableType, *, above: int = 0) -> Padding:
    """Set a part two cells in, with blank rows above it."""
    return Padding(part, (above, 0, 0, 2), expand=False)


def cell_of(name: str, fact: Any) -> Text:
    """Return a fact as people read it: plain text, never markup."""
    if fact is None or fact in ("", []):
        return Text(_NOTHING, style="label")
    if isinstance(fact, bool):
        return Text("yes" if fact else "no", style="" if fact else "label")
    if isinstance(fact, dict):
        return Text(_inline(fact))
    if isinstance(fact, list):
        return Text(", ".join(terminal_text(str(item)) for item in fact))
    if name in _OF_MOMENT:
        return Text(str(fact)[: _OF_MOMENT[name]].replace("T", " "))
    text = _moment(fact) if isinstance(fact, str) else str(fact)
    text = terminal_text(text, newlines=True)
    return Text(text, style=style_of(text) if name in _STATES else "")


class _Column(Struct, frozen=True):
    """One column: its heading, its cells, and whether they may be folded."""

    heading: str
    cells: tuple[Text, ...]
    is_number: bool
    is_whole: bool

    @property
    def least(self) -> int:
        """The cells of a terminal it needs: those of its heading, and all of a value that must not be folded."""
        widest = max((cell.cell_len for cell in self.cells), default=0)
        return max(len(self.heading), widest if self.is_whole else min(widest, _FOLDED))


class FittingTable(Struct, frozen=True):
    """A table that leaves out columns rather than break their headings: first the luxuries, then the last."""

    columns: tuple[_Column, ...]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Draw the columns that fit; below them, say which do not."""
        shown = self.columns
        while len(shown) > _FEWEST and _width_of(shown) > options.max_width:
            dropped = _least_useful(shown)
            shown = tuple(column for column in shown if column is not dropped)
        yield _drawn(shown)
        left_out = [column.heading for column in self.columns if column not in shown]
        if left_out:
            yield Text(f"in a wider terminal also: {', '.join(left_out)}", style="label")


def table_of(rows: list[dict[str, Any]], columns: Sequence[str]) -> FittingTable:
    """Return rows as a table: numbers to the right, the first column bold; `key:day` heads the fact `key` as day."""
    return FittingTable(tuple(_column(rows, name, position) for position, name in enumerate(columns)))


def _column(rows: list[dict[str, Any]], column: str, position: int) -> _Column:
    name, _, heading = column.partition(":")
    facts = [_fact(row, name) for row in rows]
    is_number = any(map(_is_number, facts))
    is_whole = is_number or position == 0 or name in _WHOLE
    cells = tuple(cell_of(heading or name, fact) for fact in facts)
    return _Column(heading or words_of(name), cells, is_number, is_whole)


def _least_useful(columns: Sequence[_Column]) -> _Column:
    luxuries = [column for name in _LUXURIES for column in columns[1:] if column.heading == name]
    return luxuries[0] if luxuries else columns[-1]


def _width_of(columns: Sequence[_Column]) -> int:
    return sum(column.least + _GAP for column in columns) - _GAP


def _drawn(columns: Sequence[_Column]) -> Table:
    table = Table(box=None, show_edge=False, pad_edge=False, padding=(0, _GAP, 0, 0), header_style="label")
    for position, column in enumerate(columns):
        table.add_column(
            Text(column.heading),
            justify="right" if column.is_number else "left",
            style="name" if position == 0 else "",
            no_wrap=column.is_whole,
            overflow="fold",
            min_width=column.least,
        )
    for row in zip(*(column.cells for column in columns), strict=True):
        table.add_row(*row)
    return table


def _fact(row: Any, path: str) -> Any:
    for name in path.split("."):
        row = row.get(name) if isinstance(row, dict) else row
    return row


def _is_number(fact: Any) -> bool:
    return (isinstance(fact, int | float) and not isinstance(fact, bool)) or _is_money(fact)


def _is_money(fact: Any) -> bool:
    return isinstance(fact, dict) and set(fact) == {"amount", "currency"}


def _inline(fact: dict[str, Any]) -> str:
    if not _is_money(fact):
        told = (f"{words_of(name)} {cell_of(name, inner)}" for name, inner in fact.items() if inner is not None)
        return ", ".join(told)
    return money_words(fact["amount"], fact["currency"])


def _moment(text: str) -> str:
    """Write a moment of a shape in the person's own time zone; any other text as it is."""
    if len(text) < len("2026-01-01T00:00:00Z") or not text.endswith("Z") or text[10] != "T":
        return text
    try:
        return f"{datetime.fromisoformat(text).astimezone():%Y-%m-%d %H:%M}"
    except ValueError:
        return text


def words_of(name: str) -> str:
    """Say the name of a fact."""
    return _OWN_WORDS.get(name, name.rpartition(".")[2].replace("_", " "))
