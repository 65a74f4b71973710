"""What every page of the desk can do: go to another one by its number, and say which command it equals."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.timer import Timer

from micromart_core.adapters.remote.refusals import BesideTheDatabase
from micromart_core.changes import Change
from micromart_core.errors import NotAllowed, SignInFirst
from micromart_core.operation import Operation
from micromart_tui.admin.bar import DeskBar
from micromart_tui.places import DESK
from micromart_tui.screen import MartScreen, Params, Result
from micromart_tui.sheet import SheetScreen
from micromart_tui.widgets.bar import Bar
from micromart_tui.widgets.key_line import KeyLine
from micromart_tui.widgets.twin import Twin

AT_MOST_EVERY = 0.3
"""Seconds between two readings of a page: in a busy shop news come faster than anybody reads."""


class DeskScreen(MartScreen):
    """A page of the desk, with its command line above the keys."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "copy_line", "copy the command", show=False),
        Binding("1", "go_desk('1')", "places", key_display="1-9"),
        *(Binding(number, f"go_desk('{number}')", show=False) for number in "23456789"),
    ]
    DEFAULT_CSS = """
    DeskScreen KeyLine { margin-top: 0; }
    DeskScreen #stage { max-width: 128; max-height: 36; }
    """
    _soon: Timer | None = None

    @property
    def command_line(self) -> str:
        """What would be typed to do or see the same, as `command` writes it."""
        return ""

    def make_bar(self) -> Bar:
        """Return the bar of the desk."""
        return DeskBar()

    def compose_foot(self) -> ComposeResult:
        """Yield the command line and the keys."""
        yield Twin()
        yield KeyLine()

    def on_mount(self) -> None:
        """Say from the first moment on what is typed for it."""
        self.call_after_refresh(self.show_command)

    def show_command(self) -> None:
        """Show what would be typed now."""
        if self.is_mounted:
            self.say_command(self.command_line)

    def say_command(self, line: str) -> None:
        """Show this command; nothing while the page is being taken away, and its command line is gone."""
        for twin in self.query(Twin):
            twin.line = line

    async def ask_if_allowed(
        self, operation: Operation[Params, Result], /, *args: Params.args, **kwargs: Params.kwargs
    ) -> Result | None:
        """Return what an operation answers, None when whoever sits here may not see that, or cannot from elsewhere."""
        try:
            return await self.ask(operation, *args, **kwargs)
        except (NotAllowed, SignInFirst, BesideTheDatabase):
            return None

    def renew_soon(self) -> None:
        """Read the page again, but not with every single piece of news."""
        if self._soon is None:
            self._soon = self.set_timer(AT_MOST_EVERY, self._renew_now)

    def _renew_now(self) -> None:
        self._soon = None
        self.renew()

    def take_in(self, changes: frozenset[Change]) -> None:  # noqa: ARG002  # for pages that read only what changed
        """Show what changed, in a moment."""
        self.renew_soon()

    def action_copy_line(self) -> None:
        """Copy the command."""
        twin = self.query_one(Twin)
        self.app.copy_to_clipboard(twin.line)
        twin.is_copied = True

    def action_go_desk(self, key: str) -> None:
        """Go to a place of the desk by its number."""
        place = next((place for place in DESK if place.key == key), None)
        if place is not None:
            self.mart.go(place.name)


class DeskSheet(DeskScreen, SheetScreen):
    """A page of the desk that is drawn as one sheet of rows."""

    DEFAULT_CSS = """
    DeskSheet #body { height: 1fr; width: 1fr; scrollbar-size: 0 0; }
    DeskSheet #sheet { width: 1fr; height: auto; }
    DeskSheet.-failed #sheet { opacity: 60%; }
    """
    # Textual reads the styles of the first parent only, so a sheet's are said again.
