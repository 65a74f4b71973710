"""The checkout: where, how, what and the letter on one page; enter places the order, once."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import ClassVar

from textual import on, work
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.events import Key

from micromart_core.carts.model import Cart
from micromart_core.changes import Topic
from micromart_core.errors import MicroMartError, SignInFirst
from micromart_core.ids import new_id
from micromart_core.orders.model import CartChangedMeanwhile, Order
from micromart_core.orders.service import place_order
from micromart_core.users.model import Address, AddressNeeded
from micromart_core.users.service_addresses import add_address, default_address, list_addresses, remove_address
from micromart_tui.panel import PanelScreen
from micromart_tui.places import CART
from micromart_tui.rows import row
from micromart_tui.screens.checkout_drawing import draw_checkout
from micromart_tui.screens.placed import PlacedScreen
from micromart_tui.widgets.address_form import AddressForm
from micromart_tui.widgets.hold_panel import HoldPanel


class CheckoutScreen(PanelScreen):
    """One page is one intent: its key makes enter, pressed twice, one order."""

    heading = "checkout"
    about = "held through checkout"
    act = "place the order"
    topics = frozenset({Topic.USERS})
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "browse", key_display="↑↓"),
        Binding("down,j", "move(1)", "browse", show=False),
        Binding("tab", "move(1)", "browse", show=False, priority=True),
        Binding("shift+tab", "move(-1)", "browse", show=False, priority=True),
        Binding("left,h", "choose(-1)", "choose", key_display="←→"),
        Binding("right,l", "choose(1)", "choose", show=False),
        Binding("enter", "place", "place", key_display="↵"),
        Binding("y", "accept", "take the new price"),
        Binding("n", "write('')", "new address"),
        Binding("e", "write('change')", "change it"),
        Binding("escape", "leave", "back", key_display="esc"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.addresses: tuple[Address, ...] = ()
        self.chosen = 0
        self.shown: Cart | None = None
        """The cart as it was last held: a hold that ends leaves the page as it is."""
        self.refusal: MicroMartError | None = None
        self._key = new_id("key")
        self._changing: Address | None = None
        self._placing = False

    @property
    def stops(self) -> int:
        """Where, how, what and the letter."""
        return 4

    @property
    def address(self) -> Address | None:
        """Where it goes."""
        return self.addresses[min(self.chosen, len(self.addresses) - 1)] if self.addresses else None

    @property
    def is_writing(self) -> bool:
        """True while an address is written."""
        return bool(self.query(AddressForm))

    @property
    def asks_for_new_prices(self) -> bool:
        """True when prices have risen and all else is there: until they are taken, no order can be placed."""
        return isinstance(self.refusal, CartChangedMeanwhile) and not self.refusal.missing

    def on_mount(self) -> None:
        """Show the cart as it is held now."""
        self.show_cart()

    def show_cart(self) -> None:
        """Show the other cart; one that has ended stays to be looked at."""
        cart = self.mart.cart
        if cart is not None and cart.lines:
            self.shown = cart
        super().show_cart()

    def renew(self) -> None:
        """Read in a worker where it may go."""
        self._read()

    @work(exclusive=True, group="read")
    async def _read(self) -> None:
        async with self.reading():
            try:
                self._take_addresses(await self.ask(list_addresses))
            except SignInFirst:
                self._sign_in_again(self.renew)
        self.refresh_bindings()
        self.repaint()

    def _take_addresses(self, addresses: tuple[Address, ...]) -> None:
        before = self.address
        self.addresses = addresses
        ids = [each.id for each in addresses]
        preferred = next((at for at, each in enumerate(addresses) if each.is_default), 0)
        self.chosen = ids.index(before.id) if before and before.id in ids else preferred

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what can be done now."""
        if action == "move" and self.is_writing:
            return False
        if action == "choose":
            return len(self.addresses) > 1 and not self.is_writing
        if action == "accept":
            return self.asks_for_new_prices and not self.is_writing
        if action == "place":
            return not self.asks_for_new_prices
        if action == "write":
            return not self.is_writing and (parameters == ("",) or self.address is not None)
        return super().check_action(action, parameters)

    def draw(self, width: int, height: int) -> Sequence[Content]:  # noqa: ARG002  # it is as long as it is
        """Draw the four thoughts, or what is asked for above the form."""
        if self.is_writing:
            return [row(("Where should it go?", "bold $cream")), row()]
        return draw_checkout(self, width)

    def action_choose(self, step: int) -> None:
        """Send it to another address."""
        self.chosen = (self.chosen + step) % len(self.addresses)
        self.repaint()

    def action_leave(self) -> None:
        """Go back to the cart."""
        self.mart.go(CART.name)

    # --- an address ---

    def action_write(self, which: str) -> None:
        """Open the form for a new address, or for the one that is chosen."""
        self._changing = self.address if which else None
        self.query_one("#body").mount(AddressForm(self._changing))
        self._say_what_enter_does("keep the address")

    def _say_what_enter_does(self, act: str) -> None:
        self.query_one(HoldPanel).says(self.about, act)
        self.refresh_bindings()
        self.call_after_refresh(self.repaint)

    def take_late(self, event: Key) -> None:
        """Give it to the form that has opened meanwhile."""
        for form in self.query(AddressForm):
            form.take_in(event)

    @on(AddressForm.Left)
    async def _close(self) -> None:
        await self.query(AddressForm).remove()
        self._say_what_enter_does(self.act)

    @on(AddressForm.Given)
    def _given(self, message: AddressForm.Given) -> None:
        self._keep(message.facts)

    @work(exclusive=True, group="change")
    async def _keep(self, facts: dict[str, str]) -> None:
        """Keep the address that was written; the form says what is wrong with it."""
        try:
            kept = await self.ask(add_address, **facts)
            if self._changing is not None:
                await self._take_place_of(self._changing, kept)
            self._take_addresses(await self.ask(list_addresses))
        except SignInFirst:
            self._sign_in_again(partial(self._keep, facts))
        except MicroMartError as error:
            for form in self.query(AddressForm):
                form.refuse(error)
        else:
            self.chosen = [each.id for each in self.addresses].index(kept.id)
            self.refusal = None
            await self._close()

    async def _take_place_of(self, old: Address, kept: Address) -> None:
        """Let the changed address be what the old one was; orders keep their own copy."""
        if old.is_default:
            await self.ask(default_address, kept.id)
        await self.ask(remove_address, old.id)

    # --- the order ---

    def action_place(self) -> None:
        """Place the order, once however often enter is pressed."""
        if not self._placing and self.shown is not None:
            self._placing = True
            self._place()

    @work(group="place")
    async def _place(self) -> None:
        try:
            where = self.address.id if self.address else None
            cart_id = self.shown.id if self.shown else None
            order = await self.mart.ask_once(self._key, place_order, cart_id, where, None)
        except SignInFirst:
            self._sign_in_again(self.action_place)
        except AddressNeeded:
            self.action_write("")
        except MicroMartError as error:
            self._refuse(error)
        else:
            self._placed(order)
        finally:
            self._placing = False

    def _placed(self, order: Order) -> None:
        self.mart.read_cart()
        if self.is_on_top:
            self.app.switch_screen(PlacedScreen(order))

    def _refuse(self, error: MicroMartError) -> None:
        """Say at the lines what has changed; nothing was charged."""
        self.refusal = error
        self.mart.read_cart()
        self.refresh_bindings()
        self.repaint()

    @work(exclusive=True, group="change")
    async def action_accept(self) -> None:
        """Hold everything again at the price of today."""
        with self.telling_errors():
            await self.mart.restore_cart(accept_prices=True)
            self.refusal, self._key = None, new_id("key")
            self.refresh_bindings()
            self.show_cart()

    def _sign_in_again(self, then: Callable[[], object]) -> None:
        """Ask once, however many answers say that nobody is signed in."""
        self.mart.person = None
        if self.is_on_top:
            self.mart.counter.come_in(then, in_checkout=True)
