"""A1: how the shop does today."""

from collections.abc import Sequence
from typing import ClassVar

from textual import work
from textual.binding import Binding, BindingType
from textual.content import Content

from micromart_core.changes import Topic
from micromart_core.shop_facts import show_shop
from micromart_tui.admin.desk import DeskSheet
from micromart_tui.admin.history import HistoryScreen
from micromart_tui.admin.today_drawing import Sheet, draw
from micromart_tui.admin.today_facts import DAY, Range, Today, read_today
from micromart_tui.rows import row
from micromart_tui.widgets.twin import command


class TodayScreen(DeskSheet):
    """The first page of the desk."""

    place: ClassVar[str] = "desk/today"
    heading: ClassVar[str] = "today"
    topics: ClassVar[frozenset[Topic]] = frozenset(
        {Topic.ORDERS, Topic.CARTS, Topic.STOCK, Topic.MAILS, Topic.EVENTS, Topic.PRODUCTS}
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "history", key_display="↵"),
        Binding("t", "range", "range"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._today: Today | None = None
        self._range = Range.MONTH
        self._lists_at = 0
        self._follows = False

    @property
    def stops(self) -> int:
        """What is running out can be stood on."""
        return len(self._today.running_out or ()) if self._today else 0

    @property
    def command_line(self) -> str:
        """What shows the history of the lit product, or adds up the same sales."""
        if self._range is Range.HOURS:
            return command("stats", "sales", "--by", "hour")
        if self._range is Range.WEEK and self.mart.clock.is_set:
            return command("stats", "sales", "--by", "day", "--since", f"{self.mart.clock.now() - 6 * DAY:%Y-%m-%d}")
        return command("stats", "sales", "--by", "day")

    def renew(self) -> None:
        """Read it all again."""
        self._read()

    @work(exclusive=True, group="read")
    async def _read(self) -> None:
        async with self.reading():
            facts = await self.ask(show_shop)
            self._today = await read_today(self.ask_if_allowed, facts.now, facts.currency)
            self.cursor = max(0, min(self.cursor, self.stops - 1))
            self.repaint()
            self.show_command()
            self.refresh_bindings()

    def draw(self, width: int, height: int) -> Sequence[Content]:
        """Return the page's rows; a few rules until it was read."""
        if self._today is None:
            return [row(("─" * (width // 3), "$line")) if self.has_class("-loading") else row()]
        rows, self._lists_at = draw(Sheet(self._today, self._range, width, height, self.cursor))
        return rows

    def row_of_cursor(self) -> int | None:
        """Keep what is lit in sight, until somebody scrolls on."""
        return self._lists_at + self.cursor if self._follows else None

    def action_move(self, step: int) -> None:
        """Move the cursor; at its end, scroll on to what has none."""
        before = self.cursor
        super().action_move(step)
        self._follows = self.cursor != before
        if self.stops and not self._follows:
            self.query_one("#body").scroll_relative(y=step, animate=False)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer a history only of something."""
        return self.stops > 0 if action == "open" else super().check_action(action, parameters)

    def action_open(self) -> None:
        """Show the history of what is lit."""
        if self._today and self._today.running_out:
            self.app.push_screen(HistoryScreen(self._today.running_out[self.cursor].sku))

    def action_range(self) -> None:
        """Look further back, or less far."""
        ranges = list(Range)
        self._range = ranges[(ranges.index(self._range) + 1) % len(ranges)]
        self.repaint()
        self.show_command()
