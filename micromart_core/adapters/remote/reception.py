"""The reception of a shop behind its gateway, for people whom the issuer signed in on this machine."""

from micromart_core.adapters.remote.desk import Desk
from micromart_core.adapters.remote.forms import Enter
from micromart_core.authentication.model import A_GUEST, Session
from micromart_core.identity import Credentials


class RemoteReception:
    """Shows the gateway a token, and is told whom it is for; where it comes from, the gateway sees by itself."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def enter(
        self,
        access_token: str,
        source: str,  # noqa: ARG002  # the port's
        cart_secret: str | None,
        *,
        in_checkout: bool,
    ) -> str:
        """Let the person in and return the name; raise TokenRefused, UserDisabled."""
        name: str = self._desk.ask("enter", Enter(in_checkout), str, Credentials(access_token, cart_secret))
        return name

    def leave(self, user: str, access_token: str) -> None:  # noqa: ARG002  # the token says who
        """Have it written down that somebody left; raise SignInFirst when the token has ended."""
        self._desk.ask("leave", {}, type(None), Credentials(access_token))

    def describe(self, credentials: Credentials) -> Session:
        """Return who these credentials are for."""
        if credentials.token is None:
            return A_GUEST
        session: Session = self._desk.ask("session", {}, Session, credentials)
        return session
