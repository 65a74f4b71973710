"""A sign-in that is written nowhere: it is shared by the threads of one process, and gone with it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from msgspec.structs import replace

from micromart_core.adapters.keycloak.refusals import RenewalWaited
from micromart_core.adapters.keycloak.sign_in_store import MEMORY, Keep, StoredSignIn, fresh_sign_in
from micromart_core.adapters.keycloak.tokens import Tokens
from micromart_core.clock import Clock
from micromart_core.write_lock import LONG_PATIENCE


class MemoryStore:
    """Keeps at most one sign-in of one home at one issuer by one client, as TokenStore does, and asks no disk."""

    where = "in the memory of this process"

    def __init__(self, issuer: str, client: str, clock: Clock, patience_seconds: float = LONG_PATIENCE) -> None:
        self._issuer, self._client, self.clock, self._patience = issuer, client, clock, patience_seconds
        self._turn = threading.Lock()
        self._held: StoredSignIn | None = None

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Be the only thread that changes the sign-in; raise RenewalWaited."""
        if not self._turn.acquire(timeout=self._patience):
            raise RenewalWaited(self._patience)
        try:
            yield
        finally:
            self._turn.release()

    def load(self) -> StoredSignIn | None:
        """Return the sign-in, None when nobody is signed in."""
        return self._held

    def signed_in(self, user: str, tokens: Tokens) -> StoredSignIn:
        """Return what a fresh sign-in would keep here."""
        return fresh_sign_in(self._issuer, self._client, user, tokens, self.clock().timestamp(), MEMORY)

    def key_of(self, held: StoredSignIn) -> str | None:
        """Return the refresh token of a sign-in, None when it has none."""
        return held.refresh_token

    def save(self, held: StoredSignIn) -> None:
        """Replace the sign-in."""
        self._held = replace(held, place=MEMORY)

    @contextmanager
    def room(self) -> Iterator[Keep]:
        """Yield what saves a sign-in: there is always room for one."""
        yield self.save

    def clear(self) -> None:
        """Forget the sign-in."""
        self._held = None
