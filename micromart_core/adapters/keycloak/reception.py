"""How a shop lets in whom its issuer has signed in: here beside its database, elsewhere behind its gateway."""

from collections.abc import Callable
from typing import Protocol

from msgspec import Struct

from micromart_core.adapters.keycloak.operations import describe_caller, enter_from_issuer, note_sign_out
from micromart_core.adapters.keycloak.proven import Proven
from micromart_core.adapters.keycloak.refusals import ClockAhead, TokenExpired, TokenRefused
from micromart_core.authentication.model import Session
from micromart_core.authentication.secrets import hash_secret
from micromart_core.gateway import LocalGateway
from micromart_core.identity import Credentials


class Reception(Protocol):
    """Lets people in and out whose tokens the issuer gave."""

    def enter(self, access_token: str, source: str, cart_secret: str | None, *, in_checkout: bool) -> str:
        """Make or refresh the profile of whom a fresh token is for, take over the anonymous cart; return the name."""
        ...

    def leave(self, user: str, access_token: str) -> None:
        """Write down that somebody left; raise SignInFirst, Unavailable where that cannot be known or done."""
        ...

    def describe(self, credentials: Credentials) -> Session:
        """Return who these credentials are for, and what they may do."""
        ...


class ReceptionHere(Struct, frozen=True):
    """The reception of a shop whose database is at hand."""

    issuer: str
    client: str
    """By which people sign in: a token that was given to another, a script's, lets nobody in."""
    verify: Callable[[str], Proven]
    shop: LocalGateway
    """Runs what nobody is signed in for yet."""
    door: Callable[[Callable[[], Credentials]], LocalGateway]

    def enter(self, access_token: str, source: str, cart_secret: str | None, *, in_checkout: bool) -> str:
        """Let the person in; raise TokenRefused, ClockAhead, UserDisabled, or what fetching the keys raises."""
        try:
            proven = self.verify(access_token)
        except TokenExpired:
            raise ClockAhead from None
        if proven.client != self.client:
            raise TokenRefused("it was not given to a person")
        cart_key = hash_secret(cart_secret) if cart_secret else None
        who = (proven.subject, proven.username, proven.email)
        return self.shop.run(enter_from_issuer, self.issuer, *who, source, cart_key, in_checkout).username

    def leave(self, user: str, access_token: str) -> None:  # noqa: ARG002  # whose home it is, is known here
        """Write down that somebody left; raise Unavailable."""
        self.shop.run(note_sign_out, user)

    def describe(self, credentials: Credentials) -> Session:
        """Return who these credentials are for; raise what is wrong with their token."""
        return self.door(lambda: credentials).run(describe_caller)
