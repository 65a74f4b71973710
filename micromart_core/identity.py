"""The port of identity: who is this, in two steps, so that nothing slow happens inside a transaction."""

from datetime import datetime
from typing import Protocol

from msgspec import Struct
from sqlalchemy import Connection

from micromart_core.caller import Caller
from micromart_core.errors import NotAllowed, SignInFirst, Unavailable
from micromart_core.operation import Access
from micromart_core.reticent import Reticent, Unshown


class Credentials(Reticent, Struct, frozen=True):
    """What a front end holds for its person: an access token or session, and the anonymous cart's secret."""

    token: Unshown[str | None] = None
    cart_secret: Unshown[str | None] = None
    trouble: SignInFirst | Unavailable | None = None
    """Why there is no token although somebody signed in; told where it matters who is calling."""


class Identity(Protocol):
    """Finds out who is calling; one adapter for local accounts, one for an OpenID issuer."""

    def prepare(self, credentials: Credentials, access: Access) -> object:
        """Do what takes time (signatures, asking the issuer) before the transaction of an operation.

        Raise SignInFirst for a bad token.
        """
        ...

    def identify(self, connection: Connection, now: datetime, prepared: object) -> Caller:
        """Say who is calling, in the operation's own transaction; raise SignInFirst when the session has ended."""
        ...


class KnownCaller:
    """The identity of somebody the process itself vouches for: the shop, an operator beside the database, a test."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def prepare(self, credentials: Credentials, access: Access) -> object:  # noqa: ARG002  # the port's
        """Nothing needs finding out."""
        return credentials

    def identify(self, connection: Connection, now: datetime, prepared: object) -> Caller:  # noqa: ARG002  # the port's
        """Return the caller who was given."""
        return self._caller


class UserDisabled(NotAllowed):
    """The shop has blocked this person."""

    code = "user.disabled"

    def __init__(self, username: str) -> None:
        self.user = username
        super().__init__(
            f"The account of {username} is disabled.",
            why="this shop's staff blocked it; orders already placed are kept",
            hint="write to the shop",
        )
