"""One line that is asked for in a row of the page: enter gives it, esc takes it away."""

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.events import Key
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from micromart_tui.rows import row, spread
from micromart_tui.widgets.typed import typed


class LineInput(Widget, can_focus=True):
    """Takes the focus when it is mounted."""

    DEFAULT_CSS = "LineInput { height: 1; margin-bottom: 1; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "give", "go", key_display="↵"),
        Binding("escape", "leave", "leave it", key_display="esc"),
    ]
    text: reactive[str] = reactive("")

    class Given(Message):
        """A line was typed."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Left(Message):
        """Nothing is to be done."""

    def __init__(self, label: str, hint: str = "") -> None:
        super().__init__()
        self._label, self._hint = label, hint

    def on_mount(self) -> None:
        """Be typed into at once."""
        self.focus()

    def render(self) -> Content:
        """Draw the line."""
        line = row((f"{self._label} ", "bold $ember"), (self.text, "bold $cream"), ("▏", "$ember"))
        return spread(line, row((self._hint, "$dust")), self.size.width)

    def check_consume_key(self, key: str, character: str | None) -> bool:  # noqa: ARG002  # Textual's own
        """Say that letters are its own."""
        return character is not None and character.isprintable()

    def on_key(self, event: Key) -> None:
        """Type."""
        if (text := typed(self.text, event)) is not None:
            self.text = text

    def take_in(self, event: Key) -> None:
        """Do what a key means that was pressed before this stood."""
        if event.key == "enter":
            event.stop().prevent_default()
            self.call_later(self.action_give)
        elif typed(self.text, event) is not None:
            event.stop().prevent_default()
            self.call_later(self.on_key, event)

    def action_give(self) -> None:
        """Give what was typed."""
        self.post_message(self.Given(self.text) if self.text.strip() else self.Left())

    def action_leave(self) -> None:
        """Give nothing."""
        self.post_message(self.Left())
