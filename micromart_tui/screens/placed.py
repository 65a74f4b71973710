"""The order stands: thanks, its number, and the letter on its way."""

import random
from collections.abc import Sequence
from typing import ClassVar

from textual import work
from textual.binding import Binding, BindingType
from textual.content import Content

from micromart_core.changes import Topic
from micromart_core.notifications.model import MailStatus
from micromart_core.notifications.service import list_order_mails
from micromart_core.orders.model import Order
from micromart_core.users.service import show_profile
from micromart_tui.rows import row, things
from micromart_tui.screens.order import OrderScreen
from micromart_tui.sheet import SheetScreen

_PICTURE, _GAP, _MOST = 12, 2, 2
_SKY = 56
_GOES_BY = 0.7
"""Seconds in which enter, pressed twice at the checkout, does nothing here."""
_SPARKS = (("✦", "$ember"), ("✦", "$cream"), ("·", "$dust"), ("·", "$dust"), ("·", "$sand"))


class PlacedScreen(SheetScreen):
    """Nothing is left to do here; what is told of the letter changes as it goes."""

    heading = "thank you"
    is_centred = True
    topics = frozenset({Topic.MAILS, Topic.ORDERS})
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open_order", "the order", key_display="↵"),
        Binding("s", "app.go('shop')", "shop"),
        Binding("escape", "app.go('shop')", "back", key_display="esc"),
    ]

    def __init__(self, order: Order) -> None:
        super().__init__()
        self._order, self._name = order, ""
        self._letter: MailStatus | None = None
        self._posted = False
        self._is_seen = False

    def on_mount(self) -> None:
        """Let an enter that was meant for the checkout go by."""
        self.set_timer(_GOES_BY, self._see)

    def _see(self) -> None:
        self._is_seen = True
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Open the order once the page was seen."""
        return self._is_seen if action == "open_order" else super().check_action(action, parameters)

    def renew(self) -> None:
        """Read in a worker where the letter stands."""
        self._read()

    @work(exclusive=True, group="read")
    async def _read(self) -> None:
        async with self.reading():
            await self.mart.gallery.fetch(line.sku for line in self._order.lines)
            if not self._name:
                self._name = (await self.ask(show_profile)).name
            mails = await self.ask(list_order_mails, self._order.id)
            self._letter = mails[0].status if mails else None
        self.repaint()
        if not self._posted:
            self._posted = True
            self._post()

    @work(group="post")
    async def _post(self) -> None:
        """Let the letter go while the page stands."""
        await self.mart.counter.send_letters()
        self.renew()

    def action_open_order(self) -> None:
        """Go to the order itself."""
        self.app.switch_screen(OrderScreen(self._order.number))

    def draw(self, width: int, height: int) -> Sequence[Content]:  # noqa: ARG002  # it is centred by its rows
        """Draw the pictures among sparks, above what is to be known."""
        name = f", {self._name}" if self._name else ""
        total = self.mart.money(self._order.total)
        count = f"   {things(self._order.items)}   "
        told = (
            row((f"Thank you{name}.", "bold $cream")),
            row(),
            row((self._order.number, "bold $ember"), (count, "$dust"), (total, "$cream")),
            row(),
            *self._draw_letter(width),
        )
        wide = min(width, _SKY)
        return [*self._draw_sky(wide), row(), *(_middle(each, wide) for each in told)]

    def _draw_letter(self, width: int) -> Sequence[Content]:
        to = self._order.email
        if to is None:
            return [row(("○ ", "$dust"), ("no letter: we know no address of yours", "$sand"))]
        words = {
            MailStatus.SENT: (("● ", "$leaf"), "a letter went to"),
            MailStatus.DEAD: (("○ ", "$rose"), "no letter could be sent to"),
        }
        sending = (("○ ", "$honey"), "a letter is on its way to")
        dot, told = words.get(self._letter, sending) if self._letter else sending
        line = row(dot, (f"{told} {to}", "$sand"))
        return [line] if line.cell_length <= width else [row(dot, (told, "$sand")), row((to, "$sand"))]

    def _draw_sky(self, width: int) -> list[Content]:
        skus = list(dict.fromkeys(line.sku for line in self._order.lines))[:_MOST]
        art = [self.mart.gallery.draw(sku, _PICTURE, self.mart.palette) for sku in skus]
        wide = len(art) * (_PICTURE + _GAP) - _GAP
        side = (width - wide - 2) // 2
        chance = random.Random(self._order.number)  # noqa: S311  # the same sky whenever it is drawn
        above = [_sparks(chance, wide + 2 + 2 * side) for _ in range(2)]
        rows = [row(*(part for picture in art for part in (picture[at], " " * _GAP))) for at in range(_PICTURE // 2)]
        beside = [row(_sparks(chance, side), " ", each.truncate(wide), " ", _sparks(chance, side)) for each in rows]
        return [*above, *beside]


def _middle(text: Content, width: int) -> Content:
    return row(" " * max(0, (width - text.cell_length) // 2), text)


def _sparks(chance: random.Random, width: int) -> Content:
    """Strew a few sparks over a row."""
    cells: list[tuple[str, str]] = [(" ", "$dust")] * max(0, width)
    for _ in range(max(1, width // 14)):
        if width > 0:
            cells[chance.randrange(width)] = chance.choice(_SPARKS)
    return row(*cells)
