"""The cart: what is held, the one clock, and the way to the checkout."""

from collections.abc import Sequence
from typing import ClassVar

from textual import work
from textual.binding import Binding, BindingType
from textual.content import Content

from micromart_core.carts.model import Cart, CartLine
from micromart_core.carts.service import add_units, extend_hold, remove_lines
from micromart_core.changes import Topic
from micromart_core.inventory.model import OutOfStock, Sku
from micromart_tui.moves import MOVES
from micromart_tui.panel import PanelScreen
from micromart_tui.places import CART
from micromart_tui.rows import beside, row, spread
from micromart_tui.screens.ended import EndedScreen
from micromart_tui.when import time_words

_PICTURE = 8
"""Cells a picture is wide here, and twice its rows."""


class CartScreen(PanelScreen):
    """One line under the cursor at a time; arrows change how many of it are held."""

    place = CART.name
    heading = "cart"
    act = "check out"
    topics = frozenset({Topic.CARTS, Topic.PRODUCTS})
    BINDINGS: ClassVar[list[BindingType]] = [
        *MOVES,
        Binding("left,h,minus", "add(-1)", "quantity", key_display="←→"),
        Binding("right,l,plus", "add(1)", "quantity", show=False),
        Binding("x,delete", "put_back", "put back", key_display="x"),
        Binding("enter", "check_out", "check out", key_display="↵"),
        Binding("e", "hold_longer", "hold longer"),
        Binding("i", "sign_in", "sign in", show=False),
        Binding("s", "app.go('shop')", "shop"),
    ]
    DEFAULT_CSS = "CartScreen.-bare #sheet { text-align: center; }"

    @property
    def lines(self) -> tuple[CartLine, ...]:
        """What is held."""
        return self.mart.cart.lines if self.mart.cart else ()

    @property
    def stops(self) -> int:
        """Each line is one thing to stand on."""
        return len(self.lines)

    @property
    def line(self) -> CartLine | None:
        """The line under the cursor."""
        return self.lines[min(self.cursor, len(self.lines) - 1)] if self.lines else None

    def on_mount(self) -> None:
        """Go on to what has ended, if it has."""
        self.call_later(self.show_cart)

    def renew(self) -> None:
        """Read in a worker what the page shows beside the cart."""
        self._read()

    @work(exclusive=True, group="read")
    async def _read(self) -> None:
        """Read what the lines look like; the cart itself is the app's."""
        async with self.reading():
            await self.mart.gallery.fetch(line.sku for line in self.lines)
        self.repaint()

    def show_cart(self) -> None:
        """Show the other cart; one that has just ended, on a page of its own."""
        super().show_cart()
        self.cursor = max(0, min(self.cursor, self.stops - 1))
        self.refresh_bindings()
        cart = self.mart.cart
        if cart is not None and not cart.lines and cart.restorable and self.is_on_top:
            self.app.switch_screen(EndedScreen())
        else:
            self.renew()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer only what can be done with what is held."""
        if action in ("add", "put_back", "check_out"):
            return bool(self.lines)
        if action == "hold_longer":
            return bool(self.lines) and not (self.mart.cart and self.mart.cart.extended)
        if action == "sign_in":
            return self.mart.person is None and self.mart.counter.sign_in is not None
        return super().check_action(action, parameters)

    def action_sign_in(self) -> None:
        """Sign in over this page; what is held comes along."""
        self.mart.counter.come_in(self.renew)

    def draw(self, width: int, height: int) -> Sequence[Content]:
        """Draw the lines, or what to do without any."""
        if self.mart.cart is None:
            return []
        if not self.lines:
            return self._draw_nothing(width, height)
        return [
            each
            for at, line in enumerate(self.lines)
            for each in self._draw_line(line, width, is_lit=at == self.cursor)
        ]

    def row_of_cursor(self) -> int | None:
        """Keep the whole line in sight: its last row."""
        tall = 3 if self.is_slim else _PICTURE // 2 + 1
        return None if self.line is None else self.cursor * tall + (0 if self.cursor == 0 else tall - 2)

    def _draw_line(self, line: CartLine, width: int, *, is_lit: bool) -> list[Content]:
        product = self.mart.gallery.product(line.sku)
        tint = f"$tint-{product.tint}" if product else "$sand"
        room = width - (2 if self.is_slim else _PICTURE + 5)
        words = [
            spread(
                row((line.name, "bold $cream" if is_lit else "$cream")),
                row((self.mart.money(line.total), "$cream")),
                room,
            ),
            spread(
                row((product.tagline if product else line.sku, "$dust")), row((f"× {line.quantity}", "$sand")), room
            ),
        ]
        if not self.is_slim:
            art = self.mart.gallery.draw(line.sku, _PICTURE, self.mart.palette, "lit" if is_lit else "dim")
            words = beside(art, words, _PICTURE, 3)
        edge = ("▌ ", tint if is_lit else "$ink")
        return [*(row(edge, each) for each in words), row()]

    def _draw_nothing(self, width: int, height: int) -> list[Content]:
        minutes = f"{self.mart.facts.hold_minutes:g} minutes" if self.mart.facts else "a while"
        told = (
            row(("Nothing here yet.", "bold $cream")),
            row(),
            row((f"What you add is held for {minutes},", "$sand")),
            row(("so nobody else can take it.", "$sand")),
            row(),
            row(("s", "bold $cream"), (" back to the shop", "$dust")),
        )
        left = (width - max(each.cell_length for each in told)) // 2
        return [*[row()] * (max(0, height - len(told)) * 2 // 5), *(row(" " * left, each) for each in told)]

    def action_check_out(self) -> None:
        """Go to the checkout, past the sign-in if nobody is signed in."""
        self.mart.counter.check_out()

    @work(group="change")
    async def action_add(self, step: int) -> None:
        """Hold one more of the line, or one less; the last one is put back by its own key."""
        line = self.line
        if line is None:
            return
        with self.telling_errors():
            try:
                await self.mart.change_cart(lambda cart: self._with_more(cart, line.sku, step))
            except OutOfStock as refused:
                has = self.mart.cart.quantity_of(line.sku) if self.mart.cart else 0
                self.mart.tell(f"{has + refused.available} is all there is.", line.name, is_bad=True)

    async def _with_more(self, cart: Cart, sku: Sku, step: int) -> Cart:
        """Hold so many more, if the line was not put back meanwhile."""
        return await self.ask(add_units, sku, step) if cart.quantity_of(sku) else cart

    @work(group="change")
    async def action_put_back(self) -> None:
        """Put the line back on the shelf."""
        line = self.line
        if line is None:
            return
        with self.telling_errors():
            await self.mart.change_cart(lambda _: self.ask(remove_lines, (line.sku,)))
            self.mart.tell(f"{line.name} is back on the shelf.")

    @work(group="change")
    async def action_hold_longer(self) -> None:
        """Hold everything as long as the shop lets, once."""
        with self.telling_errors():
            cart = await self.mart.change_cart(lambda _: self.ask(extend_hold))
            if cart.held_until is not None:
                self.mart.tell(f"Held until {time_words(cart.held_until)}; longer it cannot be.")
