"""Numbers drawn: bars in eighths of a cell, rows of bars, and large digits."""

from collections.abc import Sequence

from textual.renderables.digits import DIGITS, DIGITS3X3_BOLD

_EIGHTHS = " ▁▂▃▄▅▆▇█"
MINUS = "\N{MINUS SIGN}"
_AIR = 1.5
"""How much higher than its highest bar a row of bars is, so that rows below each other stay apart."""
_DIGIT_HEIGHT = 3


def bars(values: Sequence[float], height: int = 1, top: float = 0) -> list[str]:
    """Draw a bar a cell, `height` rows tall; what is above nothing always shows."""
    highest = top or max(values, default=0) or 1
    eighths = [max(1, round(value / highest * height * 8)) if value > 0 else 0 for value in values]
    return ["".join(_EIGHTHS[max(0, min(8, each - 8 * y))] for each in eighths) for y in reversed(range(height))]


def spark(values: Sequence[float]) -> str:
    """Draw one row of bars."""
    return bars(values, 1, (max(values, default=0) or 1) * _AIR)[0]


def steps(values: Sequence[float], width: int, height: int) -> list[str]:
    """Draw values as steps over a width, the first at the left."""
    if not values or width < 1:
        return [""] * height
    return bars([values[min(len(values) - 1, x * len(values) // width)] for x in range(width)], height)


def large(text: str) -> list[str]:
    """Draw digits three rows tall; other characters stand on the lowest one."""
    glyphs = [_glyph(character) for character in text]
    return ["".join(glyph[y] for glyph in glyphs) for y in range(_DIGIT_HEIGHT)]


def _glyph(character: str) -> list[str]:
    if character not in DIGITS:
        return [" ", " ", character]
    first = DIGITS.index(character) * _DIGIT_HEIGHT
    return [line.ljust(_DIGIT_HEIGHT) for line in DIGITS3X3_BOLD[first : first + _DIGIT_HEIGHT]]


def signed(number: int) -> str:
    """Write a change: +3, or with a minus as wide as the plus."""
    return f"{number:+d}".replace("-", MINUS)
