"""How the checkout looks: its four thoughts, and what has changed at the lines."""

from typing import TYPE_CHECKING

from textual.content import Content

from micromart_core.carts.model import CartLine
from micromart_core.errors import as_sentence
from micromart_core.money_words import money_words
from micromart_core.orders.model import CartChangedMeanwhile
from micromart_tui.rows import prose, row, spread, thought

if TYPE_CHECKING:
    from micromart_tui.screens.checkout import CheckoutScreen

_LABEL = 11
_SAFE = "Pressing twice is safe: one page, one order."


def draw_checkout(page: "CheckoutScreen", width: int) -> list[Content]:
    """Draw where, how, what and the letter."""
    room = width - _LABEL
    person = page.mart.person
    thoughts = (
        ("where", _where(page, room)),
        ("how", _how(page, room)),
        ("what", _what(page, room)),
        ("letter", prose((person.email if person else None) or "none: we know no address of yours", room)),
    )
    rows: list[Content] = []
    for at, (label, told) in enumerate(thoughts):
        rows += [*thought(label, told, is_lit=at == page.cursor), row()]
    return rows + [row(" " * _LABEL, each) for each in _foot(page, room)]


def _where(page: "CheckoutScreen", room: int) -> list[Content]:
    address = page.address
    if address is None:
        return [row(("n", "bold $cream"), (" say where it should go", "$sand"))]
    count = len(page.addresses)
    which = row((f"{page.chosen + 1} of {count}", "$dust")) if count > 1 else row()
    place = ", ".join(filter(None, (address.town, address.region, address.country)))
    lines = (address.line1, address.line2, place)
    return [
        spread(row((address.name, "bold $cream")), which, room),
        *(row((line, "$sand")) for line in lines if line),
    ]


def _how(page: "CheckoutScreen", room: int) -> list[Content]:
    shipping = page.shown.shipping if page.shown else None
    costs = page.mart.money(shipping) if shipping and shipping.amount else "free"
    return [spread(row(("● ", "$ember"), ("standard", "bold $cream")), row((costs, "$sand")), room)]


def _what(page: "CheckoutScreen", room: int) -> list[Content]:
    if page.shown is None:
        return [row(("nothing yet", "$dust"))]
    return [told for line in page.shown.lines for told in _line(page, line, room)]


def _line(page: "CheckoutScreen", line: CartLine, room: int) -> list[Content]:
    name = row((line.name, "$cream"), (f"  × {line.quantity}", "$dust"))
    told = [spread(name, row((page.mart.money(line.total), "$sand")), room)]
    changed = _changed(page.refusal, line) if isinstance(page.refusal, CartChangedMeanwhile) else ""
    return [*told, row((changed, "$honey"))] if changed else told


def _changed(refusal: CartChangedMeanwhile, line: CartLine) -> str:
    for sku, left in refusal.missing:
        if sku == line.sku:
            return f"only {left} left" if left else "gone"
    for sku, *prices in refusal.dearer:
        if sku == line.sku:
            was, now = (money_words(str(price), line.price.currency) for price in prices)
            return f"was {was}, is {now}"
    return ""


def _foot(page: "CheckoutScreen", room: int) -> list[Content]:
    refusal = page.refusal
    if refusal is None:
        return prose(_SAFE, room, "$dust")
    rows = prose(f"{refusal.message} Nothing was charged.", room, "$rose")
    if isinstance(refusal, CartChangedMeanwhile):
        way = ("y", " take the new price") if not refusal.missing else ("esc", " back to the cart, for what is left")
        rows.append(row((way[0], "bold $cream"), (way[1], "$dust")))
    else:
        rows += prose(as_sentence(refusal.why), room, "$dust")
    return rows
