"""The shelf: categories as quiet headings, products as rows; it draws what is in sight of a list of any length."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from msgspec import Struct
from textual.cache import LRUCache
from textual.content import Content
from textual.events import Click, MouseScrollDown, MouseScrollUp, Resize
from textual.message import Message

from micromart_core.inventory.model import Sku
from micromart_core.products.model import Product
from micromart_core.products.words import fold
from micromart_tui.aisle import Aisle
from micromart_tui.rows import at_ends, row
from micromart_tui.widgets.painted import Painted

FLASH_SECONDS = 1.0
_LOW = 4
"""Rows below which each is needed for what is lit and what stands around it."""
_KEPT = 128
"""Products whose rows are kept as they were drawn: a step along the shelf changes two of those in sight."""
Draw = Callable[[int, int], Sequence[Content]]
Drawn = tuple[Product, tuple[object, ...], Content]
"""A product, what else its row shows, and the row."""


class ShelfRow(Struct, frozen=True):
    """A heading, a blank, or the product at an index of the aisle."""

    heading: str = ""
    index: int | None = None


class Shelf(Painted):
    """What stands in the aisle, with one row lit in its product's tint."""

    DEFAULT_CSS = "Shelf { height: 1fr; }"

    @dataclass
    class Pointed(Message):
        """A row was clicked."""

        index: int

    @dataclass
    class Wheeled(Message):
        """The wheel was turned by one notch."""

        step: int

    def __init__(self) -> None:
        super().__init__()
        self.aisle = Aisle()
        self.instead: Draw | None = None
        """What stands here when there is nothing to show."""
        self.words: tuple[str, ...] = ()
        """What is searched for; it stands out in names."""
        self._shelf: list[ShelfRow] = []
        self._top = 0
        self._flashing: dict[Sku, int] = {}
        self._drawn: LRUCache[Sku, Drawn] = LRUCache(_KEPT)

    @property
    def in_sight(self) -> list[int]:
        """Indexes of the products that are shown."""
        shown = self._shelf[self._top : self._top + self._room(self.content_size.height)]
        return [each.index for each in shown if each.index is not None]

    def _room(self, height: int) -> int:
        """Return how many rows are the shelf's own: where it goes on below, the next one says so.

        A heading with nothing of its own below it is left out: it would count what follows as its own.
        """
        if self._top + height >= len(self._shelf) or height < _LOW:
            return height
        return height - 2 if self._shelf[self._top + height - 2].heading else height - 1

    def show(self, aisle: Aisle) -> None:
        """Show another aisle, or this one as it is now; the lit row stays where it stands if it can."""
        offset = self._row_of_lit() - self._top
        is_other, self.aisle = aisle is not self.aisle, aisle
        self._shelf = rows_of(aisle)
        self._top = 0 if is_other else max(0, self._row_of_lit() - offset)
        self.follow()

    def follow(self) -> None:
        """Bring the lit row into sight, with its heading when it is the first below one."""
        height, at = self.content_size.height, self._row_of_lit()
        is_first = at > 0 and self._shelf[at - 1].index is None
        self._top = min(self._top, at - 1 if is_first else at)
        self._top = max(self._top, at - height + (2 if height >= _LOW else 1), 0)
        self._top = min(self._top, max(0, len(self._shelf) - height))
        self.repaint()

    def flash(self, skus: frozenset[Sku]) -> None:
        """Let rows be bold for a second."""
        for sku in skus:
            self._flashing[sku] = self._flashing.get(sku, 0) + 1
        self.repaint()
        self.set_timer(FLASH_SECONDS, lambda: self._calm(skus))

    def _calm(self, skus: frozenset[Sku]) -> None:
        for sku in skus:
            self._flashing[sku] -= 1
            if not self._flashing[sku]:
                del self._flashing[sku]
        self.repaint()

    def on_resize(self, event: Resize) -> None:
        """Keep the lit row in sight, which draws for the new size."""
        event.prevent_default()  # Textual would call what is inherited as well
        self.follow()

    def on_click(self, event: Click) -> None:
        """Say which product was pointed at; where the shelf says that it goes on, that is one a page further."""
        seen, at = self.in_sight, self._top + event.y
        if event.y >= self._room(self.content_size.height):
            self.post_message(self.Pointed(max(seen) + max(1, len(seen) - 1)))
        elif at < len(self._shelf) and (index := self._shelf[at].index) is not None:
            self.post_message(self.Pointed(index))

    def on_mouse_scroll_down(self, event: MouseScrollDown) -> None:
        """Browse with the wheel."""
        event.stop()
        self.post_message(self.Wheeled(1))

    def on_mouse_scroll_up(self, event: MouseScrollUp) -> None:
        """Browse with the wheel."""
        event.stop()
        self.post_message(self.Wheeled(-1))

    def draw(self, width: int, height: int) -> Sequence[Content]:
        """Draw the rows that are in sight."""
        if self.instead is not None:
            return self.instead(width, height)
        room = self._room(height)
        shown = self._shelf[self._top : self._top + room]
        drawn = [self._draw(each, width) for each in shown]
        return drawn if room == height else [*drawn, self._more_below()]

    def _more_below(self) -> Content:
        """Say that more follows, and how much when that is known."""
        count = len(self.aisle.products) - 1 - max(self.in_sight)
        return row((" ↓ more" if self.aisle.end is not None else f" ↓ {count} more", "$dust"))

    def _draw(self, each: ShelfRow, width: int) -> Content:
        if each.index is None:
            return row((f" {each.heading}", "$dust"))
        product = self.aisle.products[each.index]
        shown = each.index == self.aisle.lit, product.sku in self._flashing, self.words, width
        drawn = self._drawn.get(product.sku)
        if drawn is None or drawn[:2] != (product, shown):
            drawn = self._drawn[product.sku] = product, shown, self._row_for(product, width, is_lit=shown[0])
        return drawn[2]

    def _row_for(self, product: Product, width: int, *, is_lit: bool) -> Content:
        price = self.mart.money(product.price) if product.stock.available > 0 else "sold out"
        tone = "$cream" if product.stock.available > 0 or is_lit else "$dust"
        line = at_ends(self._named(product), row((f"{price} ", "" if is_lit else tone)), width)
        if is_lit:
            return line.stylize(f"bold $ink on $tint-{product.tint}")
        return line.stylize("bold") if product.sku in self._flashing else line

    def _named(self, product: Product) -> Content:
        """Return a name, in which what is searched for stands out."""
        if not self.words:
            return row((f" {product.name}", "$cream"))
        name = row((f" {product.name}", "$sand"))
        for start, end in found_in(name.plain, self.words):
            name = name.stylize("bold $cream", start, end)
        return name

    def _row_of_lit(self) -> int:
        return next((at for at, each in enumerate(self._shelf) if each.index == self.aisle.lit), 0)


def rows_of(aisle: Aisle) -> list[ShelfRow]:
    """Return what stands in an aisle from top to bottom."""
    if not aisle.products:
        return []
    if aisle.heading is not None:
        return [ShelfRow(aisle.heading), *(ShelfRow(index=index) for index in range(len(aisle.products)))]
    rows: list[ShelfRow] = []
    category = None
    for index, product in enumerate(aisle.products):
        if product.category != category:
            rows += [ShelfRow(), ShelfRow(product.category)] if rows else [ShelfRow(product.category)]
            category = product.category
        rows.append(ShelfRow(index=index))
    return rows


def found_in(name: str, words: Sequence[str]) -> list[tuple[int, int]]:
    """Return from where to where a name says one of these folded words, or begins to."""
    found, start = [], 0
    for part in name.split():
        start = name.index(part, start)
        said = [word for word in words if fold(part).startswith(word)]
        if said:
            found.append((start, start + min(len(part), max(map(len, said)))))
        start += len(part)
    return found
