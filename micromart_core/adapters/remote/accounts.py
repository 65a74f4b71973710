"""Local accounts of a shop behind its gateway; the gateway says where a try comes from."""

from micromart_core.adapters.accounts import SignedIn
from micromart_core.adapters.remote.desk import Desk
from micromart_core.adapters.remote.forms import (
    ClientWords,
    Email,
    NewAccount,
    NewPassword,
    SignInWords,
    VerifyCode,
)
from micromart_core.authentication.model import Session
from micromart_core.identity import Credentials


class RemoteAccounts:
    """Registers, signs in, signs out and recovers over HTTP; what may have been done is not sent again."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def register(self, username: str, email: str, password: str, source: str) -> None:  # noqa: ARG002  # the port's
        """Send a code to the address, whether or not the name or the address is taken."""
        self._desk.ask("register", NewAccount(username, email, password), type(None))

    def verify(self, code: str, source: str) -> str:  # noqa: ARG002  # the port's
        """Make the account a code was sent for and return its name; raise DeadCode, AlreadyTaken."""
        name: str = self._desk.ask("verify", VerifyCode(code), str)
        return name

    def sign_in(
        self,
        username: str,
        password: str,
        source: str,  # noqa: ARG002  # the port's
        *,
        cart_secret: str | None = None,
        in_checkout: bool = False,
    ) -> SignedIn:
        """Open a session, and make the anonymous cart the person's; raise WrongPassword, Paused, UserDisabled."""
        form = SignInWords(username, password, in_checkout)
        entered: SignedIn = self._desk.ask("sign-in", form, SignedIn, Credentials(cart_secret=cart_secret))
        return entered

    def sign_out(self, token: str) -> bool:
        """End a session; False when it had ended before."""
        ended: bool = self._desk.ask("sign-out", {}, bool, Credentials(token=token))
        return ended

    def recover(self, email: str, source: str) -> None:  # noqa: ARG002  # the port's
        """Send a code to the address if it has an account; nothing tells whether it has."""
        self._desk.ask("recover", Email(email), type(None))

    def recover_with(self, code: str, password: str, source: str) -> str:  # noqa: ARG002  # the port's
        """Set a new password, return the user name; all sessions and older codes die."""
        name: str = self._desk.ask("reset", NewPassword(code, password), str)
        return name

    def describe(self, credentials: Credentials) -> Session:
        """Say whose session a token opens; one that has ended is nobody's."""
        session: Session = self._desk.ask("session", {}, Session, credentials)
        return session

    def sign_in_client(self, name: str, secret: str) -> str:
        """Return the token of a script's session of 5 minutes; raise WrongClient or Paused."""
        token: str = self._desk.ask("sign-in-client", ClientWords(name, secret), str)
        return token
