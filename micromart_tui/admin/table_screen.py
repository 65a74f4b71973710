"""A page of the desk that is one long table: it reads what is in sight, and again what changed there."""

from abc import abstractmethod
from collections.abc import Hashable
from typing import Generic, TypeVar

from textual import on, work

from micromart_tui.admin.desk import DeskScreen
from micromart_tui.admin.table import DeskTable
from micromart_tui.window import ListPage, Window

Row = TypeVar("Row", bound=Hashable)


class TableScreen(DeskScreen, Generic[Row]):
    """Subclasses read a page of rows, and what stands around the table."""

    def __init__(self) -> None:
        super().__init__()
        self.window: Window[Row] = Window(self.read_page)

    @property
    def table(self) -> DeskTable[Row]:
        """The table."""
        return self.query_one(DeskTable)

    @property
    def _is_gone(self) -> bool:
        """True while the page is being taken away: an answer that comes then is shown nowhere."""
        return not self.query(DeskTable)

    @abstractmethod
    async def read_page(self, after: str | None, limit: int) -> ListPage[Row]:
        """Read so many rows after a key."""

    async def read_around(self) -> None:
        """Read what stands around the table."""

    def show_around(self) -> None:
        """Draw what stands around the table."""

    def renew(self) -> None:
        """Read what is in sight again."""
        self._read_again()

    @work(exclusive=True, group="read-again")
    async def _read_again(self) -> None:
        if self._is_gone:
            return
        async with self.reading():
            window, sight = self.window, self.table.in_sight
            was_read = window.was_read
            changed = await window.again(sight.start, sight.stop)
            await self.read_around()
            if not self._is_gone:
                sight = self.table.in_sight  # it may have moved while its former rows were read
                await window.fill(sight.start, sight.stop)
            if not self._is_gone:
                self.table.show(window, changed if was_read else ())
        if not self._is_gone:
            self.show_around()

    def watch_failure(self) -> None:
        """Say why above the table, and draw no rows as if they were still to come."""
        super().watch_failure()
        if not self._is_gone:
            self.table.is_refused = self.failure is not None
            self.table.refresh()

    def show_cart(self) -> None:
        """Draw rows that waited for the shop's time, which is told with the cart."""
        super().show_cart()
        if not self._is_gone:
            self.table.refresh()

    @on(DeskTable.NeedsRows)
    def _needs_rows(self) -> None:
        self._read_on()

    @work(exclusive=True, group="read-on")
    async def _read_on(self) -> None:
        """Read what came into sight."""
        window, sight = self.window, self.table.in_sight
        if window.was_read:
            async with self.reading():
                if await window.fill(sight.start, sight.stop) and not self._is_gone:
                    self.table.show(window)

    @on(DeskTable.Moved)
    def _moved(self) -> None:
        self.show_lit()

    def show_lit(self) -> None:
        """Let the page follow the cursor."""
        self.show_command()

    def on_resize(self) -> None:
        """Draw for the new width."""
        self.call_after_refresh(self.show_around)
