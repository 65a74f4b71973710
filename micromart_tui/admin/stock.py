"""A2: what is on hand, held and free of every product, and what was sold of it."""

from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.widgets import Static

from micromart_core.changes import Change, Topic
from micromart_core.inventory.model_reports import Shelf, ShelfCounts
from micromart_core.inventory.service_shelves import count_shelves
from micromart_tui.admin.desk import DeskScreen
from micromart_tui.admin.shelf import COLUMNS, ShelfPage, ShelfRow, look_of, read_shelves
from micromart_tui.admin.table import DeskTable
from micromart_tui.admin.window import Window
from micromart_tui.rows import row, spread
from micromart_tui.widgets.twin import command

FILTERS: dict[Shelf | None, str] = {
    None: "everything",
    Shelf.LOW: "running out",
    Shelf.SOLD_OUT: "none free",
    Shelf.HELD: "held in carts",
}


class StockScreen(DeskScreen):
    """The stock table."""

    place: ClassVar[str] = "desk/stock"
    heading: ClassVar[str] = "stock"
    topics: ClassVar[frozenset[Topic]] = frozenset({Topic.STOCK, Topic.PRODUCTS})
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "mark", "mark"),
        Binding("f", "filter", "filter"),
    ]
    DEFAULT_CSS = """
    StockScreen #summary { height: 1; margin-bottom: 1; }
    StockScreen #page { height: 1fr; layers: table panel; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._state: Shelf | None = None
        self._counts: ShelfCounts | None = None
        self._window = Window(self._read_page)

    def compose_page(self) -> ComposeResult:
        """Yield the summary and the table."""
        yield Static(id="summary")
        with Container(id="page"):
            yield DeskTable(COLUMNS, look_of)

    @property
    def table(self) -> DeskTable[ShelfRow]:
        """The table."""
        return self.query_one(DeskTable)

    @property
    def command_line(self) -> str:
        """What shows the lit row, or lists what is shown."""
        shelf = self.table.lit
        if shelf is None:
            return command("stock", "list")
        return command("stock", "show", shelf.sku)

    async def _read_page(self, after: str | None, limit: int) -> ShelfPage:
        return await read_shelves(self.ask, self._state, after, limit)

    def renew(self) -> None:
        """Read what is in sight again."""
        self._read_again()

    @work(exclusive=True, group="read-again")
    async def _read_again(self) -> None:
        async with self.reading():
            window, sight = self._window, self.table.in_sight
            was_read = window.was_read
            changed = await window.again(sight.start, sight.stop)
            self._counts = await self.ask(count_shelves)
            self.table.show(window, changed if was_read else ())
            self.show_summary()

    @on(DeskTable.NeedsRows)
    def _needs_rows(self) -> None:
        self.read_on()

    @work(exclusive=True, group="read-on")
    async def read_on(self) -> None:
        """Read what came into sight."""
        window, sight = self._window, self.table.in_sight
        if window.was_read:
            async with self.reading():
                if await window.fill(sight.start, sight.stop):
                    self.table.show(window)

    @on(DeskTable.Moved)
    def _moved(self) -> None:
        self.show_command()

    def is_about(self, changes: frozenset[Change]) -> bool:
        """Say whether a product in sight changed, or nobody knows which."""
        seen = {shelf.sku for at in self.table.in_sight if (shelf := self._window.row(at))}
        return any(
            change.topic == Topic.ANYTHING or (change.topic in self.topics and (not change.key or change.key in seen))
            for change in changes
        )

    def show_summary(self) -> None:
        """Say how many products there are, and at the right what of them is shown."""
        counts, marked = self._counts, len(self.table.marks)
        right = row((f"{marked} marked", "bold $ember")) if marked else row((FILTERS[self._state], "$dust"))
        left = row()
        if counts is not None:
            more = "" if counts.is_whole else "+"
            left = row((f"{counts.products:,}{more}", "bold $cream"), (" products", "$dust"))
            for number, words, tone in ((counts.low, "running out", "$honey"), (counts.sold_out, "none free", "$rose")):
                shown = (f"{number:,}{more if number else ''}", f"bold {tone}" if number else "$sand")
                left = row(left, "   ", shown, (f" {words}", "$dust"))
        summary = self.query_one("#summary", Static)
        summary.update(spread(left, right, summary.size.width))

    def on_resize(self) -> None:
        """Draw the summary for the new width."""
        self.call_after_refresh(self.show_summary)

    def action_mark(self) -> None:
        """Mark the lit row."""
        self.table.mark()
        self.show_summary()
        self.show_command()

    def action_filter(self) -> None:
        """Show the next kind of shelves only."""
        states = list(FILTERS)
        self._state = states[(states.index(self._state) + 1) % len(states)]
        self._window = Window(self._read_page)
        self.table.empty = "No rows match." if self._state else "No product yet."
        self.table.show(self._window)
        self.show_summary()
        self.renew()
