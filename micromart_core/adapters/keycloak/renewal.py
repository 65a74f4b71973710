"""An access token that lives a while yet: renewed by whichever process or thread comes first, and by no other."""

from collections.abc import Callable
from contextlib import suppress

from micromart_core.adapters.keycloak.refusals import (
    IssuerBusy,
    IssuerUnreachable,
    KeyringSilent,
    SignInLost,
    SignInOver,
)
from micromart_core.adapters.keycloak.sign_in_store import SignInStore, StoredSignIn
from micromart_core.adapters.keycloak.tokens import Tokens
from micromart_core.errors import MicroMartError

EARLY = 30.0
"""Seconds before its end at which a token is renewed: it must outlive the call that shows it."""


class Renewal:
    """Gives the access token of a home; `refresh` trades a refresh token at the issuer, `revoke` ends its session."""

    def __init__(self, store: SignInStore, refresh: Callable[[str], Tokens], revoke: Callable[[str], None]) -> None:
        self._store, self._refresh, self._revoke = store, refresh, revoke

    def access_token(self) -> str | None:
        """Return a token that is good for a while, None when nobody is signed in.

        Raise SignInOver or SignInLost, and forget the sign-in; IssuerUnreachable when the old token is over too;
        FolderUnusable where the renewed one could not be kept, and keep the old one.
        """
        held = self._store.load()
        if held is None or self._is_fresh(held):
            return held.access_token if held else None
        with self._store.lock():
            held = self._store.load()
            if held is None or self._is_fresh(held):
                return held.access_token if held else None
            return self._renew(held)

    def sign_out(self) -> tuple[str, bool] | None:
        """End the session at the issuer, then forget it here; return whose it was and whether the issuer ended it."""
        with self._store.lock():
            held = self._store.load()
            if held is None:
                return None
            was_ended = False
            with suppress(MicroMartError):
                self._revoke(self._store.key_of(held) or held.access_token)
                was_ended = True
            self._store.clear()
        return held.user, was_ended

    def _renew(self, held: StoredSignIn) -> str:
        try:
            key = self._store.key_of(held)
            if key is None:
                raise SignInOver  # noqa: TRY301  # it ends as one that the issuer ended
            with self._store.room() as keep:  # the key is spent by asking: what comes of it must find its place
                renewed = held.renewed(self._refresh(key), self._now())
                keep(renewed)
        except (SignInOver, SignInLost):
            self._store.clear()
            raise
        except (IssuerUnreachable, IssuerBusy, KeyringSilent):
            if held.expires_at > self._now():
                return held.access_token
            raise
        return renewed.access_token

    def _is_fresh(self, held: StoredSignIn) -> bool:
        return held.expires_at - self._now() > EARLY

    def _now(self) -> float:
        return self._store.clock().timestamp()
