"""The question that opens above the command line: what is about to be done, and the one thing to be said for it."""

from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Input, Static

from micromart_core.ids import new_id
from micromart_tui.admin.intent import Chosen, Intent
from micromart_tui.rows import button, prose, row
from micromart_tui.widgets.still_input import StillInput

_EDGE = 2
_BUTTON, _ROOMY = 22, 40


class Question(Vertical, can_focus=True):
    """Asks before something is done; the same question does it once, however often enter is pressed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "do", "do it", key_display="↵"),
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
        (typed.first() if typed else self).focus()

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

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_do()

    def action_do(self) -> None:
        """Do it, unless something is missing or it is being done."""
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
        words = [row((self.intent.asks, "bold $cream")), *prose(self.intent.means, width)]
        self.query_one("#words", Static).update(Content("\n").join(words))
        for options in self.query("#options").results(Static):
            options.update(self._options())
        press = button(self.intent.does, "enter", max(_BUTTON, len(self.intent.does) + 6))
        foot = row(
            press, "   ", (self.said, "$rose") if self.said else ("esc leaves it" if width > _ROOMY else "", "$dust")
        )
        self.query_one("#foot", Static).update(foot)

    def _options(self) -> Content:
        if not isinstance(self.intent.field, Chosen):
            return row()
        tone = {True: "bold $ink on $ember", False: "$sand"}
        words = self.intent.field.options
        return row(*(part for word in words for part in ((f" {word} ", tone[word == self.answer]), " ")))
