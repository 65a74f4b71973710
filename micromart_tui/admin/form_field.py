"""One thing that is written of a product: its label beside what is typed, and below it what is wrong with that."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.events import Key
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Input, Static, TextArea

from micromart_core.products.model import Tint
from micromart_core.text import terminal_text
from micromart_tui.rows import pressing, row

_TINTS = tuple(Tint)


class TintChoice(Widget, can_focus=True):
    """One of the eight tints, by the arrows or by its first letter."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "choose(-1)", "another tint", key_display="←→"),
        Binding("right", "choose(1)", "another tint", show=False),
    ]
    DEFAULT_CSS = "TintChoice { height: 1; width: 1fr; }"
    value: reactive[str] = reactive(str(Tint.EMBER), init=False)

    class Changed(Message):
        """Another tint was chosen."""

    def render(self) -> Content:
        """Draw the chosen one in its own colour."""
        arrows = "bold $cream" if self.has_focus else "$dust"
        left, right = row(("← ", arrows)), row((" →", arrows))
        chosen = row((f" {self.value} ", f"bold $ink on $tint-{self.value}"))
        return row(left.stylize(pressing("left")), chosen, right.stylize(pressing("right")))

    def watch_value(self) -> None:
        """Tell that it is another one."""
        self.post_message(self.Changed())

    def check_consume_key(self, key: str, character: str | None) -> bool:  # noqa: ARG002  # Textual's own
        """Say that letters are its own: none takes anybody to another place."""
        return character is not None and character.isprintable()

    def on_key(self, event: Key) -> None:
        """Go to the next tint that begins so."""
        if event.character is None or not event.is_printable:
            return
        event.stop()
        at = _TINTS.index(Tint(self.value))
        behind = (*_TINTS[at + 1 :], *_TINTS[: at + 1])
        self.value = next((tint for tint in behind if tint.startswith(event.character)), self.value)

    def action_choose(self, step: int) -> None:
        """Choose the next one."""
        self.value = _TINTS[(_TINTS.index(Tint(self.value)) + step) % len(_TINTS)]


class FormField(Vertical):
    """A label, what is typed, and a refusal where there is one."""

    DEFAULT_CSS = """
    FormField { height: auto; }
    FormField Horizontal { height: auto; }
    FormField .label { width: 9; color: $dust; }
    FormField .wrong { display: none; height: auto; padding-left: 9; color: $rose; }
    FormField.-wrong .wrong { display: block; }
    """

    class Turned(Message):
        """Something else stands in it than before."""

    def __init__(self, name: str, label: str, control: Input | TextArea | TintChoice) -> None:
        super().__init__(id=f"field-{name}")
        self.field = name
        self._label, self.control = label, control

    def compose(self) -> ComposeResult:
        """Yield the label beside the line."""
        with Horizontal():
            yield Static(row((self._label, "$dust")), classes="label")
            yield self.control
        yield Static(classes="wrong")

    @property
    def value(self) -> str:
        """What is typed."""
        return self.control.text if isinstance(self.control, TextArea) else self.control.value

    @value.setter
    def value(self, text: str) -> None:
        if isinstance(self.control, TextArea):
            self.control.text = text
        else:
            self.control.value = text

    @on(Input.Changed)
    @on(TextArea.Changed)
    @on(TintChoice.Changed)
    def _typed(self, event: Message) -> None:
        event.stop()
        self._make_harmless()
        self.refuse("")
        self.post_message(self.Turned())

    def _make_harmless(self) -> None:
        """Let no pasted character drive the terminal."""
        harmless = terminal_text(self.value.replace("\t", "    "), newlines=isinstance(self.control, TextArea))
        if harmless != self.value:
            self.value = harmless

    def refuse(self, why: str) -> None:
        """Say below the line what is wrong, empty for nothing; be typed into again."""
        self.set_class(bool(why), "-wrong")
        self.query_one(".wrong", Static).update(row((why, "$rose")))
        if why:
            self.control.focus()
