"""Somebody who visits a shop through a process that serves many: all they hold is in its memory, until they leave."""

from collections.abc import Callable
from contextlib import suppress
from functools import cached_property, partial
from typing import TYPE_CHECKING

from msgspec.structs import replace

from micromart_core.adapters.home_credentials import credentials_of_sign_in
from micromart_core.adapters.local_identity.home_sign_in import LocalSignIn
from micromart_core.adapters.session_store import PassingSession
from micromart_core.adapters.shoppers_only import ShoppersOnly
from micromart_core.bootstrap import Shop
from micromart_core.caller import THE_SHOP
from micromart_core.cart_secret import CartSecret, PassingCartSecret
from micromart_core.changes import Changes
from micromart_core.errors import MicroMartError
from micromart_core.gateway import LocalGateway
from micromart_core.home import Home
from micromart_core.identity import Credentials, Identity

if TYPE_CHECKING:
    from micromart_core.adapters.keycloak.sign_in import IssuerSignIn
    from micromart_core.authentication.model import Session


class Visitors:
    """Lets visitors in; one for each process: what is looked up about an issuer is looked up once."""

    def __init__(self, shop: Shop, home: Home, follow: Callable[[], Changes]) -> None:
        self.shop, self.home, self.follow = shop, home, follow
        self.identity: Identity = ShoppersOnly(shop.identity_of(home))

    def welcome(self, cart_secret: str | None = None) -> "Visit":
        """Return a visit; without a secret it begins with a cart of its own."""
        return Visit(self, PassingCartSecret(cart_secret) if cart_secret else PassingCartSecret())

    def gateway(self, credentials: Callable[[], Credentials]) -> LocalGateway:
        """Return the door for whoever these credentials belong to."""
        return replace(self.shop.gateway(self.identity, credentials), follow=self.follow)


class Visit:
    """One visitor: a cart, perhaps a sign-in, and the permissions of a shopper at most."""

    def __init__(self, visitors: Visitors, cart: CartSecret) -> None:
        self._visitors, self._cart, self._session = visitors, cart, PassingSession()

    def credentials(self) -> Credentials:
        """Say who is calling."""
        if self.issuer is not None:
            return credentials_of_sign_in(self._cart, self.issuer.renewal.access_token)
        held = self._session.load()
        return Credentials(token=held.token) if held else Credentials(cart_secret=self._cart.load())

    @cached_property
    def gateway(self) -> LocalGateway:
        """The door for this visitor."""
        return self._visitors.gateway(self.credentials)

    @cached_property
    def local(self) -> LocalSignIn:
        """What signs in where accounts are the shop's own; raise InvalidValue where an issuer does that."""
        shop = self._visitors.shop
        describe = partial(shop.describe, self._visitors.identity)
        return LocalSignIn(self._session, self._cart, shop.accounts, describe)

    @cached_property
    def issuer(self) -> "IssuerSignIn | None":
        """What signs in at the issuer; None where accounts are the shop's own."""
        shop, home = self._visitors.shop, self._visitors.home
        if shop.issuer is None:
            return None
        return shop.issuer.passing_sign_in(self._cart, home, shop.beside(THE_SHOP), self._visitors.gateway)

    def status(self) -> "Session":
        """Return who is signed in."""
        return (self.issuer or self.local).status(self.credentials())

    def sign_out(self) -> tuple[str, bool] | None:
        """End the session; return whose it was and whether it ended at its source too, None for nobody."""
        return (self.issuer or self.local).sign_out()

    def end(self) -> None:
        """End what was signed in, as far as the shop or the issuer can be reached; the cart stays with its owner."""
        with suppress(MicroMartError):
            if self.issuer is not None or self._session.load() is not None:
                self.sign_out()
