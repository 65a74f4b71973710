"""One's own order: the way it goes, what is in it, where to, and the letters about it."""

import asyncio
from collections.abc import Sequence
from io import StringIO
from pathlib import Path
from typing import ClassVar

from textual import work
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.reactive import reactive

from micromart_core.changes import Change, Topic
from micromart_core.ids import new_id
from micromart_core.notifications.model import Mail
from micromart_core.notifications.service import list_order_mails
from micromart_core.orders.model import Order, OrderLine, OrderStatus, PaymentStatus
from micromart_core.orders.receipt import show_receipt
from micromart_core.orders.service_lists import show_order
from micromart_core.orders.service_moves import cancel_order
from micromart_tui import order_words
from micromart_tui.buying_again import buy_again
from micromart_tui.moves import MOVES
from micromart_tui.places import ORDERS
from micromart_tui.receipt_file import receipt_as_file, write_receipt
from micromart_tui.rows import beside, button, on_ground, prose, row, spread, things
from micromart_tui.sheet import SheetScreen
from micromart_tui.when import day_words

_PICTURE = 8
"""Cells a picture is wide here, and twice its rows."""
_SIDE, _GAP = 30, 5
_BUTTON = 24


class OrderScreen(SheetScreen):
    """Follows the order live; cancelling it is asked about in the page."""

    place = ORDERS.name
    heading = "order"
    topics = frozenset({Topic.ORDERS, Topic.MAILS})
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "cancel", "cancel the order", key_display="↵"),
        Binding("x", "ask_to_cancel", "cancel"),
        Binding("b", "buy_again", "buy again"),
        Binding("p", "receipt", "receipt"),
        *MOVES,
        Binding("escape", "keep", "keep it", key_display="esc"),
        Binding("escape", "app.back", "back", key_display="esc"),
    ]
    is_asking: reactive[bool] = reactive(default=False, init=False)
    """Whether the page asks if the order shall be cancelled."""

    def __init__(self, number: str) -> None:
        super().__init__()
        self._number, self._key = number, new_id("key")
        self._order: Order | None = None
        self._letters: tuple[Mail, ...] = ()

    def is_about(self, changes: frozenset[Change]) -> bool:
        """Say whether this order changed, or any letter."""
        known = {"", self._order.id} if self._order else {""}
        return any(
            change.topic in (Topic.ANYTHING, Topic.MAILS) or (change.topic == Topic.ORDERS and change.key in known)
            for change in changes
        )

    def renew(self) -> None:
        """Read the order again, in a worker."""
        self._read()

    @work(exclusive=True, group="read")
    async def _read(self) -> None:
        """Read the order, its letters and what its things look like."""
        async with self.reading():
            order = await self.ask(show_order, self._number)
            self._letters = await self.ask(list_order_mails, order.id)
            await self.mart.gallery.fetch(line.sku for line in order.lines)
            self._order = order
            self.is_asking = self.is_asking and self._can_be_cancelled
        self.refresh_bindings()
        self.repaint()

    @property
    def _can_be_cancelled(self) -> bool:
        return self._order is not None and self._order.status in (OrderStatus.PLACED, OrderStatus.PACKED)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer only what can be done with the order as it stands."""
        if action in ("cancel", "keep"):
            return self.is_asking
        if action == "ask_to_cancel":
            return self._can_be_cancelled and not self.is_asking
        if action == "receipt" and self.mart.is_hosted:
            return False
        if action in ("buy_again", "receipt"):
            return self._order is not None and not self.is_asking
        return super().check_action(action, parameters)

    def watch_is_asking(self) -> None:
        """Show the question or take it away."""
        self.refresh_bindings()
        self.repaint()
        if self.is_asking:
            self.query_one("#body").scroll_home(animate=False)

    def draw(self, width: int, height: int) -> Sequence[Content]:  # noqa: ARG002  # it scrolls
        """Draw the order."""
        order, clock = self._order, self.mart.clock
        if order is None or not clock.is_set:
            return self.draw_skeleton(width)
        now = clock.now()
        title = row((order.number, "bold $cream"), (f"   {day_words(order.placed_at, now)}", "$dust"))
        rows = [spread(title, row((self.mart.money(order.total), "bold $cream")), width), row()]
        if self.is_asking:
            return [*rows, *self._draw_question(order, width)]
        if self.is_slim:
            way = order_words.way_down(order, now, width)
            return [*rows, *way, row(), *self._draw_lines(order, width), row(), *self._draw_side(order)]
        rows += [*order_words.way(order, now, width), row(), row()]
        room = width - _SIDE - _GAP
        return [*rows, *beside(self._draw_lines(order, room), self._draw_side(order), room, _GAP)]

    def draw_skeleton(self, width: int) -> list[Content]:
        """Draw where the order will stand, while it takes long to read."""
        rule = row(("─" * min(width, _SIDE), "$line"))
        return [rule, row(), row(("─" * width, "$line")), row(), rule] if self.has_class("-loading") else []

    def _draw_question(self, order: Order, width: int) -> list[Content]:
        wide = min(width, 60) - 6
        means = f"{things(order.items)} {'goes' if order.items == 1 else 'go'} back on the shelf."
        if order.payment_status is PaymentStatus.PAID:
            means += f" The shop gives back the {self.mart.money(order.total)} you paid."
        if order.email:
            means += f" A letter to {order.email} says so."
        rows = [row(), row(("Cancel this order?", "bold $cream")), row(), *prose(means, wide), row()]
        keep = row(("esc", "bold $cream"), (" keep it", "$dust"))
        rows += [button("cancel the order", "enter", min(wide, _BUTTON), "$rose"), row(), keep, row()]
        return on_ground(rows, min(width, 60), "$room")

    def _draw_lines(self, order: Order, width: int) -> list[Content]:
        return [each for line in order.lines for each in self._draw_line(line, width)]

    def _draw_line(self, line: OrderLine, width: int) -> list[Content]:
        product = self.mart.gallery.product(line.sku)
        name = row((line.name, "$cream"), (f"  × {line.quantity}", "$dust"))
        room = width if self.is_slim else width - _PICTURE - 2
        words = [spread(name, row((self.mart.money(line.total), "$sand")), room)]
        words += [row((product.tagline if product else str(line.sku), "$dust"))] if not self.is_slim else []
        if line.returned or line.restocked:
            words.append(row(("○ ", "$honey"), ("came back" if line.returned else "back on the shelf", "$honey")))
        if self.is_slim:
            return words
        art = self.mart.gallery.draw(line.sku, _PICTURE, self.mart.palette, "dim")
        return [*beside(art, words, _PICTURE, 2), row()]

    def _draw_side(self, order: Order) -> list[Content]:
        now = self.mart.clock.now()
        rows = [*order_words.letters(order, self._letters, now), row()]
        if order.tracking:
            rows += [row(("tracking", "$dust")), row((order.tracking, "$sand")), row()]
        if order.address:
            rows += [row(("to", "$dust")), *(row((line, "$sand")) for line in order.address.lines), row()]
        if order.payment_status is PaymentStatus.UNPAID and order.status not in order_words.ENDED:
            rows += [row(("○ ", "$honey"), ("not paid yet", "$honey"))]
        return rows

    def action_ask_to_cancel(self) -> None:
        """Ask first."""
        self.is_asking = True

    def action_keep(self) -> None:
        """Ask no more."""
        self.is_asking = False

    @work(group="change")
    async def action_cancel(self) -> None:
        """Cancel it, once however often enter is pressed."""
        with self.telling_errors():
            self._order = await self.mart.ask_once(self._key, cancel_order, self._number)
        self.is_asking = False
        self.renew()

    @work(group="change", exclusive=True)
    async def action_buy_again(self) -> None:
        """Put what is still free of it into the cart."""
        if self._order is not None:
            with self.telling_errors():
                await buy_again(self.mart, self._order)

    @work(group="receipt", exclusive=True)
    async def action_receipt(self) -> None:
        """Write the receipt into the folder this terminal stands in, or hand it to the browser that shows this page."""
        with self.telling_errors():
            receipt = await self.ask(show_receipt, self._number)
            if self.app.is_web:
                name, text = receipt_as_file(receipt)
                self.app.deliver_text(StringIO(text), save_filename=name)
                self.mart.tell(name, "The receipt is on its way to your downloads.")
                return
            try:
                path = await asyncio.to_thread(write_receipt, receipt, Path.cwd())
            except OSError as error:
                self.mart.tell(error.strerror or str(error), "The receipt could not be written.", is_bad=True)
            else:
                self.mart.tell(str(path), "The receipt is written.")
