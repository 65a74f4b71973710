"""An app that keeps the cart of whoever sits there, and counts down to its one deadline."""

import asyncio
import math
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from textual import work
from textual.reactive import var
from textual.timer import Timer

from micromart_core.errors import MicroMartError
from micromart_core.operation import Gateway
from micromart_tui.asking import AskingApp
from micromart_tui.hold_alarm import HoldAlarm
from micromart_tui.hold_clock import HoldClock
from micromart_tui.messages import CartChanged, SecondPassed
from micromart_tui.screen import MartScreen

if TYPE_CHECKING:
    from micromart_core.carts.model import Cart, Restored
    from micromart_core.shop_facts import ShopFacts

LATE = 2.0
"""Seconds by which the measured clock may be off before the shop is asked again: a host that slept stood still."""
_JUST_OVER = 0.01
_ASK_AGAIN = 0.5


class HoldingApp(AskingApp):
    """Changes the cart one change after the other, and tells its pages of each and of each second."""

    cart: "var[Cart | None]" = var(None, init=False)
    """The cart of whoever sits here; None until it was read."""

    def __init__(
        self, gateway: Gateway, tick: Callable[[], float], opening: Callable[[], object] | None = None
    ) -> None:
        super().__init__(gateway, opening)
        self.clock = HoldClock(tick)
        self.facts: ShopFacts | None = None
        self._cart_turn = asyncio.Lock()
        self._alarm = HoldAlarm()
        self._ticker: Timer | None = None

    async def change_cart(self, change: "Callable[[Cart], Awaitable[Cart]]") -> "Cart":
        """Change the cart, one change after the other, each knowing what the last one left."""
        from micromart_core.carts.service import show_cart

        async with self._cart_turn:
            cart = await self.ask(show_cart) if self.cart is None else self.cart
            self.cart = changed = await change(cart)
            return changed

    async def restore_cart(self, *, accept_prices: bool) -> "Restored":
        """Take back what an ended hold had kept, as far as it is free; raise what forbids it."""
        from micromart_core.carts.service_restore import restore_cart

        async with self._cart_turn:
            restored = await self.ask(restore_cart, accept_prices)
            self.cart = restored.cart
            return restored

    @work(exclusive=True, group="read-cart")
    async def read_cart(self) -> None:
        """Read the cart, and first what time it is in the shop."""
        from micromart_core.carts.service import show_cart  # the first page is there without what sells

        try:
            if not self.clock.is_set:
                await self._read_facts()
            async with self._cart_turn:
                cart = await self.ask(show_cart)
                if cart.held_until and abs(self.clock.seconds_to(cart.held_until) - cart.seconds_left) > LATE:
                    await self._read_facts()
                self.cart = cart
        except MicroMartError as error:
            self.log.warning(str(error))  # the status line says it already
            self.set_timer(_ASK_AGAIN, self.read_cart)

    async def _read_facts(self) -> None:
        from micromart_core.shop_facts import show_shop

        asked = self.clock.stopwatch()
        self.facts = await self.ask(show_shop)
        self.clock.set(self.facts.now, asked=asked, answered=self.clock.stopwatch())

    @property
    def _pages(self) -> list[MartScreen]:
        """The pages from the lowest to the one on top; Textual's own screens, once woken, repaint all that is seen."""
        return [screen for screen in self.screen_stack if isinstance(screen, MartScreen)]

    @property
    def page(self) -> MartScreen | None:
        """The page that is seen, perhaps under the palette; None when the app is just being closed."""
        return self._pages[-1] if self._pages else None

    @property
    def shop_name(self) -> str:
        """What the shop is called, in lower case as everything it says of itself."""
        return self.facts.name.lower() if self.facts else "micromart"

    @property
    def hold_left(self) -> float | None:
        """Seconds left of the hold, None when nothing is held."""
        if self.cart is None or self.cart.held_until is None or not self.clock.is_set:
            return None
        return max(0.0, self.clock.seconds_to(self.cart.held_until))

    @property
    def hold_share(self) -> float:
        """How much of the hold is left, from 1 to 0."""
        if self.facts is None or self.cart is None or self.hold_left is None:
            return 0.0
        minutes = self.facts.limit_minutes if self.cart.extended else self.facts.hold_minutes
        return min(1.0, self.hold_left / (minutes * 60))

    def watch_cart(self) -> None:
        """Let every page know, and begin to count down to the new deadline."""
        for page in self._pages:
            page.post_message(CartChanged())
        self.title = self.TITLE or ""
        self._wait_for_next_second()

    def _wait_for_next_second(self) -> None:
        if self._ticker is not None:
            self._ticker.stop()
            self._ticker = None
        left = self.hold_left
        if left is None:
            return
        if left <= 0:
            self._ticker = self.set_timer(_ASK_AGAIN, self.read_cart)
            return
        self._ticker = self.set_timer(left - math.ceil(left - 1) + _JUST_OVER, self._pass_second)

    def _pass_second(self) -> None:
        if (page := self.page) is not None:
            page.post_message(SecondPassed())
        self._ring()
        if self.hold_left == 0:
            self.read_cart()
        self._wait_for_next_second()

    def _ring(self) -> None:
        """Ring when the hold is nearly over, if the settings ask for that, and say so in the window's title."""
        if not (self.facts and self.facts.bell and self.cart and self.cart.held_until and self.hold_left is not None):
            return
        if mark := self._alarm.reached(self.cart.held_until, self.hold_left):
            self.bell()
            self.title = f"{mark} left · {self.shop_name}"
