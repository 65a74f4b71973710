"""A page of the desk whose list is narrowed as one types."""

from abc import abstractmethod
from collections.abc import Hashable
from typing import ClassVar, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.timer import Timer
from textual.widgets import Input

from micromart_tui.admin.listing import ListScreen
from micromart_tui.widgets.still_input import StillInput

Row = TypeVar("Row", bound=Hashable)
SEARCH_AFTER = 0.12
"""Seconds of rest after a letter until the shop is asked."""


class SearchingScreen(ListScreen[Row]):
    """Subclasses read the rows that match `wanted`."""

    hint: ClassVar[str] = ""
    """What may be typed."""
    AUTO_FOCUS: ClassVar[str | None] = "DeskTable"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "search", "search", key_display="/"),
        Binding("down", "to_list", "the list", key_display="↓↵"),
        Binding("escape", "clear", "all again", key_display="esc"),
    ]
    DEFAULT_CSS = """
    SearchingScreen #search { display: none; padding: 0 1; margin-bottom: 1; }
    SearchingScreen #search, SearchingScreen #search:focus { height: 1; border: none; background: $shelf; }
    SearchingScreen.-searching #search { display: block; }
    """
    wanted: str = ""
    """What is searched for."""
    _rest: Timer | None = None

    def compose_page(self) -> ComposeResult:
        """Yield the search line above the list."""
        yield StillInput(placeholder=self.hint, id="search")
        yield from super().compose_page()

    @property
    @abstractmethod
    def is_narrowed(self) -> bool:
        """True while the list is not the whole one."""

    @property
    @abstractmethod
    def not_found(self) -> str:
        """What is said where nothing is like that."""

    def start_anew(self) -> None:
        """Read another list, and say what it means when there is nothing."""
        super().start_anew()
        self.table.empty = self.not_found if self.is_narrowed else self.empty

    def widen(self) -> None:
        """Search for nothing any more."""
        self.wanted = ""
        self.remove_class("-searching")
        with self.prevent(Input.Changed):
            self.query_one("#search", Input).clear()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave escape to the app where nothing is searched for."""
        is_typed_in = self.focused is not None and self.focused.id == "search"
        if action in ("search", "to_list") and is_typed_in == (action == "search"):
            return False
        if action == "clear" and not (self.has_class("-searching") or self.is_narrowed):
            return False
        return super().check_action(action, parameters)

    def action_search(self) -> None:
        """Search as one types."""
        self.add_class("-searching")
        self.query_one("#search", Input).focus()
        self.refresh_bindings()

    def action_to_list(self) -> None:
        """Go on in the list."""
        self.table.focus()

    def action_clear(self) -> None:
        """Show everything again."""
        was_narrowed = self.is_narrowed
        self.widen()
        self.table.focus()
        if was_narrowed:
            self.start_anew()
        self.refresh_bindings()

    @on(Input.Changed, "#search")
    def _typed(self, event: Input.Changed) -> None:
        self.wanted = event.value.strip()
        if self._rest is not None:
            self._rest.stop()
        self._rest = self.set_timer(SEARCH_AFTER, self.start_anew)

    @on(Input.Submitted, "#search")
    def _submitted(self) -> None:
        self.action_to_list()
