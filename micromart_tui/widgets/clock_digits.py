"""The big digits of a clock, each its own widget: most seconds change some rows of one digit, and those are sent."""

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content

from micromart_tui.rows import row
from micromart_tui.widgets.painted import Painted

_SHAPES = {
    "0": ("┏━┓", "┃ ┃", "┗━┛"),
    "1": ("╺┓ ", " ┃ ", "╺┻╸"),
    "2": ("╺━┓", "┏━┛", "┗━╸"),
    "3": ("╺━┓", " ━┫", "╺━┛"),
    "4": ("╻ ╻", "┗━┫", "  ╹"),
    "5": ("┏━╸", "┗━┓", "╺━┛"),
    "6": ("┏━╸", "┣━┓", "┗━┛"),
    "7": ("╺━┓", "  ┃", "  ╹"),
    "8": ("┏━┓", "┣━┫", "┗━┛"),
    "9": ("┏━┓", "┗━┫", "╺━┛"),
    ":": ("   ", " : ", "   "),
}


class Digit(Painted):
    """One digit, or the colon."""

    def __init__(self, character: str) -> None:
        super().__init__()
        self.character = character

    def draw(self, width: int, height: int) -> Sequence[Content]:  # noqa: ARG002  # it has one size
        """Draw its three rows."""
        return [row(part) for part in _SHAPES[self.character]]

    def show(self, character: str) -> None:
        """Become another one."""
        self.character = character
        self.repaint()


class ClockDigits(Horizontal):
    """Digits that must live on a slow line."""

    DEFAULT_CSS = """
    ClockDigits { width: auto; height: 3; }
    ClockDigits Digit { width: 3; height: 3; text-style: bold; }
    ClockDigits.leaf Digit { color: $leaf; }
    ClockDigits.honey Digit { color: $honey; }
    ClockDigits.rose Digit { color: $rose; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._words = "00:00"

    def compose(self) -> ComposeResult:
        """Yield the digits."""
        for character in self._words:
            yield Digit(character)

    def show(self, words: str) -> None:
        """Show a time; draw what is another digit than before."""
        is_as_long, self._words = len(words) == len(self._words), words
        if not is_as_long:
            self.refresh(recompose=True)
            return
        for digit, character in zip(self.query(Digit), words, strict=False):  # none while it is composed anew
            if digit.character != character:
                digit.show(character)
