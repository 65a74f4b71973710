"""Signing in for the screens of this process: the shop beside them, and the home of the person before them."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from micromart_cli.letter_box import code_sent_to
from micromart_core.authentication.model import Session
from micromart_core.home import Home, this_source
from micromart_tui.sign_in import Cancelled, Entered, IssuerDoor, LinkCode, LocalDoor

if TYPE_CHECKING:
    from micromart_core.adapters.keycloak.device_flow import DeviceCode
    from micromart_core.adapters.keycloak.sign_in import IssuerSignIn
    from micromart_core.bootstrap import Shop

_LETTERS_FOR = 2.0
"""Seconds in which letters are begun."""


@dataclass
class SignInHere:
    """The person of one home in an open shop."""

    shop: "Shop"
    home: Home

    @property
    def keeps_letters(self) -> bool:
        """True when the shop is offline and its outbox is a folder beside it."""
        return not self.shop.settings.mail.url

    @cached_property
    def local(self) -> LocalDoor | None:
        """Return the accounts of the shop's own, None where an issuer has them."""
        return None if self.shop.settings.identity.issuer else _Accounts(self)

    @cached_property
    def issuer(self) -> IssuerDoor | None:
        """Return the issuer's, None where accounts are the shop's own."""
        issuer = self.shop.issuer_sign_in_of(self.home)
        return None if issuer is None else _Issuer(issuer)

    def status(self) -> Session:
        """Return who is signed in."""
        credentials = self.shop.credentials_of(self.home)()
        issuer = self.shop.issuer_sign_in_of(self.home)
        return (issuer or self.shop.sign_in_of(self.home)).status(credentials)

    def sign_out(self) -> tuple[str, bool] | None:
        """End the session, in the shop first and then here."""
        return (self.shop.issuer_sign_in_of(self.home) or self.shop.sign_in_of(self.home)).sign_out()

    def send_letters(self) -> None:
        """Send what is due for a moment."""
        self.shop.send_mail_along(_LETTERS_FOR)


@dataclass
class _Accounts:
    here: SignInHere

    def sign_in(self, username: str, password: str, *, in_checkout: bool) -> Entered:
        home = self.here.shop.sign_in_of(self.here.home)
        return Entered(*home.sign_in(username, password, this_source(), in_checkout=in_checkout))

    def register(self, username: str, email: str, password: str) -> str | None:
        self.here.shop.accounts.register(username, email, password, this_source())
        self.here.send_letters()
        return code_sent_to(self.here.shop.folder / "outbox", email.strip()) if self.here.keeps_letters else None

    def verify(self, code: str) -> str:
        return self.here.shop.accounts.verify(code, this_source())

    def recover(self, email: str) -> None:
        self.here.shop.accounts.recover(email, this_source())
        self.here.send_letters()

    def reset(self, code: str, password: str) -> str:
        return self.here.shop.accounts.recover_with(code, password, this_source())


@dataclass
class _Issuer:
    issuer: "IssuerSignIn"
    _codes: dict[str, "DeviceCode"] = field(default_factory=dict, repr=False)

    def begin(self) -> LinkCode:
        code = self.issuer.begin(session_only=False)
        self._codes[code.user_code] = code
        link = code.verification_uri_complete or code.verification_uri
        return LinkCode(link, code.verification_uri, code.user_code, code.expires_in)

    def seconds_left(self, code: LinkCode) -> float:
        return self.issuer.seconds_left(self._codes[code.user_code])

    def wait(self, code: LinkCode, cancelled: Cancelled, *, in_checkout: bool) -> Entered:
        known = self._codes[code.user_code]
        return Entered(*self.issuer.finish(known, cancelled, this_source(), in_checkout=in_checkout))
