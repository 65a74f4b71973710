"""Signing in and out for one person's home: the shop's session and the home's file change together."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from micromart_core.adapters.local_identity import operations
from micromart_core.adapters.local_identity.accounts import LocalAccounts, SignedIn
from micromart_core.adapters.session_store import SessionStore, StoredSession
from micromart_core.authentication.model import SIGNED_OUT, Session, SessionEnded
from micromart_core.authentication.secrets import hash_secret
from micromart_core.cart_secret import cart_secret_of, renew_cart_secret
from micromart_core.errors import Unavailable
from micromart_core.gateway import LocalGateway
from micromart_core.home import Home
from micromart_core.identity import Credentials

STORED_IN = "file"
"""Where local sessions lie: the private file of the home."""


class HomeSignIn:
    """One session a home: a new one replaces the old one, and the home's anonymous cart goes with the person."""

    def __init__(
        self, home: Home, accounts: LocalAccounts, door: Callable[[Callable[[], Credentials]], LocalGateway]
    ) -> None:
        self._home, self._accounts, self._door = home, accounts, door
        self._store = SessionStore(home)

    def sign_in(self, username: str, password: str, source: str, *, in_checkout: bool = False) -> tuple[Session, str]:
        """Open a session and return it with the name of whom it replaced, empty for nobody.

        Raise WrongPassword, Paused, UserDisabled, SessionUnsafe; then the old session goes on.
        """
        with self._store.lock():
            old = self._store.load()
            cart_secret = cart_secret_of(self._home)
            fresh = self._accounts.sign_in(username, password, source, cart_secret=cart_secret, in_checkout=in_checkout)
            self._keep(fresh)
            if old is not None:
                self._accounts.sign_out(old.token)
        return self._described(Credentials(token=fresh.token)), old.user if old else ""

    def sign_out(self) -> tuple[str, bool] | None:
        """Forget the session; return whose it was and whether the shop ended it too, None when nobody was signed in."""
        with self._store.lock():
            held = self._store.load()
            if held is None:
                return None
            ended = False
            with suppress(Unavailable):
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
            renew_cart_secret(self._home)
            self._store.save(StoredSession(fresh.profile.username, fresh.profile.issuer, fresh.token))
        except BaseException:
            self._accounts.sign_out(fresh.token)
            raise

    def _described(self, credentials: Credentials) -> Session:
        door = self._door(lambda: credentials)
        session = door.run(operations.describe_session, hash_secret(credentials.token or ""))
        is_person = session.signed_in and session.email is not None  # a client's token lies in memory only
        return replace(session, token_store=STORED_IN if is_person else None)
