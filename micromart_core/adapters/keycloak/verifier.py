"""What an access token proves: one strict reading of it, in which everything must be as this shop's issuer makes it."""

import json
import re
from base64 import urlsafe_b64decode
from typing import Annotated, Any

import jwt
import msgspec
from msgspec import Struct

from micromart_core.adapters.keycloak.keys import Keys
from micromart_core.adapters.keycloak.proven import Proven, Roles, permissions_in
from micromart_core.adapters.keycloak.refusals import ClockSkewed, TokenExpired, TokenRefused
from micromart_core.adapters.keycloak.tokens import LATEST
from micromart_core.authentication.names import clean_email
from micromart_core.clock import Clock
from micromart_core.errors import InvalidValue
from micromart_core.reticent import Reticent, Unshown
from micromart_core.text import terminal_text

LONGEST_TOKEN = 16 * 1024
LEEWAY = 30
"""Seconds by which two clocks may differ."""
_THREE_PARTS = re.compile(r"([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.[A-Za-z0-9_-]+")
_TYPES = frozenset({"at+jwt", "application/at+jwt"})
_Seconds = Annotated[int, msgspec.Meta(ge=0, le=LATEST)]
_Subject = Annotated[str, msgspec.Meta(pattern=r"\A[!-~]{1,255}\Z")]
"""As OpenID Connect has it: 255 signs of ASCII and no more; it stands in the database and before people."""


class _Claims(msgspec.Struct):
    iss: str
    aud: str | list[str]
    azp: str
    typ: str
    sub: _Subject
    exp: _Seconds
    iat: _Seconds
    nbf: _Seconds = 0
    preferred_username: str = ""
    email: str = ""
    email_verified: bool = False
    resource_access: dict[str, Roles] = {}


class Verifier(Reticent, Struct, frozen=True):
    """Reads the access tokens of one issuer, made for one audience, at the request of known clients."""

    issuer: str
    audience: str
    clients: frozenset[str]
    keys: Unshown[Keys]
    clock: Clock

    def verify(self, token: str) -> Proven:
        """Return what the token proves; raise TokenRefused, TokenExpired, ClockSkewed, or Unavailable without keys."""
        if len(token) > LONGEST_TOKEN:
            raise TokenRefused("it is too long")
        parts = _THREE_PARTS.fullmatch(token)
        if parts is None:
            raise TokenRefused("it is no signed token")
        key = self._key_of(_object_of(parts[1]))
        _check_signature(token, key)
        claims = _claims_of(_object_of(parts[2]))
        self._check_parties(claims)
        self._check_times(claims)
        return self._proven(claims)

    def _key_of(self, header: dict[str, Any]) -> jwt.PyJWK:
        """Return the key that must have signed; only the header's type, algorithm and key id are looked at."""
        kind, key_id = header.get("typ"), header.get("kid")
        if not isinstance(kind, str) or kind.lower() not in _TYPES:
            raise TokenRefused("it is no access token")
        if "crit" in header or "b64" in header:
            raise TokenRefused("it asks for something this shop does not do")
        key = self.keys.find(key_id) if isinstance(key_id, str) else None
        if key is None or header.get("alg") != key.algorithm_name:
            raise TokenRefused("no key of the sign-in server signed it")
        return key

    def _check_parties(self, claims: _Claims) -> None:
        audiences = [claims.aud] if isinstance(claims.aud, str) else claims.aud
        if claims.iss != self.issuer:
            raise TokenRefused("another server made it")
        if self.audience not in audiences:
            raise TokenRefused("it is for somebody else than this shop")
        if claims.azp not in self.clients:
            raise TokenRefused("another program asked for it")
        if claims.typ != "Bearer":
            raise TokenRefused("it is no access token")

    def _check_times(self, claims: _Claims) -> None:
        now = self.clock().timestamp()
        if claims.exp + LEEWAY <= now:
            raise TokenExpired
        ahead = max(claims.iat, claims.nbf) - now
        if ahead > LEEWAY:
            raise ClockSkewed(int(ahead))

    def _proven(self, claims: _Claims) -> Proven:
        return Proven(
            subject=claims.sub,
            client=claims.azp,
            username=terminal_text(claims.preferred_username) or claims.sub,
            email=_address_in(claims),
            permissions=permissions_in(claims.resource_access, self.audience),
            issued_at=claims.iat,
            expires_at=claims.exp,
        )


def _address_in(claims: _Claims) -> str | None:
    """Return the verified address, None for one that the shop would not write to whoever typed it."""
    try:
        return clean_email(claims.email) if claims.email_verified else None
    except InvalidValue:
        return None


def _check_signature(token: str, key: jwt.PyJWK) -> None:
    try:
        jwt.api_jws.decode(token, key, algorithms=[key.algorithm_name])
    except (jwt.PyJWTError, ValueError, RecursionError):
        raise TokenRefused("its signature is wrong") from None


def _claims_of(payload: dict[str, Any]) -> _Claims:
    """Return the claims this shop reads; a number must be a number, and a text a text."""
    try:
        return msgspec.convert(payload, _Claims)
    except msgspec.ValidationError:
        raise TokenRefused("what it says is not whole") from None


def _object_of(part: str) -> dict[str, Any]:
    """Return the JSON object of a part; one that says a thing twice would be read differently elsewhere."""
    try:
        found = json.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4)), object_pairs_hook=_said_once)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise TokenRefused("it cannot be read")
    return found


def _said_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands there twice")
    return found
