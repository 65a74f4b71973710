"""The sign-in of one person's home: one private file, read again under one lock before anything is renewed."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path

import msgspec

from micromart_core.adapters.keycloak.tokens import Tokens
from micromart_core.adapters.keycloak.vault import NoVault, Vault
from micromart_core.adapters.private_file import NotPrivate, read_private, replace_private
from micromart_core.adapters.session_store import SessionUnsafe
from micromart_core.clock import Clock
from micromart_core.home import FolderUnusable, Home, make_private
from micromart_core.write_lock import one_turn

FILE, KEYRING = "file", "keyring"
NO_VAULT = NoVault()


@dataclass(frozen=True, slots=True)
class StoredSignIn:
    """What a home keeps of a sign-in: the key to renew it, and the short token that each call shows."""

    issuer: str
    client: str
    user: str
    access_token: str = field(repr=False)
    expires_at: float
    refresh_token: str | None = field(default=None, repr=False)
    ends_at: float | None = None
    """When nothing can be renewed any more; None where the issuer does not say."""
    place: str = "file"
    """Where the refresh token is: beside the rest in the file, or in the keyring."""

    def renewed(self, tokens: Tokens, now: float) -> "StoredSignIn":
        """Return the sign-in with new tokens; an issuer that does not rotate leaves the key as it is."""
        return replace(
            self,
            access_token=tokens.access_token,
            expires_at=now + tokens.expires_in,
            refresh_token=tokens.refresh_token or self.refresh_token,
            ends_at=_end_of(tokens, now),
        )


class TokenStore:
    """Keeps at most one sign-in of a home at one issuer by one client; the vault is tried before the file."""

    def __init__(self, home: Home, issuer: str, client: str, clock: Clock, vault: Vault = NO_VAULT) -> None:
        self._issuer, self._client, self.clock, self._vault = issuer, client, clock, vault
        self._account = f"{client} at {issuer} for {home.state}"
        key = sha256(f"{issuer}\n{client}".encode()).hexdigest()[:16]
        self.file = home.state / "identity" / f"{key}.json"

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Be the only process of this home that changes the sign-in; raise FolderUnusable, TurnNeverCame."""
        folder = make_private(self.file.parent)
        if not os.access(folder, os.W_OK):  # a token that is renewed and cannot be kept would be lost
            raise FolderUnusable(folder, "nothing can be written there")
        with one_turn(self.file.with_suffix(".lock")):
            yield

    def load(self) -> StoredSignIn | None:
        """Return the sign-in, None when nobody is signed in; raise SessionUnsafe."""
        try:
            body = read_private(self.file)
            held = None if body is None else msgspec.json.decode(body, type=StoredSignIn)
        except NotPrivate as error:
            raise self._unsafe(error.place, error.why) from None
        except msgspec.MsgspecError:
            raise self._unsafe(self.file, "it is no sign-in") from None
        is_of_here = held is not None and (held.issuer, held.client) == (self._issuer, self._client)
        return held if is_of_here else None

    def signed_in(self, user: str, tokens: Tokens) -> StoredSignIn:
        """Return what a fresh sign-in would keep here."""
        now = self.clock().timestamp()
        return StoredSignIn(
            self._issuer,
            self._client,
            user,
            tokens.access_token,
            now + tokens.expires_in,
            tokens.refresh_token,
            _end_of(tokens, now),
            KEYRING,
        )

    def key_of(self, held: StoredSignIn) -> str | None:
        """Return the refresh token of a sign-in, None when it has none; raise KeyringSilent."""
        return self._vault.fetch(self._account) if held.place == KEYRING else held.refresh_token

    def save(self, held: StoredSignIn) -> None:
        """Replace the sign-in, the old one whole until the new one is; raise SessionUnsafe, FolderUnusable.

        A refresh token that the vault does not take stays in the file: a key that was just made must not get lost.
        """
        if held.place == KEYRING and held.refresh_token is not None:
            is_away = self._vault.keep(self._account, held.refresh_token)
            held = replace(held, refresh_token=None) if is_away else replace(held, place=FILE)
        try:
            replace_private(self.file, msgspec.json.encode(held))
        except NotPrivate as error:
            raise self._unsafe(error.place, error.why) from None

    def clear(self) -> None:
        """Forget the sign-in."""
        with suppress(SessionUnsafe):
            held = self.load()
            if held is not None and held.place == KEYRING:
                self._vault.forget(self._account)
        self.file.unlink(missing_ok=True)

    def _unsafe(self, place: Path, why: str) -> SessionUnsafe:
        mend = f"rm {place}; then micromart auth login" if place == self.file else f"chmod 700 {place}"
        return SessionUnsafe(place, why, mend)


def _end_of(tokens: Tokens, now: float) -> float | None:
    return now + tokens.refresh_expires_in if tokens.refresh_expires_in > 0 else None
