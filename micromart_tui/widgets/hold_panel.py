"""The panel of a hold: its one clock, what the cart comes to, and the one main action."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, cast

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from micromart_core.carts.model import Cart
from micromart_core.money import Money
from micromart_tui.hold_clock import VERY_SOON, clock_words, mood
from micromart_tui.rows import button, row, spread, thinning
from micromart_tui.widgets.clock_digits import ClockDigits

if TYPE_CHECKING:
    from micromart_tui.app import MartApp
    from micromart_tui.screen import MartScreen

_NARROWEST = 10


class HoldPanel(Vertical):
    """Stands beside the page while something is held; the page says what it is about and what enter does."""

    SCOPED_CSS = False  # how it looks depends on the page it stands on
    DEFAULT_CSS = """
    HoldPanel { width: 34; height: auto; padding: 1 3; background: $surface; }
    HoldPanel ClockDigits { margin-top: 1; }
    HoldPanel #rule { margin-bottom: 1; }
    .-narrow HoldPanel { width: 28; padding: 1 2; }
    .-slim HoldPanel { width: 1fr; padding: 1 1; }
    .-slim HoldPanel #label, .-slim HoldPanel ClockDigits, .-slim HoldPanel #rule { display: none; }
    .-slim.-low HoldPanel { padding: 0 1; }
    HoldPanel.-nothing { display: none; }
    """

    def __init__(self, label: str, act: str, key: str = "enter") -> None:
        super().__init__()
        self._label, self._act, self._key = label, act, key

    def compose(self) -> ComposeResult:
        """Yield the clock above the sums."""
        yield Static(id="label")
        yield ClockDigits()
        yield Static(id="rule")
        yield Static(id="sums")

    def on_mount(self) -> None:
        """Draw once there is a width to draw for."""
        self.call_after_refresh(self.repaint)

    def on_resize(self) -> None:
        """Draw for the new width."""
        self.call_after_refresh(self.repaint)

    def says(self, label: str, act: str) -> None:
        """Say something else about the hold, and of what enter does."""
        self._label, self._act = label, act
        self.repaint()

    def repaint(self) -> None:
        """Draw everything for the cart as it is."""
        cart = self._mart.cart
        self.set_class(cart is None or not cart.lines, "-nothing")
        if cart is None or not cart.lines or not self.query("#sums"):  # not composed yet: it draws when it is
            return
        self.query_one("#sums", Static).update(Content("\n").join(self._sums(cart)))
        self.count_on()

    def count_on(self) -> None:
        """Draw what the next second changes, and nothing else."""
        left, share = self._mart.hold_left, self._mart.hold_share
        if left is None or not self.query("#sums"):
            return
        digits, tone = self.query_one(ClockDigits), mood(share)
        if not digits.has_class(tone.removeprefix("$")):
            digits.set_classes(tone.removeprefix("$"))
        digits.show(clock_words(left))
        is_late = share <= VERY_SOON
        words = row(("almost back on the shelf", "bold $rose")) if is_late else row((self._label, "$sand"))
        self._show("#label", words)
        self._show("#rule", thinning(share, self._width, tone))

    def _show(self, part: str, words: Content) -> None:
        static = self.query_one(part, Static)
        if static.content != words:
            static.update(words, layout=False)  # its one row stays one: a new layout repaints the whole page

    @property
    def _mart(self) -> "MartApp":
        return cast("MartApp", self.app)

    @property
    def _width(self) -> int:
        return max(_NARROWEST, self.content_size.width)

    def _sums(self, cart: Cart) -> Iterator[Content]:
        if not cast("MartScreen", self.screen).is_slim:
            yield self._sum("subtotal", cart.subtotal)
            yield self._sum("shipping", cart.shipping)
            if cart.tax.amount:
                yield self._sum("tax", cart.tax)
            yield row(("─" * self._width, "$line"))
        total = row((self._mart.money(cart.total), "bold $cream"))
        yield spread(row(("total", "$dust")), total, self._width)
        if not self.screen.has_class("-low"):
            yield row()
        yield button(self._act, self._key, self._width)

    def _sum(self, name: str, amount: Money) -> Content:
        words = self._mart.money(amount) if amount.amount or name != "shipping" else "free"
        return spread(row((name, "$dust")), row((words, "$sand")), self._width)
