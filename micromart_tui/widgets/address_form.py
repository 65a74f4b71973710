"""An address typed into the page: enter goes on to the next line and gives it at the last, esc leaves it."""

from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.events import Key
from textual.message import Message
from textual.widgets import Input, Static

from micromart_core.errors import MicroMartError, as_sentence
from micromart_core.users.model import Address
from micromart_tui.rows import row
from micromart_tui.widgets.still_input import StillInput

FIELDS = (
    ("name", "name", "like Ada Lovelace"),
    ("line1", "street", "like 1 Quay Lane"),
    ("line2", "more", "may stay empty"),
    ("postcode", "postcode", "like W1J 7NT"),
    ("city", "city", "like London"),
    ("region", "region", "may stay empty"),
    ("country", "country", "like GB, DE or US"),
)
"""What users.service_addresses.add_address calls it, what people call it, and an example."""
_OPTIONAL = ("line2", "region")


class AddressForm(Vertical):
    """Takes the focus when it is mounted."""

    DEFAULT_CSS = """
    AddressForm { height: auto; max-width: 60; margin-bottom: 1; padding: 1 2; background: $surface; }
    AddressForm Horizontal { height: 1; }
    AddressForm Static { width: 11; color: $dust; }
    AddressForm .wrong { width: 1fr; display: none; color: $rose; margin-top: 1; }
    AddressForm.-wrong .wrong { display: block; }
    AddressForm Input { width: 1fr; height: 1; border: none; padding: 0 1; background: $panel; }
    AddressForm Input:focus { border: none; background: $line; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "app.focus_next", "fields", key_display="↑↓"),
        # At once: what is typed right behind it is meant for the next line.
        Binding("enter", "go_on", "next", key_display="↵", priority=True),
        Binding("escape", "leave", "leave it", key_display="esc"),
        Binding("tab", "app.focus_next", "next", show=False, priority=True),
        Binding("shift+tab", "app.focus_previous", "previous", show=False, priority=True),
        Binding("up", "app.focus_previous", "previous", show=False),
    ]

    @dataclass
    class Given(Message):
        """An address was typed; `facts` are the arguments of add_address."""

        facts: dict[str, str]

    class Left(Message):
        """No address is to be kept."""

    def __init__(self, address: Address | None = None) -> None:
        super().__init__()
        self._first = address
        self._wrong: tuple[Input, str] | None = None
        """Which line is wrong, and what stood there when that was said."""

    def compose(self) -> ComposeResult:
        """Yield a line each, with what the address says that is changed."""
        for name, label, example in FIELDS:
            with Horizontal():
                yield Static(label, markup=False)
                typed = getattr(self._first, name) or "" if self._first else ""
                yield StillInput(typed, placeholder=example, id=f"field-{name}", select_on_focus=False)
        yield Static(classes="wrong", markup=False)

    def on_mount(self) -> None:
        """Be typed into at once; it has no lines when it is taken away before it stood."""
        for first in self.query(Input)[:1]:
            self.screen.set_focus(first)

    def take_in(self, event: Key) -> None:
        """Do what a key means that was pressed before there was a line to type it into."""
        if event.key == "enter":
            event.stop().prevent_default()
            self.call_later(self.action_go_on)
        elif event.character and event.is_printable:
            event.stop().prevent_default()
            self.call_later(self._type, event.character)

    def _type(self, letter: str) -> None:
        if isinstance(line := self.screen.focused, Input):
            line.insert_text_at_cursor(letter)

    def action_go_on(self) -> None:
        """Go to the next line; from the last one give it all, once the letters before this key have been taken in."""
        last = self.query(Input).last()
        if self.screen.focused is last:
            last.call_later(self._give)
        else:
            self.screen.focus_next(Input)

    def _give(self) -> None:
        missing = [field for field in self.query(Input) if not field.value.strip() and self._is_needed(field)]
        if missing:
            label = next(label for name, label, _ in FIELDS if missing[0].id == f"field-{name}")
            self._say(f"The {label} is still missing.", missing[0])
        else:
            self.post_message(self.Given(self._facts()))

    def refuse(self, error: MicroMartError) -> None:
        """Say what is wrong below the lines, and be typed into again where it is; all that was typed stays."""
        told = error.message.lower()
        at = next((name for name, label, _ in FIELDS if label in told), FIELDS[-1][0])
        told = f"{error.message} {as_sentence(error.hint)}" if error.hint else error.sentences
        self._say(told, self.query_one(f"#field-{at}", Input))

    def _say(self, why: str, at: Input) -> None:
        self._wrong = (at, at.value)
        self.query_one(".wrong", Static).update(row((why, "$rose")))
        self.add_class("-wrong")
        at.focus()

    @on(Input.Changed)
    def _take_back(self, event: Input.Changed) -> None:
        """Say no more that a line is wrong once it is typed into; letters typed before that was said come late."""
        if self._wrong is not None and event.input is self._wrong[0] and event.value != self._wrong[1]:
            self._wrong = None
            self.remove_class("-wrong")

    def action_leave(self) -> None:
        """Keep nothing."""
        self.post_message(self.Left())

    def _is_needed(self, field: Input) -> bool:
        return (field.id or "").removeprefix("field-") not in _OPTIONAL

    def _facts(self) -> dict[str, str]:
        typed = {(field.id or "").removeprefix("field-"): field.value.strip() for field in self.query(Input)}
        return {name: words for name, words in typed.items() if words}
