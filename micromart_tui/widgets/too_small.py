"""What a terminal says that is too small for the shop; the cart's clock goes on."""

from typing import TYPE_CHECKING, cast

from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from micromart_tui.hold_clock import clock_words, mood
from micromart_tui.rows import row

if TYPE_CHECKING:
    from micromart_tui.app import MartApp

LEAST_WIDTH, LEAST_HEIGHT = 40, 12


def is_too_small(size: Size) -> bool:
    """Say whether a page would be clipped on a terminal of this size."""
    return size.width < LEAST_WIDTH or size.height < LEAST_HEIGHT


class TooSmall(Widget):
    """Covers the page where it would be clipped."""

    SCOPED_CSS = False  # how it looks depends on the page it stands on
    DEFAULT_CSS = """
    TooSmall { display: none; width: 100%; height: 100%; content-align: center middle; }
    .-too-small #stage { display: none; }
    .-too-small TooSmall { display: block; }
    """

    def render(self) -> Content:
        """Ask for room."""
        mart = cast("MartApp", self.app)
        size = f"{self.app.size.width}x{self.app.size.height}"
        rows = [
            row(("make me bigger", "bold $cream")),
            row((f"{LEAST_WIDTH}x{LEAST_HEIGHT} do, this is {size}", "$dust")),
        ]
        if mart.hold_left is not None:
            rows.append(row(("held for you ", "$sand"), (clock_words(mart.hold_left), f"bold {mood(mart.hold_share)}")))
        return Content("\n").join(rows)
