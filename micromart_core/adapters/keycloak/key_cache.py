"""The issuer's public keys in a home's cache folder, where one verb leaves them for the next."""

from collections.abc import Mapping
from contextlib import suppress
from hashlib import sha256
from typing import Any

import msgspec
from msgspec import Struct

from micromart_core.adapters.private_file import NotPrivate, read_private, replace_private
from micromart_core.home import FolderUnusable, Home


class _Remembered(Struct, frozen=True):
    issuer: str
    fetched_at: float
    jwks: dict[str, Any]


class HomeKeyCache:
    """Keeps the keys of one issuer; a file that others could have touched is as good as none."""

    def __init__(self, home: Home, issuer: str) -> None:
        self._issuer = issuer
        self._file = home.cache / "identity" / f"keys-{sha256(issuer.encode()).hexdigest()[:16]}.json"

    def load(self) -> tuple[float, Mapping[str, Any]] | None:
        """Return when the keys were fetched, and the key set; None when there is no file to trust."""
        with suppress(NotPrivate, msgspec.MsgspecError, RecursionError):
            body = read_private(self._file)
            if body is not None:
                found = msgspec.json.decode(body, type=_Remembered)
                return (found.fetched_at, found.jwks) if found.issuer == self._issuer else None
        return None

    def save(self, fetched_at: float, jwks: Mapping[str, Any]) -> None:
        """Keep the keys; a disk that takes nothing costs the next verb a fetch."""
        with suppress(NotPrivate, FolderUnusable):
            replace_private(self._file, msgspec.json.encode(_Remembered(self._issuer, fetched_at, dict(jwks))))
