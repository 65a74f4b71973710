"""The public keys of an issuer, each bound to the one algorithm it signs with."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import jwt

MOST_KEYS = 50
ASYMMETRIC = frozenset({"ES256", "ES384", "ES512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "EdDSA"})
_PRIVATE = frozenset({"d", "k"})


def keys_of(jwks: Mapping[str, Any], algorithms: frozenset[str]) -> dict[str, jwt.PyJWK]:
    """Return the usable keys by their id: for signing, of an allowed algorithm, public; others are passed over."""
    listed = jwks.get("keys")
    found: dict[str, jwt.PyJWK] = {}
    for each in listed[:MOST_KEYS] if isinstance(listed, list) else []:
        if isinstance(each, dict) and _is_usable(each, algorithms):
            with suppress(jwt.PyJWTError, ValueError, TypeError):
                found.setdefault(each["kid"], jwt.PyJWK(each, each["alg"]))
    return found


def _is_usable(key: dict[str, Any], algorithms: frozenset[str]) -> bool:
    algorithm, key_id = key.get("alg"), key.get("kid")
    if not isinstance(algorithm, str) or algorithm not in algorithms & ASYMMETRIC:
        return False
    return isinstance(key_id, str) and key.get("use") == "sig" and not key.keys() & _PRIVATE
