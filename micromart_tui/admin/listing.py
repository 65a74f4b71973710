"""A page of the desk that is one list: it is read as far as it is in sight, and anew when something changed."""

from collections.abc import Hashable
from typing import ClassVar, Generic, TypeVar

from textual import on, work
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from micromart_tui.admin.asking import AskingScreen
from micromart_tui.admin.table import Column, DeskTable, RowLook
from micromart_tui.admin.window import ListPage, Window
from micromart_tui.rows import row, spread

Row = TypeVar("Row", bound=Hashable)


class ListScreen(AskingScreen, Generic[Row]):
    """Subclasses say which columns there are, how a row is lit, and how a page is read."""

    empty: ClassVar[str] = "nothing here"
    DEFAULT_CSS = """
    ListScreen #summary { height: 1; margin-bottom: 1; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.window: Window[Row] = Window(self.read_page)

    def columns(self) -> tuple[Column[Row], ...]:
        """Return what stands in a row."""
        raise NotImplementedError

    def look_of(self, each: Row) -> RowLook:
        """Say how a row is lit."""
        raise NotImplementedError

    async def read_page(self, after: str | None, limit: int) -> ListPage[Row]:
        """Read a page of the list."""
        raise NotImplementedError

    async def read_beside(self) -> None:
        """Read what else the page tells."""

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
    def table(self) -> DeskTable[Row]:
        """The list."""
        return self.query_one(DeskTable)

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

    def renew(self) -> None:
        """Read what is in sight again."""
        self.read_again()

    @work(exclusive=True, group="read-again")
    async def read_again(self) -> None:
        """Read what is in sight, and what stands beside it."""
        async with self.reading():
            window, sight = self.window, self.table.in_sight
            was_read = window.was_read
            changed = await window.again(sight.start, sight.stop)
            await self.read_beside()
            self.table.show(window, changed if was_read else ())
            self.show_summary()

    @on(DeskTable.NeedsRows)
    def _needs_rows(self) -> None:
        self.read_on()

    @work(exclusive=True, group="read-on")
    async def read_on(self) -> None:
        """Read what came into sight."""
        window, sight = self.window, self.table.in_sight
        if window.was_read:
            async with self.reading():
                if await window.fill(sight.start, sight.stop):
                    self.table.show(window)

    @on(DeskTable.Moved)
    def _moved(self) -> None:
        self.show_lit()

    def show_lit(self) -> None:
        """Let the page follow the cursor."""
        self.show_command()
        self.refresh_bindings()

    def show_summary(self) -> None:
        """Draw the summary for its width."""
        summary = self.query_one("#summary", Static)
        if summary.size.width:
            summary.update(spread(*self.summary(), summary.size.width))

    def on_resize(self) -> None:
        """Draw the summary for the new width."""
        self.call_after_refresh(self.show_summary)

    def question_moved(self) -> None:
        """Give the keys back to the list when a question was left."""
        super().question_moved()
        if self.question is None:
            self.table.focus()
