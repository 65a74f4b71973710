"""The app: it owns what its pages share, and takes people from place to place."""

import asyncio
import math
from collections.abc import Awaitable, Callable
from typing import ClassVar, ParamSpec, TypeVar

from textual import work
from textual.app import App
from textual.binding import Binding, BindingType
from textual.reactive import var
from textual.timer import Timer

from micromart_core.authentication.model import Session
from micromart_core.carts.model import Cart, Restored, StaleCart
from micromart_core.carts.service import show_cart
from micromart_core.carts.service_restore import restore_cart
from micromart_core.changes import Change, Topic
from micromart_core.clock import stopwatch
from micromart_core.errors import MicroMartError, Unavailable
from micromart_core.inventory.model import Sku
from micromart_core.money import Money
from micromart_core.money_words import money_words
from micromart_core.operation import Gateway, Operation
from micromart_core.shop_facts import ShopFacts, show_shop
from micromart_core.users.service_staff import open_desk
from micromart_tui.counter import Counter
from micromart_tui.gallery import Gallery
from micromart_tui.glyphs import AsciiFilter
from micromart_tui.hold_clock import HoldClock
from micromart_tui.messages import CartChanged, Changed, SecondPassed
from micromart_tui.news import News
from micromart_tui.palette import LAMPLIGHT, Palette
from micromart_tui.places import CART, DESK, PLACES, STOREFRONT, Place
from micromart_tui.preferences import Preferences
from micromart_tui.sign_in import SignIn
from micromart_tui.theme import PALETTES, themes, variables_of
from micromart_tui.widgets.too_small import LEAST_HEIGHT, LEAST_WIDTH

Params = ParamSpec("Params")
Result = TypeVar("Result")
LATE = 2.0
"""Seconds by which the measured clock may be off before the shop is asked again: a host that slept stood still."""
_JUST_OVER = 0.01
_ASK_AGAIN = 0.5


class MartApp(App[None]):
    """The shop on a whole terminal."""

    TITLE = "micromart"
    ENABLE_COMMAND_PALETTE = False
    HORIZONTAL_BREAKPOINTS = [(0, "-slim"), (64, "-narrow"), (96, "-wide")]  # noqa: RUF012  # as Textual has it
    CSS_PATH = "app.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(place.key, f"go('{place.name}')", place.name, show=False) for place in (*STOREFRONT, CART)),
        Binding("A", "open_desk", "desk", show=False),
        Binding("escape", "back", "back", show=False),
        Binding("q", "quit", "quit"),
        Binding("ctrl+c", "quit", "quit", show=False, priority=True),
    ]
    cart: var[Cart | None] = var(None, init=False)
    """The cart of whoever sits here; None until it was read."""
    person: var[Session | None] = var(None, init=False)
    """Who is signed in; None for nobody, and until it is known."""
    trouble: var[str] = var("", init=False)
    """What is down and what that means here, in one sentence."""

    def __init__(
        self,
        gateway: Gateway,
        *,
        at: str = "shop",
        lit: Sku | None = None,
        sign_in: SignIn | None = None,
        tick: Callable[[], float] = stopwatch,
        preferences: Preferences | None = None,
        is_ascii: bool = False,
    ) -> None:
        super().__init__()
        self.counter = Counter(self, sign_in)
        self.preferences = preferences or Preferences(None)
        if is_ascii:
            self._filters.append(AsciiFilter())
        self.gateway, self.clock = gateway, HoldClock(tick)
        self.gallery = Gallery(self.ask)
        self.facts: ShopFacts | None = None
        self.lit = lit
        """The product that was looked at last: the shelf opens there."""
        self.places: tuple[Place, ...] = STOREFRONT
        self._opens_at = PLACES[at]
        self._cart_turn = asyncio.Lock()
        self._ticker: Timer | None = None
        self._news = News(gateway, self._hear)
        for theme in themes():
            self.register_theme(theme)
        self.theme = self.preferences.theme()

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Name our colours for styles that are read before a theme is in use."""
        return variables_of(LAMPLIGHT)

    def on_mount(self) -> None:
        """Open the first place, and read beside it what is in the cart."""
        self.push_screen(self._opens_at.open())
        self._news.begin()
        self.read_cart()
        self.counter.read_person()

    @property
    def crash(self) -> Exception | None:
        """The bug that ended the app."""
        return self._exception

    def _print_error_renderables(self) -> None:
        """Leave the telling to whoever opened the app: no traceback is for a person."""

    def on_unmount(self) -> None:
        """Stop listening."""
        self._news.close()

    def on_resize(self) -> None:
        """Cover what would be clipped."""
        is_too_small = self.size.width < LEAST_WIDTH or self.size.height < LEAST_HEIGHT
        for screen in self.screen_stack:
            screen.set_class(is_too_small, "-too-small")

    # --- asking ---

    async def ask(self, operation: Operation[Params, Result], /, *args: Params.args, **kwargs: Params.kwargs) -> Result:
        """Run an operation in a thread; raise the MicroMartError that forbids it, and say when the shop is away."""
        return await self._ask_at(self.gateway, operation, *args, **kwargs)

    async def ask_once(
        self, key: str, operation: Operation[Params, Result], /, *args: Params.args, **kwargs: Params.kwargs
    ) -> Result:
        """Run an operation that is done once under this key, however often it is asked."""
        return await self._ask_at(self.gateway.under(idempotency_key=key), operation, *args, **kwargs)

    async def _ask_at(
        self, door: Gateway, operation: Operation[Params, Result], /, *args: Params.args, **kwargs: Params.kwargs
    ) -> Result:
        try:
            answer = await asyncio.to_thread(door.run, operation, *args, **kwargs)
        except Unavailable as error:
            self.trouble = f"offline: {error.message}"
            raise
        self.trouble = ""
        return answer

    async def change_cart(self, change: Callable[[Cart], Awaitable[Cart]]) -> Cart:
        """Change the cart, one change after the other, each from what the last one left.

        A cart that was changed in another window is read again, and the change made to that.
        """
        async with self._cart_turn:
            cart = await self.ask(show_cart) if self.cart is None else self.cart
            try:
                changed = await change(cart)
            except StaleCart:
                changed = await change(await self.ask(show_cart))
            self.cart = changed
            return changed

    async def restore_cart(self, *, accept_prices: bool) -> Restored:
        """Take back what an ended hold had kept, as far as it is free; raise what forbids it."""
        async with self._cart_turn:
            restored = await self.ask(restore_cart, accept_prices)
            self.cart = restored.cart
            return restored

    @work(exclusive=True, group="read-cart")
    async def read_cart(self) -> None:
        """Read the cart, and first what time it is in the shop."""
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
        asked = self.clock.stopwatch()
        self.facts = await self.ask(show_shop)
        self.clock.set(self.facts.now, asked=asked, answered=self.clock.stopwatch())

    # --- the cart and its clock ---

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
        for screen in self.screen_stack:
            screen.post_message(CartChanged())
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
        self.screen.post_message(SecondPassed())
        if self.hold_left == 0:
            self.read_cart()
        self._wait_for_next_second()

    # --- telling ---

    def watch_trouble(self) -> None:
        """Show it on the key line."""
        for screen in self.screen_stack:
            screen.query("KeyLine").refresh(layout=True)

    def tell(self, words: str, title: str = "", *, is_bad: bool = False) -> None:
        """Show a toast; the newest word is the one that counts."""
        self.clear_notifications()
        self.notify(words, title=title, severity="warning" if is_bad else "information", markup=False)

    def tell_error(self, error: MicroMartError) -> None:
        """Show a refusal: what, and why."""
        self.tell(error.why, error.message, is_bad=True)

    @property
    def palette(self) -> Palette:
        """The colours of the look in use."""
        return PALETTES[self.theme]

    def money(self, amount: Money) -> str:
        """Write an amount as people read it."""
        return money_words(str(amount), amount.currency)

    def _hear(self, changes: frozenset[Change]) -> None:
        """Take in news from their thread."""
        self.call_later(self._tell_screens, changes)

    def _tell_screens(self, changes: frozenset[Change]) -> None:
        self.gallery.forget(changes)
        self.screen.post_message(Changed(changes))
        cart = self.cart.id if self.cart else None
        if any(each.topic == Topic.ANYTHING or (each.topic, each.key) == (Topic.CARTS, cart) for each in changes):
            self.read_cart()

    # --- going places ---

    def go(self, name: str) -> None:
        """Go to a place; what lay over the last one is left."""
        place = PLACES[name]
        while len(self.screen_stack) > 2:  # noqa: PLR2004  # Textual's own, and the place itself
            self.pop_screen()
        self.switch_screen(place.open())

    def action_go(self, name: str) -> None:
        """Go to a place by its key."""
        self.go(name)

    @work(exclusive=True, group="open-desk")
    async def action_open_desk(self) -> None:
        """Go to the desk, if the shop lets whoever sits here; it says why not."""
        try:
            await self.ask(open_desk)
        except MicroMartError as error:
            self.tell_error(error)
        else:
            self.go(DESK[0].name)

    def action_check_out(self) -> None:
        """Go to the checkout, past the sign-in if nobody is signed in."""
        self.counter.check_out()

    async def action_back(self) -> None:
        """Go back one layer, and never out."""
        if len(self.screen_stack) > 2:  # noqa: PLR2004  # Textual's own, and a place
            self.pop_screen()
