"""Which key made a signature: looked up in memory, fetched rarely, remembered on disk up to a stated age."""

import threading
from collections.abc import Callable, Mapping
from typing import Any, Protocol

import jwt

from micromart_core.adapters.keycloak.key_set import keys_of
from micromart_core.adapters.keycloak.refusals import IssuerUnreachable
from micromart_core.clock import Clock
from micromart_core.errors import Unavailable

FETCHED_AT_MOST_EVERY = 30.0
"""Seconds: tokens with made-up key ids cost the issuer no more than this."""
RENEWED_AFTER, DEAD_AFTER = 3600.0, 24 * 3600.0
"""Seconds: older keys are asked for again, and used on while the issuer is down, but never beyond a day."""


class KeyCache(Protocol):
    """Remembers what the issuer said, from one process to the next."""

    def load(self) -> tuple[float, Mapping[str, Any]] | None:
        """Return the moment of the fetch and the key set, None when nothing is remembered."""
        ...

    def save(self, fetched_at: float, jwks: Mapping[str, Any]) -> None:
        """Remember a key set."""
        ...


class Keys:
    """The keys of one issuer; `fetch` asks it for its key set."""

    def __init__(
        self, fetch: Callable[[], Mapping[str, Any]], cache: KeyCache, clock: Clock, algorithms: frozenset[str]
    ) -> None:
        self._fetch, self._cache, self._clock, self._algorithms = fetch, cache, clock, algorithms
        self._keys: dict[str, jwt.PyJWK] = {}
        self._fetched_at: float | None = None
        self._asked_at = float("-inf")
        self._trouble: Unavailable | None = None
        self._turn = threading.Lock()

    def find(self, key_id: str) -> jwt.PyJWK | None:
        """Return the key of an id, None when the issuer has none; raise Unavailable when nobody can know."""
        if key_id not in self._keys or self._age() > RENEWED_AFTER:
            with self._turn:  # who comes second waits for the answer to the first, instead of doing without
                self._look_for(key_id)
        if self._age() <= DEAD_AFTER:
            return self._keys.get(key_id)
        raise self._trouble or IssuerUnreachable("", "its keys are too old", was_sent=False)

    def _look_for(self, key_id: str) -> None:
        if self._fetched_at is None:
            self._remember()
        if key_id not in self._keys or self._age() > RENEWED_AFTER:
            self._renew()

    def _remember(self) -> None:
        remembered = self._cache.load()
        if remembered is not None and abs(self._now() - remembered[0]) <= DEAD_AFTER:
            self._fetched_at, self._keys = remembered[0], keys_of(remembered[1], self._algorithms)
            self._asked_at = self._fetched_at

    def _renew(self) -> None:
        """Ask the issuer, unless it was asked a moment ago; keep the old keys when it does not answer."""
        if abs(self._now() - self._asked_at) < FETCHED_AT_MOST_EVERY:
            return
        self._asked_at = self._now()
        try:
            jwks = self._fetch()
        except Unavailable as trouble:
            self._trouble = trouble
            return
        self._trouble, self._fetched_at = None, self._asked_at
        self._keys = keys_of(jwks, self._algorithms)
        self._cache.save(self._fetched_at, jwks)

    def _age(self) -> float:
        return float("inf") if self._fetched_at is None else abs(self._now() - self._fetched_at)

    def _now(self) -> float:
        return self._clock().timestamp()
