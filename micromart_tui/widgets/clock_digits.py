"""The big digits of a clock, each its own widget: whole rows are sent, and most seconds change one digit."""

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Digits


class ClockDigits(Horizontal):
    """Digits that must live on a slow line."""

    DEFAULT_CSS = """
    ClockDigits { width: auto; height: 3; }
    ClockDigits Digits { width: 3; text-style: bold; }
    ClockDigits.leaf Digits { color: $leaf; }
    ClockDigits.honey Digits { color: $honey; }
    ClockDigits.rose Digits { color: $rose; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._words = "00:00"

    def compose(self) -> ComposeResult:
        """Yield the digits."""
        for character in self._words:
            yield Digits(character)

    def show(self, words: str) -> None:
        """Show a time; draw what is another digit than before."""
        is_as_long, self._words = len(words) == len(self._words), words
        if not is_as_long:
            self.refresh(recompose=True)
            return
        for digit, character in zip(self.query(Digits), words, strict=False):  # none while it is composed anew
            if digit.value != character:
                digit.update(character)
