"""Signing in for the screens of this process: the shop beside them, and the home of the person before them."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from micromart_cli.doors import OpenShop
from micromart_core.authentication.model import SIGNED_OUT, Session
from micromart_core.errors import MicroMartError
from micromart_core.home import Home, this_source
from micromart_tui.sign_in import Entered, IssuerDoor, LocalDoor


class SignInHere:
    """The person of one home in a shop, which is opened when somebody asks."""

    def __init__(self, find_shop: Callable[[], OpenShop], home: Home) -> None:
        self._find_shop, self.home = find_shop, home

    @cached_property
    def shop(self) -> OpenShop:
        """The open shop; raise the MicroMartError that keeps it from being opened."""
        return self._find_shop()

    @property
    def keeps_letters(self) -> bool:
        """True when the shop is offline and its outbox is a folder beside it."""
        return self.shop.letters is not None

    @cached_property
    def local(self) -> LocalDoor | None:
        """Return the accounts of the shop's own, None where an issuer has them."""
        return None if self.issuer is not None else _Accounts(self)

    @cached_property
    def issuer(self) -> IssuerDoor | None:
        """Return the issuer's, None where accounts are the shop's own; a shop elsewhere is asked which it is."""
        if not self.shop.settings.identity.issuer:
            return None
        issuer = self.shop.issuer_sign_in_of(self.home)
        if issuer is None:
            return None
        from micromart_tui.issuer_door import LinkDoor

        return LinkDoor(issuer, this_source(), session_only=False)

    def status(self) -> Session:
        """Return who is signed in; where nobody is, what signs in is not loaded for it: each start asks."""
        credentials = self.shop.credentials_of(self.home)()
        if credentials.token is None and credentials.trouble is None:
            return SIGNED_OUT
        issuer = self.shop.issuer_sign_in_of(self.home)
        return (issuer or self.shop.sign_in_of(self.home)).status(credentials)

    def sign_out(self) -> tuple[str, bool] | None:
        """End the session, in the shop first and then here."""
        return (self.shop.issuer_sign_in_of(self.home) or self.shop.sign_in_of(self.home)).sign_out()

    def send_letters(self) -> None:
        """Send what is due for a moment; what was asked for is done, whatever becomes of its letters."""
        try:
            self.shop.send_mail_along()
        except MicroMartError as error:
            logging.getLogger("micromart.mail").warning("letters wait: %s", error)


@dataclass
class _Accounts:
    here: SignInHere

    def sign_in(self, username: str, password: str, *, in_checkout: bool) -> Entered:
        home = self.here.shop.sign_in_of(self.here.home)
        return Entered(*home.sign_in(username, password, this_source(), in_checkout=in_checkout))

    def register(self, username: str, email: str, password: str) -> str | None:
        self.here.shop.accounts.register(username, email, password, this_source())
        self.here.send_letters()
        from micromart_cli.letter_box import code_sent_to

        letters = self.here.shop.letters
        return None if letters is None else code_sent_to(letters, email.strip())

    def verify(self, code: str) -> str:
        return self.here.shop.accounts.verify(code, this_source())

    def recover(self, email: str) -> None:
        self.here.shop.accounts.recover(email, this_source())
        self.here.send_letters()

    def reset(self, code: str, password: str) -> str:
        return self.here.shop.accounts.recover_with(code, password, this_source())
