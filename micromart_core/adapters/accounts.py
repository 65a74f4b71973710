"""The port of local accounts: beside the database, or over HTTP where a gateway stands in front of it."""

from typing import Protocol

from msgspec import Struct

from micromart_core.reticent import Reticent, Unshown
from micromart_core.users.model import Profile


class SignedIn(Reticent, Struct, frozen=True):
    """A fresh session: the token is for the front end's own store, and is shown nowhere."""

    profile: Profile
    token: Unshown[str]


class Accounts(Protocol):
    """Registers, signs in, signs out and recovers; `source` says where a try comes from, for its limits."""

    def register(self, username: str, email: str, password: str, source: str) -> None:
        """Send a code to the address, whether or not the name or the address is taken."""
        ...

    def verify(self, code: str, source: str) -> str:
        """Make the account a code was sent for and return its name."""
        ...

    def sign_in(
        self, username: str, password: str, source: str, *, cart_secret: str | None = None, in_checkout: bool = False
    ) -> SignedIn:
        """Open a session, and make the anonymous cart the person's."""
        ...

    def sign_out(self, token: str) -> bool:
        """End a session; False when it had ended before."""
        ...

    def recover(self, email: str, source: str) -> None:
        """Send a code to the address if it has an account; nothing tells whether it has."""
        ...

    def recover_with(self, code: str, password: str, source: str) -> str:
        """Set a new password, return the user name; all sessions and older codes die."""
        ...
