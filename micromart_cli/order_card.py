"""An order as people read it: where it stands, what was bought, what it cost, and how it came this far."""

from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from micromart_cli.cart_card import sums_of
from micromart_cli.palette import style_of
from micromart_cli.tables import cell_of, indented, table_of
from micromart_core.text import terminal_text
from micromart_core.users.model import Address

_LINES = ("name", "sku", "quantity", "price", "total")
_BACK = (*_LINES, "returned", "restocked")


def card_of_order(facts: dict[str, Any]) -> RenderableType:
    """Draw an order."""
    came_back = any(line["returned"] or line["restocked"] for line in facts["lines"])
    parts: list[RenderableType] = [
        _title(facts),
        indented(table_of(facts["lines"], _BACK if came_back else _LINES), above=1),
        indented(sums_of(facts), above=1),
        indented(_about(facts), above=1),
        indented(table_of(facts["history"], ("status", "at", "actor")), above=1),
    ]
    if facts["mails"]:
        parts.append(indented(table_of(facts["mails"], ("template", "status", "id")), above=1))
    return Group(*parts)


def _title(facts: dict[str, Any]) -> Text:
    title = Text(facts["number"], style="ember")
    for state in (facts["status"], facts["payment_status"]):
        title.append("   ").append(state, style=style_of(state))
    return title


def _about(facts: dict[str, Any]) -> Table:
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(style="label", no_wrap=True)
    grid.add_column(overflow="fold")
    address = Address(**facts["address"]) if facts["address"] else None
    place = ", ".join(map(terminal_text, address.lines)) if address else ""
    told = {
        "goes to": place,
        "letters to": facts["email"],
        "tracking": facts["tracking"],
        "note": facts["note"],
        "id": facts["id"],
    }
    for label, fact in told.items():
        if fact:
            grid.add_row(label, cell_of(label, fact))
    return grid
