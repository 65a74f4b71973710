"""Signing in and out for one person: the shop's session, and what is kept of it, change together."""

from collections.abc import Callable
from contextlib import suppress

from msgspec.structs import replace

from micromart_core.adapters.accounts import Accounts, SignedIn
from micromart_core.adapters.local_identity.operations import describe_session
from micromart_core.adapters.session_store import KeptSession, SessionStore, StoredSession
from micromart_core.authentication.model import SIGNED_OUT, Session, SessionEnded
from micromart_core.authentication.secrets import hash_secret
from micromart_core.cart_secret import CartSecret, HomeCartSecret
from micromart_core.errors import TryAgain, Unavailable
from micromart_core.home import Home
from micromart_core.identity import Credentials
from micromart_core.operation import Gateway


class LocalSignIn:
    """One session at a time: a new one replaces the old one, and the anonymous cart goes with the person."""

    def __init__(
        self, store: KeptSession, cart: CartSecret, accounts: Accounts, describe: Callable[[Credentials], Session]
    ) -> None:
        self._store, self._cart, self._accounts, self._describe = store, cart, accounts, describe

    def sign_in(self, username: str, password: str, source: str, *, in_checkout: bool = False) -> tuple[Session, str]:
        """Open a session and return it with the name of whom it replaced, empty for nobody.

        Raise WrongPassword, Paused, UserDisabled, SessionUnsafe; then the old session goes on.
        """
        with self._store.lock():
            old = self._store.load()
            cart_secret = self._cart.load()
            fresh = self._accounts.sign_in(username, password, source, cart_secret=cart_secret, in_checkout=in_checkout)
            self._keep(fresh)
            if old is not None:
                with suppress(Unavailable, TryAgain):  # the new one is kept; the old one ends by itself some day
                    self._accounts.sign_out(old.token)
        return self._described(Credentials(token=fresh.token)), old.user if old else ""

    def sign_out(self) -> tuple[str, bool] | None:
        """Forget the session; return whose it was and whether the shop ended it too, None when nobody was signed in."""
        with self._store.lock():
            held = self._store.load()
            if held is None:
                return None
            ended = False
            with suppress(Unavailable, TryAgain):
                self._accounts.sign_out(held.token)
                ended = True
            self._store.clear()
        return held.user, ended

    def status(self, credentials: Credentials) -> Session:
        """Return who these credentials are for; a session that has ended is nobody's."""
        try:
            return self._described(credentials)
        except SessionEnded:
            return SIGNED_OUT

    def _keep(self, fresh: SignedIn) -> None:
        """Throw the old cart secret away, then write the new session; failing that, end the session again."""
        try:
            self._cart.renew()
            self._store.save(StoredSession(fresh.profile.username, fresh.profile.issuer, fresh.token))
        except BaseException:
            with suppress(Unavailable, TryAgain):  # what went wrong with keeping it is what is to be told
                self._accounts.sign_out(fresh.token)
            raise

    def _described(self, credentials: Credentials) -> Session:
        session = self._describe(credentials)
        is_person = session.signed_in and session.email is not None  # a client's token lies in memory only
        return replace(session, token_store=self._store.place if is_person else None)


def sign_in_of_home(
    home: Home, accounts: Accounts, describe_session_of: Callable[[Credentials], Session]
) -> LocalSignIn:
    """Return what signs the person of a home in and out."""
    return LocalSignIn(SessionStore(home), HomeCartSecret(home), accounts, describe_session_of)


def describe(gateway: Gateway, credentials: Credentials) -> Session:
    """Say whose session these credentials open."""
    return gateway.run(describe_session, hash_secret(credentials.token or ""))
