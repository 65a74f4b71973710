"""What staff may do now: asked of the issuer, since a token tells what was so when it was made."""

from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any

import msgspec

from micromart_core.adapters.keycloak.proven import Proven, Roles, permissions_in
from micromart_core.adapters.keycloak.refusals import IssuerMisbehaves, SignInOver
from micromart_core.clock import stopwatch
from micromart_core.permissions import Permission

BELIEVED_FOR = 10.0
"""Seconds: for no longer is a role honoured that was taken away at the issuer."""
_MOST_REMEMBERED = 500


class _Said(msgspec.Struct):
    """What RFC 7662 and Keycloak say of a token."""

    active: bool
    sub: str = ""
    resource_access: dict[str, Roles] = {}


class StaffRights:
    """Asks an issuer about the holders of tokens; `introspect` raises what keeps it from answering."""

    def __init__(
        self,
        introspect: Callable[[str], Mapping[str, Any]],
        host: str,
        audience: str,
        stopwatch: Callable[[], float] = stopwatch,
    ) -> None:
        self._introspect, self._host, self._audience, self._stopwatch = introspect, host, audience, stopwatch
        self._believed: dict[bytes, tuple[float, frozenset[Permission]]] = {}

    def of(self, token: str, proven: Proven) -> frozenset[Permission]:
        """Return which permissions of a verified token its holder still has; raise SignInOver for a dead one."""
        key, now = sha256(token.encode()).digest(), self._stopwatch()
        known = self._believed.get(key)
        if known is None or now - known[0] > BELIEVED_FOR:
            self._forget_old(now)
            known = now, self._ask(token, proven)
            self._believed[key] = known
        return known[1]

    def _ask(self, token: str, proven: Proven) -> frozenset[Permission]:
        try:
            said = msgspec.convert(self._introspect(token), _Said)
        except msgspec.ValidationError:
            raise IssuerMisbehaves(self._host, "it does not say whether a sign-in still holds") from None
        if not said.active or said.sub != proven.subject:
            raise SignInOver
        return proven.permissions & permissions_in(said.resource_access, self._audience)

    def _forget_old(self, now: float) -> None:
        if len(self._believed) >= _MOST_REMEMBERED:
            self._believed = {key: known for key, known in self._believed.items() if now - known[0] <= BELIEVED_FOR}
