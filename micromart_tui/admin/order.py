"""One order: where it goes, what is in it, each step with its moment, and the letters about it."""

from collections.abc import Sequence
from typing import ClassVar

from textual import work
from textual.binding import Binding, BindingType
from textual.content import Content

from micromart_core.changes import Change, Topic
from micromart_core.notifications.model import Mail
from micromart_core.notifications.service import list_order_mails
from micromart_core.orders.model import Order
from micromart_core.orders.service_lists import show_order
from micromart_tui.admin import order_rows
from micromart_tui.admin.intent import Intent
from micromart_tui.admin.order_keys import OrderKeys
from micromart_tui.admin.order_moves import take_back
from micromart_tui.rows import beside, row, spread
from micromart_tui.screen import SLIM_BELOW
from micromart_tui.sheet import SheetScreen


class OrderPage(OrderKeys, SheetScreen):
    """Lies over the lanes."""

    place: ClassVar[str] = "desk/orders"
    heading: ClassVar[str] = "order"
    topics: ClassVar[frozenset[Topic]] = frozenset({Topic.ORDERS, Topic.MAILS})
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("b", "take_back", "take back"),
        Binding("escape", "app.back", "back", key_display="esc"),
    ]

    def __init__(self, number: str) -> None:
        super().__init__()
        self._number = number
        self._order: Order | None = None
        self._letters: tuple[Mail, ...] = ()

    @property
    def order(self) -> Order | None:
        """The order of the page."""
        return self._order

    @property
    def stops(self) -> int:
        """Its lines."""
        return len(self._order.lines) if self._order else 0

    def is_about(self, changes: frozenset[Change]) -> bool:
        """Say whether this order or a letter changed."""
        known = {"", self._order.id} if self._order else {""}
        return any(
            change.topic in {Topic.ANYTHING, Topic.MAILS} or (change.topic == Topic.ORDERS and change.key in known)
            for change in changes
        )

    def renew(self) -> None:
        """Read the order again."""
        self.read_order()

    @work(exclusive=True, group="read-order")
    async def read_order(self) -> None:
        """Read the order and its letters."""
        async with self.reading():
            self._order = await self.ask(show_order, self._number)
            self._letters = await self.ask(list_order_mails, self._order.id)
            self.repaint()
            self.show_command()
            self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to take back only what has left the house."""
        if action == "take_back" and self._lit_line() is None:
            return False
        return super().check_action(action, parameters)

    def action_take_back(self) -> None:
        """Ask whether to take the lit line back."""
        if intent := self._lit_line():
            self.open_question(intent)

    def _lit_line(self) -> Intent | None:
        return take_back(self._order, self._order.lines[self.cursor]) if self._order else None

    def question_moved(self) -> None:
        """Draw for the height that is left."""
        super().question_moved()
        self.repaint()

    def row_of_cursor(self) -> int:
        """Keep the lit line in sight."""
        return 4 + self.cursor

    def draw(self, width: int, height: int) -> Sequence[Content]:  # noqa: ARG002  # it scrolls
        """Draw the order."""
        order = self._order
        if order is None or not self.mart.clock.is_set:
            return []
        is_slim = width < SLIM_BELOW
        drawn = [*order_rows.head(order, self.mart.money(order.total), width), row()]
        drawn += [] if is_slim else [order_rows.way(order, width), row()]
        drawn += order_rows.lines(order, self.mart.money, width, self.cursor)
        drawn += [row(), *self._sums(order, width), row()]
        now = self.mart.clock.now()
        steps = [row(("steps", "$dust")), *order_rows.timeline(order, now)]
        letters = [row(("letters", "$dust")), *(order_rows.letters(self._letters, now) or [row(("none", "$dust"))])]
        return [*drawn, *([*steps, row(), *letters] if is_slim else beside(steps, letters, width * 3 // 5, 3))]

    def _sums(self, order: Order, width: int) -> list[Content]:
        said = [("tracking ", order.tracking), ("note ", order.note), ("to ", order.email)]
        left = [row((label, "$dust"), (words, "$sand")) for label, words in said if words]
        sums = {"shipping": order.shipping, "tax": order.tax, "total": order.total}
        right = [row((f"{label} ", "$dust"), (self.mart.money(money), "$sand")) for label, money in sums.items()]
        tall = max(len(left), len(right))
        left += [row()] * (tall - len(left))
        right += [row()] * (tall - len(right))
        return [spread(a, b, width) for a, b in zip(left, right, strict=True)]
