"""Cells and tables for people; every cell is plain text made harmless, never markup."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from micromart_cli.money_words import money_words
from micromart_cli.palette import style_of
from micromart_core.text import terminal_text

_NOTHING = "\N{MIDDLE DOT}"
_STATES = ("status", "payment_status", "stock.status")
_WHOLE = ("action", "status")
"""Words that a narrow terminal must not break."""
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
    text = _moment(fact) if isinstance(fact, str) else str(fact)
    text = terminal_text(text, newlines=True)
    return Text(text, style=style_of(text) if name in _STATES else "")


def table_of(rows: list[dict[str, Any]], columns: Sequence[str]) -> Table:
    """Return rows as a table: numbers to the right, the first column bold."""
    table = Table(box=None, show_edge=False, pad_edge=False, padding=(0, 2, 0, 0), header_style="label")
    for position, name in enumerate(columns):
        right = any(_is_number(_fact(row, name)) for row in rows)
        table.add_column(
            Text(words_of(name)),
            justify="right" if right else "left",
            style="name" if position == 0 else "",
            no_wrap=right or position == 0 or name in _WHOLE,
            overflow="fold",
        )
    for row in rows:
        table.add_row(*(cell_of(name, _fact(row, name)) for name in columns))
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
