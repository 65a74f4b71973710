"""Who sits here: name, letters, addresses, the look of the shop, and one's carts."""

from collections.abc import Sequence
from typing import ClassVar

from textual import on, work
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.events import Key
from textual.reactive import reactive

from micromart_core.carts.model import Cart
from micromart_core.carts.service_lists import list_my_carts
from micromart_core.changes import Topic
from micromart_core.errors import MicroMartError, SignInFirst
from micromart_core.users.model import Address, EmailIsTheIssuers, Profile
from micromart_core.users.service import set_profile, show_profile
from micromart_core.users.service_addresses import (
    add_address,
    default_address,
    list_addresses,
    remove_address,
)
from micromart_tui.moves import MOVES
from micromart_tui.places import ACCOUNT
from micromart_tui.rows import row, things
from micromart_tui.screens import account_words as words
from micromart_tui.sheet import SheetScreen
from micromart_tui.theme import PALETTES
from micromart_tui.widgets.address_form import AddressForm
from micromart_tui.widgets.line_input import LineInput

_CARTS = 5
LOOKS = tuple(PALETTES)


class AccountScreen(SheetScreen):
    """The cursor goes from thought to thought; enter changes what it stands on."""

    place = ACCOUNT.name
    heading = "account"
    topics = frozenset({Topic.USERS, Topic.CARTS})
    BINDINGS: ClassVar[list[BindingType]] = [
        *MOVES,
        Binding("enter", "change", "change", key_display="↵"),
        Binding("n", "new_address", "new address"),
        Binding("x", "remove_address", "remove"),
        Binding("i", "sign_in", "sign in"),
        Binding("i", "sign_out", "sign out"),
    ]
    leaving: reactive[str] = reactive("", init=False)
    """The id of the address that x was pressed on once, or that of the person who may sign out."""

    def __init__(self) -> None:
        super().__init__()
        self._profile: Profile | None = None
        self._addresses: tuple[Address, ...] = ()
        self._carts: tuple[Cart, ...] = ()

    @property
    def spots(self) -> list[tuple[str, str]]:
        """What the cursor can stand on: what it is, and which one."""
        mine = [("name", ""), ("letters", ""), *(("where", each.id) for each in self._addresses)]
        return [*(mine if self._profile else []), *(("look", look) for look in LOOKS)]

    @property
    def spot(self) -> tuple[str, str]:
        """What the cursor stands on."""
        return self.spots[min(self.cursor, self.stops - 1)]

    @property
    def stops(self) -> int:
        """As many as there are."""
        return len(self.spots)

    def renew(self) -> None:
        """Read the account again, in a worker."""
        self._read()

    @work(exclusive=True, group="read")
    async def _read(self) -> None:
        """Read who sits here; for a guest, only the carts."""
        async with self.reading():
            try:
                self._profile = await self.ask(show_profile)
                self._addresses = await self.ask(list_addresses)
            except SignInFirst:
                self._profile, self._addresses = None, ()
            self._carts = (await self.ask(list_my_carts, None, _CARTS)).items
        self.cursor = max(0, min(self.cursor, self.stops - 1))
        self.refresh_bindings()
        self.repaint()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer only what can be done here."""
        if action == "sign_in":
            return self.read_at is not None and self._profile is None
        if action in ("new_address", "sign_out"):
            return self._profile is not None
        if action in ("move", "end") and self.query("AddressForm, LineInput"):
            return False
        if action == "remove_address":
            return self.spot[0] == "where"
        return super().check_action(action, parameters)

    def watch_cursor(self) -> None:
        """Nothing is about to be removed any more."""
        self.leaving = ""
        super().watch_cursor()

    def show_cart(self) -> None:
        """Offer to sign in once the shop has told its time, which is told with the cart."""
        super().show_cart()
        self.refresh_bindings()

    def watch_leaving(self) -> None:
        """Ask, or ask no more."""
        self.repaint()

    def draw(self, width: int, height: int) -> Sequence[Content]:  # noqa: ARG002  # it scrolls
        """Draw the thoughts."""
        if self.read_at is None:
            return []
        now, lit = self.mart.clock.now(), self.spot
        rows = words.whose(self._profile, lit[0], width, self._farewell())
        if self._profile:
            rows += words.where(self._addresses, lit, self.leaving, is_slim=self.is_slim)
        rows += words.looks(self.mart.theme, lit, is_slim=self.is_slim)
        rows += words.carts(self._carts, self.mart, now, is_slim=self.is_slim)
        return [*rows, row(), *words.keys(self.mart, width)]

    def _farewell(self) -> str:
        """Return what signing out would mean, once that was asked for."""
        if self._profile is None or self.leaving != self._profile.id:
            return ""
        count = self.mart.cart.item_count if self.mart.cart else 0
        held = f"{things(count)} {'stays' if count == 1 else 'stay'} held for you"
        return f"i again signs you out; {held if count else 'your cart is empty'}"

    def row_of_cursor(self) -> int:
        """Keep what is lit in sight, roughly: each spot has two rows."""
        return self.cursor * 2

    def action_sign_in(self) -> None:
        """Sign in over this page."""
        self.mart.counter.come_in(self.renew)

    def action_sign_out(self) -> None:
        """Ask first; the second i signs out."""
        if self._profile is None:
            return
        if self.leaving == self._profile.id:
            self._sign_out()
        else:
            self.leaving = self._profile.id

    @work(group="change", exclusive=True)
    async def _sign_out(self) -> None:
        with self.telling_errors():
            await self.mart.counter.leave()
        self.leaving = ""
        self.renew()

    def action_change(self) -> None:
        """Change what is lit."""
        kind, which = self.spot
        if kind == "look":
            self.mart.choose_look(which)
        elif kind == "where":
            self._send_here(which)
        elif kind == "letters":
            self.mart.tell_error(EmailIsTheIssuers())
        elif not self.query(LineInput):
            self.query_one("#stage").mount(LineInput("your name", "↵ keeps it"), before="#body")

    @work(group="change", exclusive=True)
    async def _send_here(self, address_id: str) -> None:
        with self.telling_errors():
            await self.ask(default_address, address_id)
        self.renew()

    @on(LineInput.Left)
    async def _leave_name(self) -> None:
        await self.query(LineInput).remove()

    @on(LineInput.Given)
    async def _rename(self, message: LineInput.Given) -> None:
        await self.query(LineInput).remove()
        self._keep_name(message.text)

    @work(group="change", exclusive=True)
    async def _keep_name(self, name: str) -> None:
        with self.telling_errors():
            self._profile = await self.ask(set_profile, name)
        self.repaint()

    def take_late(self, event: Key) -> None:
        """Give it to what has opened meanwhile to be typed into."""
        for form in self.query(AddressForm):
            form.take_in(event)
        for line in self.query(LineInput):
            line.take_in(event)

    def action_new_address(self) -> None:
        """Open the form."""
        if not self.query(AddressForm):
            self.query_one("#stage").mount(AddressForm(), before="#body")

    @on(AddressForm.Left)
    async def _leave_form(self) -> None:
        await self.query(AddressForm).remove()

    @on(AddressForm.Given)
    def _take_address(self, message: AddressForm.Given) -> None:
        self._add(message.facts)

    @work(group="change", exclusive=True)
    async def _add(self, facts: dict[str, str]) -> None:
        """Keep the address; the form stays open when the shop refuses it."""
        try:
            await self.ask(add_address, **facts)
        except MicroMartError as error:
            for form in self.query(AddressForm):
                form.refuse(error)
            return
        await self.query(AddressForm).remove()
        self.renew()

    def action_remove_address(self) -> None:
        """Ask first; the second x removes it."""
        _, which = self.spot
        if self.leaving == which:
            self._remove(which)
        else:
            self.leaving = which

    @work(group="change", exclusive=True)
    async def _remove(self, address_id: str) -> None:
        with self.telling_errors():
            await self.ask(remove_address, address_id)
        self.leaving = ""
        self.renew()
