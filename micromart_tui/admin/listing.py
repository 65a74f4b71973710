"""A page of the desk that is one list: it is read as far as it is in sight, and anew when something changed."""

from abc import abstractmethod
from collections.abc import Hashable
from typing import ClassVar, TypeVar

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from micromart_tui.admin.asking import AskingScreen
from micromart_tui.admin.columns import Column, RowLook
from micromart_tui.admin.table import DeskTable
from micromart_tui.admin.table_screen import TableScreen
from micromart_tui.rows import row, spread
from micromart_tui.screen import MartScreen
from micromart_tui.window import Window

Row = TypeVar("Row", bound=Hashable)


class ListScreen(AskingScreen, TableScreen[Row]):
    """Subclasses say which columns there are, how a row is lit, and how a page is read."""

    empty: ClassVar[str] = "nothing here"
    DEFAULT_CSS = """
    ListScreen #summary { height: 1; margin-bottom: 1; }
    """

    @abstractmethod
    def columns(self) -> tuple[Column[Row], ...]:
        """Return what stands in a row."""

    @abstractmethod
    def look_of(self, each: Row) -> RowLook:
        """Say how a row is lit."""

    def summary(self) -> tuple[Content, Content]:
        """Return what stands above the list, at its left and its right end."""
        return row(), row()

    def compose_page(self) -> ComposeResult:
        """Yield the summary and the list."""
        yield Static(id="summary")
        yield from self.compose_list()

    def compose_list(self) -> ComposeResult:
        """Yield the list, and what stands beside or below it."""
        yield DeskTable(self.columns(), self.look_of, self.empty)

    @property
    def lit(self) -> Row | None:
        """The row under the cursor."""
        return self.table.lit if self.is_mounted else None

    def start_anew(self) -> None:
        """Read another list than before."""
        self.window = Window(self.read_page)
        self.table.empty = self.empty
        self.table.show(self.window)
        self.renew()

    def page_of(self, each: Row) -> MartScreen | None:  # noqa: ARG002  # for lists whose rows can be opened
        """Return the page that a row is opened into."""
        return None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to open what there is."""
        if action == "open" and self.lit is None:
            return False
        return super().check_action(action, parameters)

    def action_open(self) -> None:
        """Open the lit row."""
        page = None if self.lit is None else self.page_of(self.lit)
        if page is not None:
            self.app.push_screen(page)

    def show_lit(self) -> None:
        """Let the page follow the cursor, and offer what the row under it allows."""
        super().show_lit()
        self.refresh_bindings()

    def show_around(self) -> None:
        """Draw the summary for its width."""
        for summary in self.query("#summary").results(Static):  # none while the page is being taken away
            if summary.size.width:
                summary.update(spread(*self.summary(), summary.size.width))

    def count_of(self, one: str, many: str, tone: str = "$cream") -> Content:
        """Tell how many rows there are, as far as they were read."""
        count, more = len(self.window), "" if self.window.is_whole else "+"
        return row((f"{count:,}{more}", f"bold {tone}"), (f" {one if count == 1 else many}", "$dust"))

    def question_moved(self) -> None:
        """Give the keys back to the list when a question was left."""
        super().question_moved()
        if self.question is None:
            self.table.focus()
