"""What is kept of a sign-in at an issuer, and what a place to keep it must be able to do."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Annotated, Protocol

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from micromart_core.adapters.keycloak.tokens import LATEST, Tokens
from micromart_core.clock import Clock
from micromart_core.reticent import Reticent, Unshown

FILE, KEYRING, MEMORY = "file", "keyring", "memory"
_Moment = Annotated[float, msgspec.Meta(ge=0, le=2 * LATEST)]


class StoredSignIn(Reticent, Struct, frozen=True):
    """What a home keeps of a sign-in: the key to renew it, and the short token that each call shows."""

    issuer: str
    client: str
    user: str
    access_token: Unshown[str]
    expires_at: _Moment
    refresh_token: Unshown[str | None] = None
    ends_at: _Moment | None = None
    """When nothing can be renewed any more; None where the issuer does not say."""
    place: str = FILE
    """Where the refresh token is: beside the rest in the file, in the keyring, or with the rest in memory."""

    def renewed(self, tokens: Tokens, now: float) -> "StoredSignIn":
        """Return the sign-in with new tokens; an issuer that does not rotate leaves the key as it is."""
        return replace(
            self,
            access_token=tokens.access_token,
            expires_at=now + tokens.expires_in,
            refresh_token=tokens.refresh_token or self.refresh_token,
            ends_at=_end_of(tokens, now),
        )


def fresh_sign_in(issuer: str, client: str, user: str, tokens: Tokens, now: float, place: str) -> StoredSignIn:
    """Return what is kept of tokens that were just given."""
    expires_at, ends_at = now + tokens.expires_in, _end_of(tokens, now)
    return StoredSignIn(issuer, client, user, tokens.access_token, expires_at, tokens.refresh_token, ends_at, place)


Keep = Callable[[StoredSignIn], None]


class SignInStore(Protocol):
    """Keeps at most one sign-in of a home at one issuer by one client."""

    clock: Clock
    where: str
    """The place as a person is told of it."""

    def lock(self) -> AbstractContextManager[None]:
        """Be the only one who changes the sign-in."""
        ...

    def load(self) -> StoredSignIn | None:
        """Return the sign-in, None when nobody is signed in."""
        ...

    def signed_in(self, user: str, tokens: Tokens) -> StoredSignIn:
        """Return what a fresh sign-in would keep here."""
        ...

    def key_of(self, held: StoredSignIn) -> str | None:
        """Return the refresh token of a sign-in, None when it has none."""
        ...

    def save(self, held: StoredSignIn) -> None:
        """Replace the sign-in."""
        ...

    def room(self) -> AbstractContextManager[Keep]:
        """Make sure that a sign-in can be kept before there is one; yield what saves it."""
        ...

    def clear(self) -> None:
        """Forget the sign-in."""
        ...


def _end_of(tokens: Tokens, now: float) -> float | None:
    return now + tokens.refresh_expires_in if tokens.refresh_expires_in > 0 else None
