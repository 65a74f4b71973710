"""Signing in and out at an issuer for one person: tokens, profile and cart change together."""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime

from msgspec import Struct
from msgspec.structs import replace

from micromart_core.adapters.keycloak.device_flow import Cancelled, DeviceCode, DeviceFlow
from micromart_core.adapters.keycloak.reception import Reception
from micromart_core.adapters.keycloak.refusals import KeyringSilent
from micromart_core.adapters.keycloak.renewal import Renewal
from micromart_core.adapters.keycloak.sign_in_store import SignInStore, StoredSignIn
from micromart_core.adapters.keycloak.tokens import TokenEndpoint, Tokens
from micromart_core.authentication.model import SIGNED_OUT, Session
from micromart_core.cart_secret import CartSecret
from micromart_core.errors import MicroMartError, SignInFirst
from micromart_core.identity import Credentials

_FOR_LONG, _FOR_THIS_SESSION = "openid offline_access", "openid"


class IssuerSignIn(Struct, frozen=True):
    """One sign-in at a time; a new one replaces the old one, and the anonymous cart goes with the person."""

    cart: CartSecret
    store: SignInStore
    renewal: Renewal
    client: Callable[[], TokenEndpoint]
    reception: Reception

    def begin(self, *, session_only: bool) -> DeviceCode:
        """Ask for a code to show, once it is sure that the tokens can be kept; a session ends when it is idle.

        Raise SessionUnsafe, FolderUnusable, or what asking the issuer raises.
        """
        with self.store.lock():
            self.store.load()
        return self._flow().start(_FOR_THIS_SESSION if session_only else _FOR_LONG)

    def seconds_left(self, code: DeviceCode) -> float:
        """Return how long a code still works."""
        return self._flow().seconds_left(code)

    def finish(
        self, code: DeviceCode, cancelled: Cancelled, source: str, *, in_checkout: bool = False
    ) -> tuple[Session, str]:
        """Wait until somebody approved; return the sign-in with the name of whom it replaced, empty for nobody.

        Raise SignInDenied, CodeExpired, CodeDead, SignInCancelled, UserDisabled; then the old sign-in goes on.
        """
        tokens = self._flow().wait(code, cancelled)
        try:
            old, old_key = self._enter(tokens, source, in_checkout=in_checkout)
        except BaseException:
            self._revoke(tokens.refresh_token or tokens.access_token)
            raise
        if old_key is not None:
            self._revoke(old_key)
        return self.status(Credentials(token=tokens.access_token)), old.user if old else ""

    def sign_out(self) -> tuple[str, bool] | None:
        """End the sign-in at the issuer, then here; return whose it was and whether the issuer ended it too."""
        held = self.store.load()
        left = self.renewal.sign_out()
        if left is not None and held is not None:
            with suppress(MicroMartError):  # it is over at the issuer and here; the shop only notes it
                self.reception.leave(held.user, held.access_token)
        return left

    def status(self, credentials: Credentials) -> Session:
        """Return who these credentials are for; raise Unavailable when the issuer would have to say it."""
        if isinstance(credentials.trouble, SignInFirst):
            return SIGNED_OUT
        if credentials.trouble is not None:
            raise credentials.trouble
        session = self.reception.describe(credentials)
        held = self.store.load()
        if not session.signed_in or held is None or held.access_token != credentials.token:
            return session
        ends_at = None if held.ends_at is None else datetime.fromtimestamp(held.ends_at, UTC)
        return replace(session, issuer=held.issuer, expires_at=ends_at, token_store=held.place)

    def _enter(self, tokens: Tokens, source: str, *, in_checkout: bool) -> tuple[StoredSignIn | None, str | None]:
        """Let the person into the shop and keep the tokens; return the sign-in they replace, and by what it ends."""
        with self.store.lock():
            old = self.store.load()
            old_key = self._key_of(old)
            user = self.reception.enter(tokens.access_token, source, self.cart.load(), in_checkout=in_checkout)
            self._keep(self.store.signed_in(user, tokens))
        return old, old_key

    def _keep(self, fresh: StoredSignIn) -> None:
        """Throw the old cart secret away, then write the tokens: cut off between, nobody is left with the old one."""
        self.cart.renew()
        self.store.save(fresh)

    def _key_of(self, old: StoredSignIn | None) -> str | None:
        """Return by what the issuer ends a sign-in, None for none."""
        if old is None:
            return None
        try:
            return self.store.key_of(old) or old.access_token
        except KeyringSilent:
            return old.access_token

    def _revoke(self, token: str) -> None:
        with suppress(MicroMartError):  # the issuer ends by itself what nobody uses
            self.client().revoke(token)

    def _flow(self) -> DeviceFlow:
        return DeviceFlow(self.client())
