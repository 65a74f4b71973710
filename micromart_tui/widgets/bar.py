"""The bar: the shop's name, its places, the cart and its one clock; the rule thickens under where you are."""

from typing import TYPE_CHECKING, cast

from textual.app import ComposeResult
from textual.content import Content
from textual.widget import Widget

from micromart_tui.hold_clock import clock_words, mood
from micromart_tui.places import CART, Place
from micromart_tui.rows import pressing, row, spread

if TYPE_CHECKING:
    from micromart_tui.app import MartApp
    from micromart_tui.screen import MartScreen

_AIRY, _SLIM = 88, 60
"""Columns from which places stand further apart, and below which there is no room for them."""


class BarClock(Widget):
    """Lies over the end of the bar: of a widget that is a whole row, the whole row is sent for one cell."""

    DEFAULT_CSS = "BarClock { dock: right; width: 5; height: 1; }"

    def render(self) -> Content:
        """Draw the time left."""
        mart = cast("MartApp", self.app)
        return row((clock_words(mart.hold_left or 0), f"bold {mood(mart.hold_share)}"))


class Bar(Widget):
    """Two rows at the top of every page."""

    DEFAULT_CSS = "Bar { height: 2; margin-bottom: 1; }"

    def compose(self) -> ComposeResult:
        """Yield what ticks."""
        yield BarClock()

    def on_mount(self) -> None:
        """Tick while something is held."""
        self.watch(self.app, "cart", self._show_clock)

    def _show_clock(self) -> None:
        self.query(BarClock).set(display=self._mart.hold_left is not None).refresh()

    def count_on(self) -> None:
        """Draw the clock again and nothing else: a ticking shop must live on slow lines."""
        self.query_one(BarClock).refresh()

    def render(self) -> Content:
        """Draw the bar for its width."""
        page, width = cast("MartScreen", self.screen), self.size.width
        left, mark = self.draw_places(page.place, width)
        if width < _SLIM:
            left = row(("■ ", "$ember"), (page.heading, "bold $cream"))
            mark = (0, left.cell_length)
        right = self.draw_end(is_here=page.place == CART.name, is_slim=width < _SLIM)
        if page.place == CART.name:
            mark = (width - right.cell_length, width)
        start, end = mark
        rule = row(("─" * start, "$line"), ("━" * (end - start), "$ember"), ("─" * max(0, width - end), "$line"))
        return Content("\n").join([spread(left, right, width), rule])

    @property
    def _mart(self) -> "MartApp":
        return cast("MartApp", self.app)

    def draw_places(self, here: str, width: int) -> tuple[Content, tuple[int, int]]:
        """Return the name and the places, and from where to where the one that is open reaches."""
        gap = " " * (5 if width >= _AIRY else 2)
        left, mark = row(("■ ", "$ember"), (self._mart.shop_name, "bold $cream"), " "), (0, 0)
        for place in self._mart.places:
            left = row(left, gap)
            start = left.cell_length
            left = row(left, place_label(place, is_here=place.name == here))
            if place.name == here:
                mark = (start, left.cell_length)
        return left, mark

    def draw_end(self, *, is_here: bool, is_slim: bool) -> Content:
        """Return what stands at the right: the cart and its clock."""
        label = row(place_label(CART, is_here=is_here), "  ")
        cart = self._mart.cart
        if cart is None:
            return label
        if not cart.lines:
            return row(label, ("hold ended", "$rose") if cart.restorable else ("empty", "$dust"))
        worth = () if is_slim else ((" · ", "$dust"), (self._mart.money(cart.total), "$cream"))
        label = row(label, (str(cart.item_count), "bold $cream"), *worth)
        left = self._mart.hold_left
        if left is None:
            return label
        tone = mood(self._mart.hold_share)
        return row(label, "  ", ("◷ ", tone), (clock_words(left), f"bold {tone}"))


def place_label(place: Place, *, is_here: bool) -> Content:
    """Return a place's key and name; a click presses the key."""
    key, name = ("bold $ember", "bold $cream") if is_here else ("bold $sand", "$dust")
    return row((place.key, key), (f" {place.label}", name)).stylize(pressing(place.key))
