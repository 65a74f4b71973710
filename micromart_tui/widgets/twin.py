"""The command line that does what the page does, as it can be pasted; a key copies it."""

import shlex

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from micromart_tui.rows import pressing, row, spread

_PROGRAM = "micromart"
_PROMPT = "\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK} "
_LATER_WORDS = 2
"""Words after the program that name what is done: noun and verb."""


def command(*words: str) -> str:
    """Write a command line, quoted for a shell."""
    return shlex.join((_PROGRAM, *words))


class Twin(Widget):
    """One row above the keys; `y` copies it where no letters are typed."""

    DEFAULT_CSS = "Twin { height: 1; margin-top: 1; }"
    line: reactive[str] = reactive("")
    """What would be typed."""
    is_copied: reactive[bool] = reactive(default=False)

    def __init__(self, key: str = "y") -> None:
        super().__init__()
        self._key = key

    def watch_line(self) -> None:
        """Another line has not been copied."""
        self.is_copied = False

    def render(self) -> Content:
        """Draw it, with the key that copies it."""
        if not self.line:
            return row()
        said = ("copied", "$leaf") if self.is_copied else ("copies", "$dust")
        copies = row((self._key, "bold $cream"), " ", said).stylize(pressing(self._key))
        return spread(row((_PROMPT, "$ember"), *_words(self.line)), copies, self.size.width)


def _words(line: str) -> list[tuple[str, str]]:
    """Return the line in its tones: the program, what it is to do, and to what."""
    words = line.split(" ")
    tones = ["$dust", *["$sand"] * _LATER_WORDS, *["$cream"] * len(words)]
    return [(f"{word} ", tone) for word, tone in zip(words, tones, strict=False)]
