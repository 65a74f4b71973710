"""The sign-in of one person's home: one private file, read again under one lock before anything is renewed."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path

import msgspec
from msgspec.structs import replace

from micromart_core.adapters.keycloak.sign_in_store import FILE, KEYRING, Keep, StoredSignIn, fresh_sign_in
from micromart_core.adapters.keycloak.tokens import Tokens
from micromart_core.adapters.keycloak.vault import NoVault, Vault
from micromart_core.adapters.private_file import NotPrivate, read_private, replace_private, room_for
from micromart_core.adapters.session_store import SessionUnsafe
from micromart_core.clock import Clock
from micromart_core.home import FolderUnusable, Home, make_private
from micromart_core.write_lock import one_turn

NO_VAULT = NoVault()
_ROOM = 16 * 1024
"""Bytes; two tokens of a Keycloak are 2 to 4 KiB."""


class TokenStore:
    """Keeps at most one sign-in of a home at one issuer by one client; the vault is tried before the file."""

    def __init__(self, home: Home, issuer: str, client: str, clock: Clock, vault: Vault = NO_VAULT) -> None:
        self._issuer, self._client, self.clock, self._vault = issuer, client, clock, vault
        self._account = f"{client} at {issuer} for {home.state}"
        key = sha256(f"{issuer}\n{client}".encode()).hexdigest()[:16]
        self.file = home.state / "identity" / f"{key}.json"
        self.where = f"in a private file: {self.file}"

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
        except (msgspec.MsgspecError, RecursionError):
            raise self._unsafe(self.file, "it is no sign-in") from None
        is_of_here = held is not None and (held.issuer, held.client) == (self._issuer, self._client)
        return held if is_of_here else None

    def signed_in(self, user: str, tokens: Tokens) -> StoredSignIn:
        """Return what a fresh sign-in would keep here."""
        return fresh_sign_in(self._issuer, self._client, user, tokens, self.clock().timestamp(), KEYRING)

    def key_of(self, held: StoredSignIn) -> str | None:
        """Return the refresh token of a sign-in, None when it has none; raise KeyringSilent."""
        return self._vault.fetch(self._account) if held.place == KEYRING else held.refresh_token

    def save(self, held: StoredSignIn) -> None:
        """Replace the sign-in, the old one whole until the new one is; raise SessionUnsafe, FolderUnusable."""
        body = self._put_away(held)
        with self._explained():
            replace_private(self.file, body)

    @contextmanager
    def room(self) -> Iterator[Keep]:
        """Take the space of a sign-in, and yield what saves it there: a full disk refuses before a key is spent.

        Raise SessionUnsafe, FolderUnusable.
        """
        known = self.file.stat().st_size if self.file.exists() else 0
        with self._explained(), room_for(self.file, max(_ROOM, 2 * known)) as replace_by:
            yield lambda held: replace_by(self._put_away(held))

    def clear(self) -> None:
        """Forget the sign-in."""
        with suppress(SessionUnsafe):
            held = self.load()
            if held is not None and held.place == KEYRING:
                self._vault.forget(self._account)
        self.file.unlink(missing_ok=True)

    def _put_away(self, held: StoredSignIn) -> bytes:
        """Give the vault its part and return the file's.

        A refresh token that the vault does not take stays in the file: a key that was just made must not get lost.
        """
        if held.place == KEYRING and held.refresh_token is not None:
            is_away = self._vault.keep(self._account, held.refresh_token)
            held = replace(held, refresh_token=None) if is_away else replace(held, place=FILE)
        return msgspec.json.encode(held)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except NotPrivate as error:
            raise self._unsafe(error.place, error.why) from None

    def _unsafe(self, place: Path, why: str) -> SessionUnsafe:
        mend = f"rm {place}; then micromart auth login" if place == self.file else f"chmod 700 {place}"
        return SessionUnsafe(place, why, mend)


def issuers_kept_in(home: Home) -> list[tuple[str, str]]:
    """Return the issuers at which a home is signed in, each with the client; what cannot be read is passed over."""
    found = []
    for file in sorted((home.state / "identity").glob("*.json")):
        with suppress(NotPrivate, msgspec.MsgspecError, RecursionError):
            held = msgspec.json.decode(read_private(file) or b"", type=StoredSignIn)
            found.append((held.issuer, held.client))
    return found
