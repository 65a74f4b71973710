"""The big digits of a clock, of which only those that change are drawn again."""

from textual.geometry import Region
from textual.widgets import Digits

_WIDTHS = {":": 1}
_WIDTH, _HEIGHT = 3, 3
"""Cells of a digit."""


class ClockDigits(Digits):
    """Digits that must live on a slow line."""

    DEFAULT_CSS = """
    ClockDigits { width: auto; height: 3; text-style: bold; }
    ClockDigits.leaf { color: $leaf; }
    ClockDigits.honey { color: $honey; }
    ClockDigits.rose { color: $rose; }
    """

    def show(self, words: str) -> None:
        """Show a time; draw what is another digit than before."""
        before = self.value
        if len(before) != len(words):
            self.update(words)
            return
        self._value, start = words, 0
        changed = []
        for was, digit in zip(before, words, strict=True):
            width = _WIDTHS.get(digit, _WIDTH)
            if was != digit:
                changed.append(Region(start, 0, width, _HEIGHT))
            start += width
        if changed:
            self.refresh(*changed)
