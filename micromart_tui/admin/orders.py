"""A5: everybody's orders in lanes by where they stand, and one of them below."""

from collections.abc import Sequence
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.events import Click
from textual.widgets import Input

from micromart_core.changes import Topic
from micromart_core.notifications.model import Mail
from micromart_core.notifications.service import list_order_mails
from micromart_core.orders.model import Order, OrderStatus
from micromart_core.orders.service_lists import list_all_orders, show_order
from micromart_tui.admin import order_rows
from micromart_tui.admin.order import OrderPage
from micromart_tui.admin.order_keys import OrderKeys
from micromart_tui.admin.order_moves import STEPS, move_on, status_behind, step_of
from micromart_tui.moves import MOVES
from micromart_tui.rows import beside, fitted, row
from micromart_tui.sheet import Sheet, SheetScreen
from micromart_tui.widgets.still_input import StillInput
from micromart_tui.widgets.twin import command

LANE_WIDTH, GAP = 17, 2
READS = 50
"""Orders read of a status; of more a lane says that there are more."""
_LETTERS_AFTER = 0.15
_CARD = 3
_DETAIL = 7


class OrdersScreen(OrderKeys, SheetScreen):
    """The lanes."""

    place: ClassVar[str] = "desk/orders"
    heading: ClassVar[str] = "orders"
    AUTO_FOCUS: ClassVar[str | None] = ""
    topics: ClassVar[frozenset[Topic]] = frozenset({Topic.ORDERS, Topic.MAILS})
    BINDINGS: ClassVar[list[BindingType]] = [
        *MOVES,  # said again: what has a key of its own here takes the place of what it does elsewhere
        Binding("left,h", "step(-1)", "step", key_display="←→"),
        Binding("right,l", "step(1)", "step", show=False),
        Binding("enter", "open", "open", key_display="↵"),
        Binding("slash", "search", "search", key_display="/"),
        Binding("down", "to_found", "what was found", key_display="↓↵"),
        Binding("escape", "clear", "all again", key_display="esc"),
    ]
    DEFAULT_CSS = """
    OrdersScreen #search { display: none; padding: 0 1; margin-bottom: 1; }
    OrdersScreen #search, OrdersScreen #search:focus { height: 1; border: none; background: $shelf; }
    OrdersScreen.-searching #search { display: block; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._lane = 0
        self._first = 0
        self._read: dict[OrderStatus, tuple[Order, ...]] = {}
        self._has_more: set[OrderStatus] = set()
        self._letters: dict[str, tuple[Mail, ...]] = {}
        self._wanted = ""

    def compose_page(self) -> ComposeResult:
        """Yield the search line and the sheet."""
        yield StillInput(placeholder="a number, a name or an address", id="search")
        with VerticalScroll(id="body", can_focus=False):
            yield Sheet(id="sheet")

    # --- what stands where ---

    def lane(self, step: str) -> list[Order]:
        """Return the orders of a lane, as far as they were read and match what is searched for."""
        found = self._read.get(status_behind(step), ())
        return [order for order in found if step_of(order) == step and self._matches(order)]

    @property
    def order(self) -> Order | None:
        """The lit order."""
        lane = self.lane(STEPS[self._lane])
        return lane[min(self.cursor, len(lane) - 1)] if lane else None

    @property
    def stops(self) -> int:
        """How many orders the cursor can stand on."""
        return len(self.lane(STEPS[self._lane]))

    @property
    def command_line(self) -> str:
        """What shows the lit order, or lists the lane."""
        if self.order is not None:
            return command("order", "show", self.order.number)
        return command("order", "list", "--all", "--status", status_behind(STEPS[self._lane]).value)

    def _matches(self, order: Order) -> bool:
        told = f"{order.number} {order_rows.who(order)} {order.email or ''} {order_rows.where(order)}"
        return self._wanted in told.casefold()

    # --- reading ---

    def renew(self) -> None:
        """Read the orders again."""
        self.read_orders()

    @work(exclusive=True, group="read-orders")
    async def read_orders(self) -> None:
        """Read the newest orders of every status; the lit one stays lit where it is."""
        async with self.reading():
            pages = {status: await self.ask(list_all_orders, status, None, None, READS) for status in OrderStatus}
            lit = self.order  # by now: the cursor may have been moved while they were read
            self._read = {status: page.items for status, page in pages.items()}
            self._has_more = {status for status, page in pages.items() if page.next}
            self._letters.clear()
            lane = self.lane(STEPS[self._lane])
            again = next((at for at, order in enumerate(lane) if lit and order.id == lit.id), self.cursor)
            self.cursor = max(0, min(again, len(lane) - 1))
            self.look_at_lit()

    def look_at_lit(self) -> None:
        """Show the lit order, and read its letters in a moment."""
        self.repaint()
        self.show_command()
        self.refresh_bindings()
        if self.order is not None and self.order.id not in self._letters:
            self.set_timer(_LETTERS_AFTER, self.read_letters)

    @work(exclusive=True, group="read-letters")
    async def read_letters(self) -> None:
        """Read the letters about the lit order."""
        order = self.order
        if order is not None and order.id not in self._letters:
            with self.telling_errors():
                self._letters[order.id] = await self.ask(list_order_mails, order.id)
                self.repaint()

    # --- keys ---

    def watch_cursor(self) -> None:
        """Show where the cursor stands."""
        self.look_at_lit()

    def action_step(self, by: int) -> None:
        """Go to the next lane."""
        self._lane = max(0, min(len(STEPS) - 1, self._lane + by))
        self.cursor = max(0, min(self.cursor, self.stops - 1))
        self.look_at_lit()

    def action_open(self) -> None:
        """Open the lit order."""
        if self.order is not None:
            self.app.push_screen(OrderPage(self.order.number))

    def action_search(self) -> None:
        """Search as one types."""
        self.add_class("-searching")
        self.query_one("#search", Input).focus()
        self.call_after_refresh(self.repaint)

    @property
    def is_typed_in(self) -> bool:
        """True while keys are letters of a search."""
        return self.focused is not None and self.focused.id == "search"

    def action_to_found(self) -> None:
        """Go on in what was found."""
        self.set_focus(None)

    def action_clear(self) -> None:
        """Show all orders again."""
        self.query_one("#search", Input).clear()
        self.remove_class("-searching")
        self.set_focus(None)
        self.call_after_refresh(self.look_at_lit)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave escape to the app where nothing is searched for."""
        if action == "open" and self.order is None:
            return False
        if action == "clear" and not self.has_class("-searching"):
            return False
        if action in ("search", "move", "to_found") and (action == "to_found") != self.is_typed_in:
            return False
        return super().check_action(action, parameters)

    @on(Input.Changed, "#search")
    def _narrow(self, event: Input.Changed) -> None:
        self._wanted = event.value.strip().casefold()
        found = next((number for number, step in enumerate(STEPS) if self.lane(step)), self._lane)
        self._lane, self.cursor = found if self._wanted and not self.stops else self._lane, 0
        self.look_at_lit()

    @on(Input.Submitted, "#search")
    def _go_to_found(self, event: Input.Submitted) -> None:
        if self.order is not None:
            self.set_focus(None)
        elif event.value.strip():
            self.find(event.value)

    @work(exclusive=True, group="find")
    async def find(self, name: str) -> None:
        """Open an order that stands further back, by its number."""
        with self.telling_errors():
            found = await self.ask(show_order, name)
            self.app.push_screen(OrderPage(found.number))

    def on_click(self, event: Click) -> None:
        """Light the order under the mouse."""
        wanted = event.style.meta.get("order")
        for number, step in enumerate(STEPS):
            for at, order in enumerate(self.lane(step)):
                if order.id == wanted:
                    self._lane, self.cursor = number, at
                    self.look_at_lit()

    def question_moved(self) -> None:
        """Draw for the height that is left."""
        super().question_moved()
        self.repaint()

    # --- drawing ---

    def draw(self, width: int, height: int) -> Sequence[Content]:
        """Draw as many lanes as there is room for, and the lit order below them."""
        if not self._read and not self.mart.clock.is_set:
            return []
        is_asking = self.question is not None
        room = height if is_asking else height - self._detail_height(width) - 1
        lanes = self._draw_lanes(width, room)
        if is_asking or self.order is None:
            return lanes
        return [*lanes, *[row()] * (room - len(lanes) + 1), *self._draw_detail(self.order, width)]

    def _detail_height(self, width: int) -> int:
        return _DETAIL if width >= LANE_WIDTH * 4 else 2

    def _draw_lanes(self, width: int, room: int) -> list[Content]:
        count = max(1, min(5, (width + GAP) // (LANE_WIDTH + GAP))) if width >= LANE_WIDTH * 3 else 1
        self._first = max(self._lane - count + 1, min(self._first, self._lane), 0)
        shown = range(self._first, min(len(STEPS), self._first + count))
        each = (width - (len(shown) - 1) * GAP) // len(shown)
        columns = [self._draw_lane(number, each, room) for number in shown]
        drawn = columns[-1]
        for column in reversed(columns[:-1]):
            drawn = beside(column, drawn, each, GAP)
        return drawn

    def _draw_lane(self, number: int, width: int, room: int) -> list[Content]:
        step, is_lit = STEPS[number], number == self._lane
        lane, now = self.lane(step), self.mart.clock.now()
        more = "+" if status_behind(step) in self._has_more else ""
        drawn = [*order_rows.lane_head(step, f"{len(lane)}{more}", width, is_lit=is_lit), row()]
        fit = max(1, (room - len(drawn)) // _CARD)
        start = max(0, min(self.cursor - fit + 1, len(lane) - fit)) if is_lit else 0
        for at, order in enumerate(lane[start : start + fit], start):
            lit = is_lit and at == self.cursor
            drawn += [*order_rows.card(order, now, self.mart.money(order.total), width, is_lit=lit), row()]
        if not lane and is_lit:
            drawn.append(row(("none here", "$dust")))
        return [fitted(each, width) for each in drawn]

    def _draw_detail(self, order: Order, width: int) -> list[Content]:
        intent = move_on(order)
        on = row(("m", "bold $cream"), (f" {intent.does.removesuffix(' it')}s it", "$dust")) if intent else row()
        head = order_rows.head(order, self.mart.money(order.total), width, aside=on)
        if width < LANE_WIDTH * 4:
            return head if len(head) > 1 else [*head, on]
        half = width // 2 - 2
        letters = order_rows.letters(self._letters.get(order.id, ()), self.mart.clock.now())
        left = order_rows.lines(order, self.mart.money, half, most=3)
        return [*head, row(), order_rows.way(order, width), row(), *beside(left, [*letters[:2], on], half, 4)]
