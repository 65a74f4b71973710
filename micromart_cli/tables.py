"""What people see: a list as a quiet table, one thing as a card; every cell is plain text made harmless."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from micromart_cli.output import flat, id_of
from micromart_cli.palette import console_on_stdout, style_of
from micromart_cli.shapes import shape_of
from micromart_core.text import terminal_text

_NOTHING = "\N{MIDDLE DOT}"
_SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥"}
_MOST_COLUMNS = 8
_STATES = ("status", "payment_status", "stock.status")
_OWN_WORDS = {"stock.available": "left", "is_default": "default", "payment_status": "payment"}


def print_list(items: Sequence[Any], rows: list[Any], color: str, columns: Sequence[str] | None) -> None:
    """Print rows as a table."""
    shown = list(columns or shape_of(type(items[0])).columns or _short_ones(rows))
    console_on_stdout(color).print(_table(rows, shown))


def print_card(value: object, facts: Any, color: str, columns: Sequence[str] | None) -> None:
    """Print one thing: its name, its facts, then its lists as small tables."""
    console = console_on_stdout(color)
    if not isinstance(facts, dict):
        console.print(cell_of("", facts))
        return
    console.print(Text(title_of(facts) or type(value).__name__.lower(), style="ember"))
    console.print(Padding(_facts(facts, columns), (0, 0, 0, 2), expand=False))
    for name, rows in facts.items():
        if isinstance(rows, list) and rows and isinstance(rows[0], dict):
            console.print(Padding(Text(name.replace("_", " "), style="label"), (1, 0, 0, 2), expand=False))
            console.print(Padding(_table(rows, _columns_of(value, name, rows)), (0, 0, 0, 2), expand=False))


def title_of(facts: dict[str, Any]) -> str:
    """Name a thing for people: its number or id, and its name."""
    named = str(facts.get("number") or id_of(facts) or "")
    name = facts.get("name")
    return terminal_text(f"{named}  {name}" if name and name != named else named)


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


def _table(rows: list[dict[str, Any]], columns: Sequence[str]) -> Table:
    table = Table(box=None, show_edge=False, pad_edge=False, padding=(0, 2, 0, 0), header_style="label")
    for position, name in enumerate(columns):
        right = any(_is_number(_fact(row, name)) for row in rows)
        table.add_column(
            Text(_words(name)),
            justify="right" if right else "left",
            style="name" if position == 0 else "",
            no_wrap=right or position == 0,
            overflow="ellipsis" if position else "fold",
        )
    for row in rows:
        table.add_row(*(cell_of(name, _fact(row, name)) for name in columns))
    return table


def _facts(facts: dict[str, Any], columns: Sequence[str] | None) -> Table:
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(style="label", no_wrap=True)
    grid.add_column(overflow="fold")
    for name, fact in facts.items():
        is_table = isinstance(fact, list) and (not fact or isinstance(fact[0], dict))
        if fact is None or is_table or (columns is not None and name not in columns):
            continue
        grid.add_row(Text(_words(name)), cell_of(name, fact))
    return grid


def _columns_of(value: object, name: str, rows: list[Any]) -> Sequence[str]:
    items = getattr(value, name, None)
    return (shape_of(type(items[0])).columns if items else ()) or _short_ones(rows)


def _short_ones(rows: list[Any]) -> list[str]:
    names = dict.fromkeys(name for row in rows for name, _ in flat(row))
    return [name for name in names if name not in ("description", "body", "trace_id")][:_MOST_COLUMNS]


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
        told = (f"{_words(name)} {cell_of(name, inner)}" for name, inner in fact.items() if inner is not None)
        return ", ".join(told)
    symbol = _SYMBOLS.get(fact["currency"])
    return (
        f"{symbol}{fact['amount']}".replace(f"{symbol}-", f"-{symbol}")
        if symbol
        else f"{fact['amount']} {fact['currency']}"
    )


def _moment(text: str) -> str:
    """Write a moment of a shape in the person's own time zone; any other text as it is."""
    if len(text) < len("2026-01-01T00:00:00Z") or not text.endswith("Z") or text[10] != "T":
        return text
    try:
        return f"{datetime.fromisoformat(text).astimezone():%Y-%m-%d %H:%M}"
    except ValueError:
        return text


def _words(name: str) -> str:
    return _OWN_WORDS.get(name, name.rpartition(".")[2].replace("_", " "))
