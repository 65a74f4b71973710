"""The question that opens above the command line: what is about to be done, and the one thing to be said for it."""

from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.events import Key
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Input, Static

from micromart_core.ids import new_id
from micromart_tui.admin.intent import Chosen, Confirmed, Intent, Typed
from micromart_tui.rows import button, prose, row
from micromart_tui.widgets.still_input import StillInput

_EDGE = 2
_BUTTON, _ROOMY, _LABEL = 22, 40, 10
_LOW, _FEW = 18, 2
"""Rows of a terminal below which so many rows say what it means: the command must stay in sight."""


class Question(Vertical, can_focus=True):
    """Asks before something is done; the same question does it once, however often enter is pressed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "do_now", "do it", key_display="↵", priority=True),
        Binding("escape", "leave", "leave it", key_display="esc"),
        Binding("left", "choose(-1)", "choose", key_display="←→"),
        Binding("right", "choose(1)", "choose", show=False),
    ]
    DEFAULT_CSS = """
    Question { height: auto; margin-top: 1; padding: 1 2 1 1; background: $dim-ember; border-left: outer $ember; }
    Question Static { height: auto; }
    Question Horizontal { height: auto; margin-top: 1; }
    Question #options { width: 1fr; }
    Question #label { width: 10; color: $dust; }
    Question Input { width: 1fr; max-width: 40; padding: 0 1; }
    Question Input, Question Input:focus { height: 1; border: none; background: $shelf; }
    Question #foot { margin-top: 1; }
    """
    answer: reactive[str] = reactive("", init=False)
    said: reactive[str] = reactive("", init=False)
    """Why it was not done yet."""

    class Changed(Message):
        """Another answer stands there."""

    class Left(Message):
        """It shall stay as it is."""

    @dataclass
    class Answered(Message):
        """It shall be done."""

        question: "Question"

    def __init__(self, intent: Intent) -> None:
        super().__init__()
        self.intent, self.key, self.is_busy = intent, new_id("key"), False
        if isinstance(intent.field, Chosen):
            self.set_reactive(Question.answer, intent.field.options[0])

    def compose(self) -> ComposeResult:
        """Yield the words, the field and the button."""
        yield Static(id="words")
        field = self.intent.field
        if field is not None:
            with Horizontal():
                yield Static(field.label, id="label", markup=False)
                yield Static(id="options") if isinstance(field, Chosen) else StillInput(placeholder=field.hint)
        yield Static(id="foot")

    def on_mount(self) -> None:
        """Draw, and take the keys."""
        self._draw()
        typed = self.query(Input)
        self.screen.set_focus(typed.first() if typed else self)

    def check_consume_key(self, key: str, character: str | None) -> bool:  # noqa: ARG002  # Textual's own
        """Say that letters are its own where something is to be typed."""
        return self.is_typed_in and character is not None and character.isprintable()

    @property
    def is_typed_in(self) -> bool:
        """True when it is answered by typing."""
        return isinstance(self.intent.field, Typed | Confirmed)

    def on_key(self, event: Key) -> None:
        """Take in letters that came before there was a line to type them into."""
        self.take_in(event)

    def take_in(self, event: Key) -> None:
        """Do what a key means that was on its way to somebody else when this was opened."""
        if event.key == "enter":
            event.stop().prevent_default()
            self.call_later(self.action_do)
        elif self.is_typed_in and event.character and event.is_printable:
            event.stop().prevent_default()
            self.call_later(self._type, event.character)

    def _type(self, letter: str) -> None:
        for typed in self.query(Input):
            typed.insert_text_at_cursor(letter)

    def on_resize(self) -> None:
        """Draw for the new width."""
        self._draw()

    def watch_answer(self) -> None:
        """Show the other answer, and let the command follow."""
        self._draw()
        self.post_message(self.Changed())

    def watch_said(self) -> None:
        """Show why it was not done."""
        self._draw()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002  # Textual's own
        """Offer a choice only where there is one."""
        return action != "choose" or isinstance(self.intent.field, Chosen)

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self.said, self.answer = "", event.value

    def action_do_now(self) -> None:
        """Do it once the letters before this key have been taken in."""
        (self.screen.focused or self).call_later(self.action_do)

    def action_do(self) -> None:
        """Do it, unless something is missing or it is being done."""
        for typed in self.query(Input):  # its news of the last letters may still be on their way
            self.answer = typed.value
        field = self.intent.field
        missing = field.missing(self.answer) if field else ""
        if missing:
            self.said = missing
        elif not self.is_busy:
            self.is_busy = True
            self.post_message(self.Answered(self))

    def action_leave(self) -> None:
        """Leave it as it is."""
        self.post_message(self.Left())

    def action_choose(self, step: int) -> None:
        """Choose the next word."""
        if isinstance(self.intent.field, Chosen):
            options = self.intent.field.options
            self.answer = options[(options.index(self.answer) + step) % len(options)]

    def refuse(self, why: str) -> None:
        """Say why it could not be done; it may be tried again."""
        self.is_busy, self.said = False, why

    def _draw(self) -> None:
        if not self.is_mounted:
            return
        width = max(_BUTTON, self.size.width - _EDGE)
        means = prose(self.intent.means, width)
        if self.app.size.height < _LOW and len(means) > _FEW:
            means = [*means[: _FEW - 1], row(means[_FEW - 1], ("…", "$sand"))]
        words = [row((self.intent.asks, "bold $cream")), *means]
        self.query_one("#words", Static).update(Content("\n").join(words))
        for options in self.query("#options").results(Static):
            options.update(self._options(width - _LABEL))
        press = button(self.intent.does, "enter", max(_BUTTON, len(self.intent.does) + 6))
        foot = row(
            press, "   ", (self.said, "$rose") if self.said else ("esc leaves it" if width > _ROOMY else "", "$dust")
        )
        self.query_one("#foot", Static).update(foot)

    def _options(self, width: int) -> Content:
        """Draw the words to choose from, each whole: what does not fit goes into the next row."""
        if not isinstance(self.intent.field, Chosen):
            return row()
        tone = {True: "bold $ink on $ember", False: "$sand"}
        drawn = [row()]
        for word in self.intent.field.options:
            chip = row((f" {word} ", tone[word == self.answer]))
            if drawn[-1] and drawn[-1].cell_length + 1 + chip.cell_length > width:
                drawn.append(chip)
            else:
                drawn[-1] = row(drawn[-1], " " if drawn[-1] else "", chip)
        return Content("\n").join(drawn)
