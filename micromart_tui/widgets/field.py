"""A field of a form: its label, what is typed, and what is wrong with that."""

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input, Static

from micromart_tui.rows import row
from micromart_tui.widgets.still_input import StillInput


class Field(Vertical):
    """What was typed stays when it is refused; the refusal stands below it."""

    DEFAULT_CSS = """
    Field { height: auto; margin-bottom: 1; }
    Field Static { height: auto; color: $dust; }
    Field Input, Field Input:focus {
        border: none; height: 1; padding: 0 1; background: $panel; color: $cream;
    }
    Field Input:focus { background: $line; }
    Field .wrong { display: none; color: $rose; }
    Field.-wrong .wrong { display: block; }
    """

    def __init__(self, name: str, label: str, *, hidden: bool = False, value: str = "") -> None:
        super().__init__(id=f"field-{name}")
        self._label, self._hidden, self._first = label, hidden, value

    def compose(self) -> ComposeResult:
        """Yield the label above the line."""
        yield Static(row((self._label, "$dust")))
        yield StillInput(self._first, password=self._hidden, compact=True, select_on_focus=False)
        yield Static(classes="wrong")

    @property
    def value(self) -> str:
        """What is typed."""
        return self.query_one(Input).value

    @value.setter
    def value(self, text: str) -> None:
        self.query_one(Input).value = text

    def refuse(self, why: str) -> None:
        """Say below the line what is wrong, empty for nothing; be typed into again."""
        self.set_class(bool(why), "-wrong")
        self.query_one(".wrong", Static).update(row((why, "$rose")))
        if why:
            self.query_one(Input).focus()
            self.call_after_refresh(self.scroll_visible, animate=False)  # all of it, once the words have their rows
