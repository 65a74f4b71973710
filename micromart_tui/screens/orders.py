"""One's own orders, newest first: any number of them, of which those in sight are read and drawn."""

from collections.abc import Sequence
from typing import ClassVar

from textual import on, work
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.events import Click, MouseScrollDown, MouseScrollUp

from micromart_core.changes import Topic
from micromart_core.errors import SignInFirst
from micromart_core.orders.model import Order
from micromart_core.orders.model_reports import OrderPage
from micromart_core.orders.service_lists import my_orders, show_order
from micromart_tui.buying_again import buy_again
from micromart_tui.moves import MOVES
from micromart_tui.places import ORDERS
from micromart_tui.rows import pressing, prose, row
from micromart_tui.screens.order import OrderScreen
from micromart_tui.screens.order_list import lit_by, order_rows, rows_of_each
from micromart_tui.sheet import SheetScreen
from micromart_tui.widgets.line_input import LineInput
from micromart_tui.window import Window

_LONG_WAY = 10


class OrdersScreen(SheetScreen):
    """Opens an order, buys it again, finds one by its number."""

    place = ORDERS.name
    heading = "orders"
    topics = frozenset({Topic.ORDERS})
    BINDINGS: ClassVar[list[BindingType]] = [
        *MOVES,
        Binding("pagedown", f"move({_LONG_WAY})", "further", show=False),
        Binding("pageup", f"move(-{_LONG_WAY})", "further", show=False),
        Binding("enter", "open", "open", key_display="↵"),
        Binding("b", "buy_again", "buy again"),
        Binding("slash", "search", "search", key_display="/"),
        Binding("i", "sign_in", "sign in"),
        Binding("s", "app.go('shop')", "shop", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._orders: Window[Order] = Window(self._read_page)
        self._top = 0
        self._is_stale = True
        """True until the rows in sight were read again after what was heard last."""
        self._is_signed_out = False

    @property
    def stops(self) -> int:
        """Every order that was read."""
        return len(self._orders)

    @property
    def order(self) -> Order | None:
        """The order under the cursor."""
        return self._orders.row(self.cursor)

    async def _read_page(self, after: str | None, limit: int) -> OrderPage:
        return await self.ask(my_orders, after, limit)

    def renew(self) -> None:
        """Read the orders in sight anew, in a worker."""
        self._is_stale = True
        self._read()

    @work(exclusive=True, group="read")
    async def _read(self) -> None:
        """Read what is in sight and was not read, or all of it again; a newer reading goes on with what this began."""
        async with self.reading():
            try:
                await self._fill()
            except SignInFirst:
                self._is_signed_out = True
        self.cursor = max(0, min(self.cursor, self.stops - 1))
        self.refresh_bindings()
        self.repaint()

    async def _fill(self) -> None:
        first, last = self._top, max(self.cursor, self._top + self._fitting)
        await (self._orders.again(first, last) if self._is_stale else self._orders.fill(first, last))
        self._is_stale = self._is_signed_out = False
        seen = [order for at in range(first, last + 1) if (order := self._orders.row(at))]
        await self.mart.gallery.fetch(order.lines[0].sku for order in seen if order.lines)

    @property
    def _fitting(self) -> int:
        """How many orders are in sight at once."""
        return max(1, self.query_one("#body").content_size.height // rows_of_each(is_slim=self.is_slim))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer only what can be done with what is here."""
        if action == "sign_in":
            return self._is_signed_out
        if action in ("open", "buy_again", "search"):
            return bool(self.stops) and not (action == "search" and self.query(LineInput))
        return super().check_action(action, parameters)

    def watch_cursor(self) -> None:
        """Show where the cursor stands, and read what comes into sight."""
        super().watch_cursor()
        self._read()

    def draw(self, width: int, height: int) -> Sequence[Content]:  # noqa: ARG002  # as many as fit
        """Draw the orders in sight, or why there are none."""
        if self._is_signed_out:
            return self._draw_signed_out(width)
        if not self._orders.was_read or not self.mart.clock.is_set:
            return [row(("─" * width, "$line")), row()] * 3 if self.has_class("-loading") else []
        if not self.stops:
            return [row(("No orders yet.", "bold $cream")), row(), _key("s", "the shop is this way")]
        self._top = max(self.cursor - self._fitting + 1, min(self._top, self.cursor))
        seen = [(at, self._orders.row(at)) for at in range(self._top, min(self.stops, self._top + self._fitting))]
        return [each for at, order in seen for each in self._draw_order(at, order, width)]

    def _draw_order(self, at: int, order: Order | None, width: int) -> list[Content]:
        if order is None:
            return [row(("…", "$dust")), *[row()] * (rows_of_each(is_slim=self.is_slim) - 1)]
        product = self.mart.gallery.product(order.lines[0].sku) if order.lines else None
        lit = lit_by(product) if at == self.cursor and self.failure is None else ""
        return order_rows(order, self.mart, width, lit, is_slim=self.is_slim)

    def _draw_signed_out(self, width: int) -> list[Content]:
        return [
            row(("Your orders are kept with your name.", "bold $cream")),
            row(),
            *prose("Nobody is signed in at this terminal.", width),
            row(),
            row(_key("i", "sign in"), "    ", _key("s", "back to the shop")),
        ]

    def action_sign_in(self) -> None:
        """Sign in over this page."""
        self.mart.counter.come_in(self.renew)

    def action_open(self) -> None:
        """Open the order under the cursor."""
        if order := self.order:
            self.app.push_screen(OrderScreen(order.number))

    @work(group="change", exclusive=True)
    async def action_buy_again(self) -> None:
        """Put what is still free of it into the cart."""
        if order := self.order:
            with self.telling_errors():
                await buy_again(self.mart, order)

    async def action_search(self) -> None:
        """Ask for a number."""
        if not self.query(LineInput):
            await self.query_one("#stage").mount(LineInput("/", "a number, or its beginning"), before="#body")
            self.watch(self.query_one(LineInput), "text", self._seek, init=False)

    def _seek(self, text: str) -> None:
        """Go to the first order here whose number has what was typed."""
        wanted = text.strip().upper()
        at = self._orders.find(lambda order: wanted in order.number) if wanted else None
        if at is not None:
            self.cursor = at

    @on(LineInput.Left)
    async def _leave_search(self) -> None:
        await self.query(LineInput).remove()
        self.call_after_refresh(self.repaint)

    @on(LineInput.Given)
    async def _find(self, message: LineInput.Given) -> None:
        await self._leave_search()
        order, wanted = self.order, message.text.strip().upper()
        if order is not None and wanted in order.number:
            self.action_open()
        else:
            self._open_named(wanted)

    @work(group="find", exclusive=True)
    async def _open_named(self, number: str) -> None:
        """Open an order that lies further down than was read."""
        with self.telling_errors():
            found = await self.ask(show_order, number)
            self.app.push_screen(OrderScreen(found.number))

    def on_click(self, event: Click) -> None:
        """Light the order under the mouse, or open the lit one."""
        number = event.style.meta.get("order")
        at = self._orders.find(lambda order: order.number == number) if number else None
        if at is None:
            super().on_click(event)
        elif at == self.cursor:
            self.action_open()
        else:
            self.cursor = at

    def on_mouse_scroll_down(self, event: MouseScrollDown) -> None:
        """Go down."""
        event.stop()
        self.action_move(1)

    def on_mouse_scroll_up(self, event: MouseScrollUp) -> None:
        """Go up."""
        event.stop()
        self.action_move(-1)


def _key(key: str, words: str) -> Content:
    return row((key, "bold $cream"), (f" {words}", "$dust")).stylize(pressing(key))
