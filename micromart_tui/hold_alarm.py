"""What rings and what is said when a hold is nearly over, or when its shopper leaves."""

from datetime import datetime
from typing import TYPE_CHECKING, Final

from rich.text import Text

from micromart_core.text import terminal_text
from micromart_tui.hold_clock import clock_words
from micromart_tui.when import time_words

if TYPE_CHECKING:
    from micromart_core.carts.model import Cart

MARKS: Final = (120.0, 30.0)
"""Seconds left at which it rings."""


UNANSWERED: Final = Text("Your last key had no answer yet: look whether it was done, before you do it again.")
"""What is said to somebody who leaves while an order is being placed: it may come about after that, or not."""


class HoldAlarm:
    """Rings once at each mark of a hold; a hold that was made longer may reach it again."""

    def __init__(self) -> None:
        self._before: tuple[datetime, float] | None = None

    def reached(self, held_until: datetime, left: float) -> str | None:
        """Return the mark that was reached since this hold was looked at last, as a clock shows it."""
        before, self._before = self._before, (held_until, left)
        if before is None or before[0] != held_until:
            return None
        passed = [mark for mark in MARKS if left <= mark < before[1]]
        return clock_words(passed[-1]) if passed else None


def window_title(words: str) -> str:
    """Return what a terminal takes as the title of its window."""
    return f"\x1b]2;{terminal_text(words)}\x07"


def farewell(cart: "Cart | None") -> Text | None:
    """Return what is said to somebody who leaves while something is held."""
    if cart is None or cart.held_until is None:
        return None
    return Text(f"What you picked is held until {time_words(cart.held_until)}; micromart shop opens it again.")


def parting(cart: "Cart | None", *, comes_back: bool) -> Text | None:
    """Return what is said to somebody who leaves a shop that others run; `comes_back`: they find their cart again."""
    if cart is None or cart.held_until is None:
        return None
    after = "connect again and go on" if comes_back else "then it goes back on the shelf"
    return Text(f"What you picked is held until {time_words(cart.held_until)}; {after}.")
