"""What a product's page says of stock, story and price."""

from collections.abc import Callable

from textual.content import Content

from micromart_core.money import Money
from micromart_core.products.model import Product
from micromart_tui.rows import button, pressing, row

LAST_FEW = 4
"""Units from which it is said that only so many are left."""
_FACTS_ARE_PARTED_BY = " · "
_STEPS = 13
"""Cells of `−  1  +` where it is narrow."""


def story_of(product: Product) -> str:
    """Return the description without its facts."""
    story, _, last = product.description.rpartition("\n")
    return story if _FACTS_ARE_PARTED_BY in last else product.description


def facts_of(product: Product) -> list[str]:
    """Return the facts, which stand on the last line of a description with dots between them."""
    last = product.description.rpartition("\n")[2]
    return last.split(_FACTS_ARE_PARTED_BY) if _FACTS_ARE_PARTED_BY in last else []


def stock_rows(product: Product, own: int, width: int) -> list[Content]:
    """Say what is free, what others hold, and what is in one's own cart; colour is never alone."""
    free, others = product.stock.available, max(0, product.stock.held - own)
    if free <= 0:
        rows = [row(("○ ", "$dust"), ("sold out", "bold $sand"))]
    elif free <= LAST_FEW:
        rows = [row(("● ", "$honey"), (f"only {free} left", "$honey"))]
    else:
        rows = [row(("● ", "$leaf"), (f"{free} in stock", "$sand"))]
    if others:
        words = f"  {others} held in other carts"
        rows.append(row((words if len(words) <= width else f"  {others} in other carts", "$dust")))
    return [*rows, row((f"  {own} in your cart", "$dust"))] if own else rows


def buy_row(product: Product, quantity: int, width: int, money: Callable[[Money], str]) -> Content:
    """Draw the row that buys: fewer, how many, more, the button, and what that comes to; each part can be clicked."""
    if product.stock.available <= 0:
        return row(("  sold out  ", "$dust on $shelf"))
    total = money(product.price * quantity)
    steps = _steps(quantity, 5)
    full = row(
        steps,
        "   ",
        button("add to cart", "enter", 18, f"$tint-{product.tint}"),
        "   ",
        (total, "bold $cream"),
    )
    if full.cell_length <= width:
        return full
    room = width - _STEPS - 2
    words = f"add {total}" if len(total) + 10 <= room else "add"
    return row(_steps(quantity, 3), "  ", button(words, "enter", room, f"$tint-{product.tint}"))


def _steps(quantity: int, width: int) -> Content:
    """Draw what makes the quantity smaller and larger, and the quantity."""
    fewer, more = row(("  −  ", "$sand on $shelf")), row(("  +  ", "$sand on $shelf"))
    number = row((f"{quantity:^{width}}", "bold $cream on $shelf"))
    return row(fewer.stylize(pressing("left")), number, more.stylize(pressing("right")))
