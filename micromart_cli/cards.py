"""What people see of a shape: a list as a quiet table, one thing as a card."""

import re
from collections.abc import Sequence
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from micromart_cli.cart_card import card_of_cart, row_of_cart
from micromart_cli.order_card import card_of_order
from micromart_cli.output import NAMES_OF_ONE, flat, id_of
from micromart_cli.palette import console_on_stdout
from micromart_cli.shapes import shape_of
from micromart_cli.tables import cell_of, indented, table_of, words_of
from micromart_core.text import terminal_text

_MOST_COLUMNS = 8
_CAPITAL = re.compile(r"(?<!^)[A-Z]")
_DRAWN = {"Cart": card_of_cart, "Restored": card_of_cart, "Order": card_of_order}
_ROWS = {"Cart": row_of_cart}


def print_list(items: Sequence[Any], rows: list[Any], color: str, columns: Sequence[str] | None) -> None:
    """Print rows as a table."""
    shown = list(columns or shape_of(type(items[0])).columns or _short_ones(rows))
    row_of = _ROWS.get(type(items[0]).__name__, dict)
    emit(console_on_stdout(color), table_of([row_of(row) for row in rows], shown))


def print_card(value: object, facts: Any, color: str, columns: Sequence[str] | None) -> None:
    """Print one thing: the card drawn for its kind, or its name, its facts and its lists."""
    emit(console_on_stdout(color), card_of(value, facts, columns))


def card_of(value: object, facts: Any, columns: Sequence[str] | None = None) -> RenderableType:
    """Return the card of one thing, from its shape."""
    if draw := _DRAWN.get(type(value).__name__):
        return draw(facts)
    if not isinstance(facts, dict):
        return cell_of("", facts)
    title = title_of(facts)
    parts: list[RenderableType] = [Text(title or _words_of(type(value)), style="ember")]
    parts.append(indented(_facts(_beside(title, facts), columns)))
    for name, rows in facts.items():
        if isinstance(rows, list) and rows and isinstance(rows[0], dict):
            parts.append(indented(Text(words_of(name), style="label"), above=1))
            parts.append(indented(table_of(rows, _columns_of(value, name, rows))))
    return Group(*parts)


def emit(console: Console, card: RenderableType) -> None:
    """Print without the blanks that fill lines up: they only get in the way of who copies or pipes."""
    with console.capture() as captured:
        console.print(card)
    console.file.write("".join(f"{line.rstrip(' ')}\n" for line in captured.get().splitlines()))


def title_of(facts: dict[str, Any]) -> str:
    """Name a thing for people: its number or id, and its name."""
    named = str(facts.get("number") or id_of(facts) or "")
    name = facts.get("name")
    return terminal_text(f"{named}  {name}" if name and name != named else named)


def _beside(title: str, facts: dict[str, Any]) -> dict[str, Any]:
    """Return the facts that the title does not tell already; all of them, when nothing else would be left."""
    told = title.split("  ", maxsplit=1)
    others = {name: fact for name, fact in facts.items() if name not in NAMES_OF_ONE or fact not in told}
    return others or facts


def _words_of(kind: type) -> str:
    return _CAPITAL.sub(r" \g<0>", kind.__name__).lower()


def _facts(facts: dict[str, Any], columns: Sequence[str] | None) -> Table:
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(style="label", no_wrap=True)
    grid.add_column(overflow="fold")
    for name, fact in facts.items():
        is_table = isinstance(fact, list) and (not fact or isinstance(fact[0], dict))
        if fact is None or is_table or (columns is not None and name not in columns):
            continue
        grid.add_row(Text(words_of(name)), cell_of(name, fact))
    return grid


def _columns_of(value: object, name: str, rows: list[Any]) -> Sequence[str]:
    items, by = getattr(value, name, None), getattr(value, "by", None)
    columns = (shape_of(type(items[0])).columns if items else ()) or _short_ones(rows)
    return [f"key:{by}" if by and column == "key" else column for column in columns]


def _short_ones(rows: list[Any]) -> list[str]:
    names = dict.fromkeys(name for row in rows for name, _ in flat(row))
    return [name for name in names if name not in ("description", "body", "trace_id")][:_MOST_COLUMNS]
