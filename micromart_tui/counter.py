"""The counter: who stands before it, the way in, and the way to the checkout."""

import asyncio
from collections.abc import Callable, Coroutine
from functools import partial
from typing import TYPE_CHECKING

from micromart_core.errors import MicroMartError
from micromart_core.operation import Operation
from micromart_tui.rows import things
from micromart_tui.sign_in import Entered, SignIn
from micromart_tui.widgets.twin import command

if TYPE_CHECKING:
    from textual.worker import Worker

    from micromart_core.carts.model import Cart
    from micromart_tui.app import MartApp
    from micromart_tui.screen import MartScreen


class Counter:
    """Where the app sends people who want to come in, leave, or order."""

    def __init__(self, app: "MartApp", sign_in: SignIn | None) -> None:
        self._app = app
        self.sign_in = sign_in
        """How people come in; None where nobody can."""

    def read_person(self) -> None:
        """Read in a worker who is signed in."""
        self._work(self._read_person, "read-person")

    def check_out(self) -> None:
        """Go to the checkout in a worker, past the sign-in if nobody is signed in."""
        self._work(self._check_out, "check-out")

    def come_in(self, then: Callable[[], object], *, in_checkout: bool = False) -> None:
        """Ask somebody to sign in over the page that is open, and go on with `then`; tell why nobody can."""
        if self.sign_in is None:
            self._app.tell(f"{command('auth', 'login')}, then open the shop again.", "Sign in")
            return
        self._work(partial(self._ask_in, self.sign_in, then, in_checkout=in_checkout), "come-in")

    def _work(self, does: Callable[[], Coroutine[None, None, None]], group: str, *, exclusive: bool = True) -> None:
        """Do something in a worker; a function, not a coroutine, says what.

        A coroutine that is there already when the app closes before the worker has begun is never awaited, and keeps
        the whole app in memory.
        """
        _: Worker[None] = self._app.run_worker(does, group=group, exclusive=exclusive)  # its type cannot be guessed

    async def _ask_in(self, sign_in: SignIn, then: Callable[[], object], *, in_checkout: bool) -> None:
        """Open the way in; which of the two it is, a shop elsewhere may have to be asked."""
        try:
            issuer, local = await asyncio.to_thread(lambda: (sign_in.issuer, sign_in.local))
        except MicroMartError as error:
            self._app.tell_error(error)
            return
        if issuer is not None:
            from micromart_tui.screens.sign_in_link import SignInLinkScreen

            self._app.push_screen(SignInLinkScreen(issuer, then, in_checkout=in_checkout))
        elif local is not None:
            from micromart_tui.screens.sign_in import SignInScreen

            self._app.push_screen(SignInScreen(local, then, in_checkout=in_checkout))

    def let_in(self, entered: Entered, page: "MartScreen", then: Callable[[], object]) -> None:
        """Take in who has just signed in on a page, and go on with `then` if it is still open; any thread may say so.

        The app does it: a page that was left in that very moment would not.
        """
        self._app.call_later(self._let_in, entered, page, then)

    def _let_in(self, entered: Entered, page: "MartScreen", then: Callable[[], object]) -> None:
        self._work(partial(self._welcome_on, entered, page, then), "let-in", exclusive=False)

    async def _welcome_on(self, entered: Entered, page: "MartScreen", then: Callable[[], object]) -> None:
        await self.welcome(entered)
        if self._app.screen is page:
            self._app.pop_screen()
            then()

    async def welcome(self, entered: Entered) -> None:
        """Take in who has just signed in, with the things that came along."""
        from micromart_core.carts.service import show_cart

        before = self._app.cart.item_count if self._app.cart else 0
        self._app.person = entered.session
        await self._change_cart(show_cart)
        left = f"{entered.replaced} was signed out. " if entered.replaced not in ("", entered.session.user) else ""
        along = f"{things(before)} from this terminal came along." if before else ""
        self._app.tell(left + along, f"Signed in as {entered.session.user}")

    async def leave(self) -> None:
        """Sign out, and tell what that means; the cart stays with whoever left."""
        from micromart_core.carts.service import show_cart

        if self.sign_in is None:
            self._app.tell(f"{command('auth', 'logout')}, then open the shop again.", "Sign out")
            return
        left = await asyncio.to_thread(self.sign_in.sign_out)
        self._app.person = None
        await self._change_cart(show_cart)
        who, is_ended = left or ("Nobody", True)
        self._app.tell("" if is_ended else "Elsewhere the session ends by itself.", f"{who} is signed out")

    async def send_letters(self) -> None:
        """Send letters that wait, without keeping anybody waiting; what cannot leave waits on, and its page says so."""
        if self.sign_in is not None:
            await asyncio.to_thread(self.sign_in.send_letters)

    async def _read_person(self) -> None:
        if self.sign_in is None:
            return
        try:
            session = await asyncio.to_thread(self.sign_in.status)
        except MicroMartError as error:
            self._app.log.warning(str(error))
            return
        self._app.person = session if session.signed_in else None

    async def _check_out(self) -> None:
        from micromart_core.carts.service import extend_hold

        if self._app.cart is None or not self._app.cart.lines:
            return
        page = self._app.page
        await self._change_cart(extend_hold)
        if self._app.person is None:
            await self._read_person()
        if self._app.page is not page:  # who went elsewhere meanwhile is not taken away from there
            return
        if self._app.person is None and self.sign_in is not None:
            self.come_in(self._open_checkout, in_checkout=True)
        else:
            self._open_checkout()

    async def _change_cart(self, operation: "Operation[[], Cart]") -> None:
        """Have another cart; where no hold runs any more, the page says what that means."""

        async def change(_: "Cart") -> "Cart":
            return await self._app.ask(operation)

        try:
            await self._app.change_cart(change)
        except MicroMartError as error:
            self._app.log.warning(str(error))

    def _open_checkout(self) -> None:
        from micromart_tui.screens.checkout import CheckoutScreen

        self._app.push_screen(CheckoutScreen())
