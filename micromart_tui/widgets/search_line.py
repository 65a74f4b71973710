"""The line that searches: it tells what was typed once the fingers rest."""

from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Input, Static

from micromart_tui.widgets.still_input import StillInput

DEBOUNCE_SECONDS = 0.06
_LONGEST = 200


class SearchLine(Horizontal):
    """Stands over the shelf while something is searched for."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "go_down('results')", "results", key_display="↓↵"),
        Binding("down", "go_down('open')", "results", key_display="↓"),
        *(
            Binding("enter", f"give('{leads_to}')", leads_to, key_display=shown, priority=True)
            for leads_to, shown in (("results", "↓↵"), ("open", "↵"), ("what you meant", "↵"))
        ),
    ]
    leads_to: str = ""
    """What enter does now: go into the results, open the first one, search for what was meant; or nothing."""
    DEFAULT_CSS = """
    SearchLine { height: 1; margin-bottom: 1; display: none; background: $shelf; }
    SearchLine.-open { display: block; }
    SearchLine Static { width: 2; background: $shelf; }
    SearchLine Input, SearchLine Input:focus { width: 1fr; height: 1; border: none; padding: 0;
        background: $shelf; color: $cream; background-tint: transparent; }
    """

    @dataclass
    class Asked(Message):
        """This is searched for now."""

        query: str

    class Entered(Message):
        """Enter was pressed."""

    def __init__(self) -> None:
        super().__init__()
        self._resting: Timer | None = None
        self._input = StillInput(compact=True, select_on_focus=False, max_length=_LONGEST)

    @property
    def is_open(self) -> bool:
        """True while something is, or is to be, searched for."""
        return self.has_class("-open")

    @property
    def is_typed_in(self) -> bool:
        """True while keys are letters."""
        return self.is_attached and self.screen.focused is self._input

    def compose(self) -> ComposeResult:
        """Yield the sign and the input."""
        yield Static(Content.styled("/", "bold $ember"))
        yield self._input

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what was found."""
        return action not in ("go_down", "give") or parameters == (self.leads_to,)

    def action_go_down(self, _: str) -> None:
        """Go into the results."""
        self.screen.set_focus(None)

    def action_give(self, _: str) -> None:
        """Search for what is typed, once the letters before this key have been taken in."""
        self._input.call_later(self._input.action_submit)

    def open(self) -> None:
        """Show the line and take the keys."""
        self.add_class("-open")
        self.screen.set_focus(self._input)  # at once: the next key is a letter already

    def close(self) -> None:
        """Forget what was typed and go."""
        self.fill("")
        self.remove_class("-open")
        self.screen.set_focus(None)

    def fill(self, query: str) -> None:
        """Write something as if it was typed."""
        box = self._input
        box.value = query
        box.cursor_position = len(query)

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        if self._resting is not None:
            self._resting.stop()
        self._resting = self.set_timer(DEBOUNCE_SECONDS, self._tell)

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        self._tell()
        self.post_message(self.Entered())

    def _tell(self) -> None:
        if self._resting is not None:
            self._resting.stop()
        self.post_message(self.Asked(self._input.value.strip()))
