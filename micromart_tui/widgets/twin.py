"""The command line that does what the page does, as it can be pasted; a key copies it."""

import shlex

from textual.content import Content
from textual.geometry import Size
from textual.reactive import reactive
from textual.widget import Widget

from micromart_tui.rows import Part, pressing, row, spread

_PROGRAM = "micromart"
_PROMPT = "\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK} "
_LATER_WORDS = 2
"""Words after the program that name what is done: noun and verb."""
_INDENT = len(_PROMPT)
_MOST_ROWS = 3
_ROOMY = 20
"""Rows of a terminal from which a long line takes more than one of them."""


def command(*words: str) -> str:
    """Write a command line, quoted for a shell."""
    return shlex.join((_PROGRAM, *words))


class Twin(Widget):
    """A row above the keys, more for a long line; `y` copies it where no letters are typed."""

    DEFAULT_CSS = "Twin { height: auto; margin-top: 1; }"
    line: reactive[str] = reactive("")
    """What would be typed."""
    is_copied: reactive[bool] = reactive(default=False)

    def __init__(self, key: str = "y") -> None:
        super().__init__()
        self._key = key

    def watch_line(self) -> None:
        """Another line has not been copied, and may need more room."""
        self.is_copied = False
        if self.size.width and len(self._rows(self.size.width)) != self.size.height:
            self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002  # Textual's own
        """Return how many rows the line takes."""
        return len(self._rows(width))

    def render(self) -> Content:
        """Draw it, with the key that copies it."""
        return Content("\n").join(self._rows(self.size.width))

    def _rows(self, width: int) -> list[Content]:
        """Return the line folded between its words; the last row has room for the key."""
        if not self.line:
            return [row()]
        said = ("copied", "$leaf") if self.is_copied else ("copies", "$dust")
        copies = row((self._key, "bold $cream"), " ", said).stylize(pressing(self._key))
        words, room = row(*_words(self.line)).rstrip(), max(1, width - _INDENT)
        if words.cell_length + 1 + copies.cell_length <= room:
            return [spread(row((_PROMPT, "$ember"), words), copies, width)]
        most = _MOST_ROWS if self.app.size.height >= _ROOMY else 1
        folded = words.wrap(room) if most > 1 else [words]
        if folded[-1].cell_length + copies.cell_length >= room and len(folded) < most:
            folded.append(row())
        kept, rest = folded[: most - 1], folded[most - 1 :]
        last = Content(" ").join(rest) if rest else kept.pop()
        marks: list[Part] = [(_PROMPT, "$ember"), *[" " * _INDENT] * len(kept)]
        *above, below = (row(mark, each) for mark, each in zip(marks, (*kept, last), strict=True))
        return [*above, spread(below, copies, width)]


def _words(line: str) -> list[tuple[str, str]]:
    """Return the line in its tones: the program, what it is to do, and to what."""
    words = line.split(" ")
    tones = ["$dust", *["$sand"] * _LATER_WORDS, *["$cream"] * len(words)]
    return [(f"{word} ", tone) for word, tone in zip(words, tones, strict=False)]
