"""The bar of the desk: its places by number, and what time it is in the shop."""

from typing import TYPE_CHECKING, cast

from textual.app import ComposeResult
from textual.content import Content
from textual.geometry import Region

from micromart_tui.places import DESK
from micromart_tui.rows import row
from micromart_tui.when import time_words
from micromart_tui.widgets.bar import Bar, place_label

if TYPE_CHECKING:
    from micromart_tui.app import MartApp

_AIRY, _CLOCK_FROM = 106, 90
"""Columns from which places stand further apart, and from which there is room for the time."""
_CLOCK_WIDTH = 7
_MINUTE = 60.0


class DeskBar(Bar):
    """Nine places and the time; the rule thickens under where you are."""

    def compose(self) -> ComposeResult:
        """Yield nothing: the desk shows no cart, so nothing ticks."""
        yield from ()

    def on_mount(self) -> None:
        """Let the time go on."""
        self.set_interval(_MINUTE, self.show_time)

    def count_on(self) -> None:
        """The desk shows no cart, so nothing counts down."""

    def show_time(self) -> None:
        """Draw the time again and nothing else."""
        self.refresh(Region(self.size.width - _CLOCK_WIDTH, 0, _CLOCK_WIDTH, 1))

    def draw_places(self, here: str, width: int) -> tuple[Content, tuple[int, int]]:
        """Return the places, and from where to where the one that is open reaches."""
        left, mark = row(("■", "$ember"), " " * (2 if width >= _CLOCK_FROM else 1)), (0, 0)
        gap = " " * (3 if width >= _AIRY else 2 if width >= _CLOCK_FROM else 1)
        for place in DESK:
            left = row(left, gap) if place is not DESK[0] else left
            start = left.cell_length
            left = row(left, place_label(place, is_here=place.name == here))
            if place.name == here:
                mark = (start, left.cell_length)
        return left, mark

    def draw_end(self, *, is_here: bool, is_slim: bool) -> Content:  # noqa: ARG002  # the bar's own
        """Return the time in the shop, and whether it answers."""
        mart = cast("MartApp", self.app)
        if not mart.clock.is_set or (not is_slim and self.size.width < _CLOCK_FROM):
            return row()
        dot = ("○ ", "$honey") if mart.trouble else ("● ", "$leaf")
        return row(dot, (time_words(mart.clock.now()), "$sand"))
