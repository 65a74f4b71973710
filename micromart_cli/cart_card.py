"""The cart as its shopper sees it: what is held, what it costs, and the one clock."""

from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from micromart_cli.tables import cell_of, indented, table_of

_COLUMNS = ("name", "sku", "quantity", "price", "total")
_SOON, _VERY_SOON = 5 * 60, 2 * 60
"""Seconds left at which the clock turns honey, and rose."""
_EMPTY = "Nothing here yet. What you add is held for you, so nobody else can take it."
_ENDED = "Your hold ended. The things you picked are back on the shelf."


def card_of_cart(facts: dict[str, Any]) -> RenderableType:
    """Draw a cart, or what a restore made of it."""
    parts: list[RenderableType] = [_title(facts)]
    if facts["lines"]:
        parts += [indented(table_of(facts["lines"], _COLUMNS), above=1), indented(sums_of(facts), above=1)]
    elif facts["status"] == "open":
        parts.append(indented(Text(_EMPTY, style="label"), above=1))
    parts += _no_longer_held(facts)
    parts += _not_restored(facts)
    return Group(*parts)


def row_of_cart(facts: dict[str, Any]) -> dict[str, Any]:
    """Return what a list shows of a cart: no total where nothing is held; an ordered one came to what its order says.

    Scripts are told the zero as ever.
    """
    return facts if facts["lines"] else facts | {"total": None}


def clock(seconds: int) -> Text:
    """Write time left as 9:41, in leaf, honey or rose."""
    style = "leaf" if seconds > _SOON else "honey" if seconds > _VERY_SOON else "rose"
    return Text(f"{seconds // 60}:{seconds % 60:02}", style=style)


def _title(facts: dict[str, Any]) -> Text:
    title = Text.assemble(("your cart", "ember"))
    if facts["status"] != "open":
        return title.append(f"   {facts['status']}", style="honey")
    if facts["lines"] and facts["held_until"]:
        title.append("   held for you  ", style="label").append(clock(facts["seconds_left"]))
        if facts["seconds_left"] <= _VERY_SOON:
            title.append("  almost back on the shelf", style="rose")
    return title


def sums_of(facts: dict[str, Any]) -> Table:
    """Draw what a cart or an order comes to."""
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(style="label")
    grid.add_column(justify="right")
    for name in ("subtotal", "shipping", "tax"):
        is_free = not facts[name]["amount"].strip("0.")
        if not is_free or name == "shipping":
            grid.add_row(name, "free" if is_free else cell_of(name, facts[name]))
    total = cell_of("total", facts["total"])
    total.stylize("name")
    grid.add_row("total", total)
    return grid


def _no_longer_held(facts: dict[str, Any]) -> list[RenderableType]:
    if not facts["restorable"]:
        return []
    told = Text(_ENDED if facts["status"] == "expired" else "no longer held", style="honey")
    hint = Text("micromart cart restore takes back what is still free", style="label")
    table = table_of(facts["restorable"], ("name", "sku", "quantity", "price"))
    return [indented(told, above=1), indented(table), indented(hint, above=1)]


def _not_restored(facts: dict[str, Any]) -> list[RenderableType]:
    parts: list[RenderableType] = []
    if facts.get("missing"):
        parts.append(indented(Text("not all there any more: ", style="rose") + cell_of("", facts["missing"]), above=1))
    if facts.get("dearer"):
        parts.append(indented(Text("dearer now; --accept-prices takes it", style="honey"), above=1))
        parts.append(indented(table_of(facts["dearer"], ("name", "sku", "was", "now"))))
    return parts
