"""An order as a row of a list, as two where there is room for one column only."""

from typing import TYPE_CHECKING

from textual.content import Content
from textual.style import Style

from micromart_core.orders.model import Order
from micromart_core.products.model import Product
from micromart_tui.order_words import state_of
from micromart_tui.rows import fitted, on_ground, row, spread, things
from micromart_tui.when import day_words

if TYPE_CHECKING:
    from micromart_tui.app import MartApp

_STATE, _WHEN = 11, 19
_AIRY = 88


def rows_of_each(*, is_slim: bool) -> int:
    """Return how many rows an order takes."""
    return 3 if is_slim else 1


def lit_by(product: Product | None) -> str:
    """Return the ground of the lit row: the tint of the first thing in the order."""
    return f"$tint-{product.tint}" if product else "$ember"


def order_rows(order: Order, mart: "MartApp", width: int, lit: str, *, is_slim: bool) -> list[Content]:
    """Draw an order; `lit` is the ground of the one under the cursor, empty for others. A click points at it."""
    cream, soft = ("$ink", "$ink") if lit else ("$cream", "$dust")
    word, tone = state_of(order)
    number, total = row((order.number, f"bold {cream}")), row((mart.money(order.total), f"bold {cream}"))
    state = row(("● ", cream if lit else tone), (word, cream))
    when = row((day_words(order.placed_at, mart.clock.now()), soft))
    if is_slim:
        lines = [spread(number, total, width - 2), spread(when, state, width - 2)]
    else:
        gap = 4 if width >= _AIRY else 2
        left = row(number, " " * gap, fitted(when, _WHEN), " " * (gap - 2), (things(order.items), soft))
        lines = [spread(left, row(total, " " * (gap + 1), fitted(state, _STATE)), width - 2)]
    meta = Style.from_meta({"order": order.number})
    drawn = [each.stylize(meta) for each in on_ground(lines, width, lit or "$ink", 1)]
    return [*drawn, row()] if is_slim else drawn
