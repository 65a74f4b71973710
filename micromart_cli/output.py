"""Data on stdout, in the format asked for."""

import sys
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from msgspec import Struct

from micromart_cli.global_flags import GlobalFlags
from micromart_cli.shapes import plain, to_json
from micromart_core.text import terminal_text

NAMES_OF_ONE = ("id", "number", "sku", "name", "check", "run_id")
"""The fact that names a thing, the first that it has."""


class Page(Struct, frozen=True):
    """One page of a list; `next` continues it, None at the end."""

    items: tuple[Any, ...]
    next: str | None


class Output(Struct, frozen=True):
    """Shows values the way the global flags say."""

    flags: GlobalFlags
    dry_run: bool = False

    def show(self, value: object, *, columns: Sequence[str] | None, empty: str) -> None:
        """Print one thing, or a list: a sequence, or anything with `items` and `next`."""
        if isinstance(value, list | tuple):
            value = Page(tuple(value), None)
        if hasattr(value, "items") and hasattr(value, "next"):
            self._show_list(value.items, value.next, columns, empty)
        else:
            self._show_one(value, columns)
        if self.dry_run and self.flags.format == "table":
            self._notice("dry run: nothing was changed")

    def _show_one(self, value: object, columns: Sequence[str] | None) -> None:
        facts = plain(value)
        if self.dry_run and isinstance(facts, dict):
            facts["dry_run"] = True
        match self.flags.format:
            case "json":
                _write(to_json(facts, indent=2))
            case "jsonl":
                _write(to_json(facts))
            case "csv":
                _write_csv([facts])
            case "ids":
                _write_ids([facts])
            case _:
                from micromart_cli.cards import print_card

                print_card(value, facts, self.flags.color, columns)

    def _show_list(
        self, items: Sequence[Any], following: str | None, columns: Sequence[str] | None, empty: str
    ) -> None:
        rows = [plain(item) for item in items]
        match self.flags.format:
            case "json":
                facts = {"items": rows, "next": following}
                _write(to_json({**facts, "dry_run": True} if self.dry_run else facts, indent=2))
                return
            case "jsonl":
                _write_lines(to_json(row) for row in rows)
            case "csv":
                _write_csv(rows)
            case "ids":
                _write_ids(rows)
            case _ if rows:
                from micromart_cli.cards import print_list

                print_list(items, rows, self.flags.color, columns)
            case _:
                self._notice(empty)
        if following is not None:
            self._notice(f"there is more: --after {following}")

    def _notice(self, text: str) -> None:
        if not self.flags.quiet:
            sys.stderr.write(terminal_text(text) + "\n")


def flat(facts: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the facts of a shape side by side: `stock.available`; money as its amount, lists as JSON."""
    if not isinstance(facts, dict):
        yield prefix or "value", to_json(facts) if isinstance(facts, list) else facts
    elif set(facts) == {"amount", "currency"}:
        yield prefix, Decimal(facts["amount"])
    else:
        for name, fact in facts.items():
            yield from flat(fact, f"{prefix}.{name}" if prefix else name)


def id_of(facts: Any) -> str | None:
    """Return what names a thing to the next command, None when nothing does."""
    if not isinstance(facts, dict):
        return str(facts)
    named = next((facts[name] for name in NAMES_OF_ONE if facts.get(name) is not None), None)
    return None if named is None else str(named)


def _write(text: str) -> None:
    sys.stdout.write(text + "\n")


def _write_lines(lines: Iterator[str]) -> None:
    for line in lines:
        _write(line)


def _write_ids(rows: list[Any]) -> None:
    _write_lines(terminal_text(name) for name in map(id_of, rows) if name is not None)


def _write_csv(rows: list[Any]) -> None:
    from micromart_core.csv_cells import write_rows

    flattened = [dict(flat(row)) for row in rows]
    header = list(dict.fromkeys(name for row in flattened for name in row))
    if header:
        cells = [[_cell(row.get(name)) for name in header] for row in flattened]
        sys.stdout.write(write_rows(header, cells))


def _cell(fact: Any) -> Any:
    if isinstance(fact, bool):
        return "true" if fact else "false"
    return terminal_text(fact, newlines=True) if isinstance(fact, str) else fact
