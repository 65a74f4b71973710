"""What the shop's own client reads and changes of people's roles, through Keycloak's administration of its realm."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import msgspec

from micromart_core.adapters.keycloak.refusals import IssuerMisbehaves, IssuerRefuses
from micromart_core.adapters.keycloak.tokens import TokenEndpoint
from micromart_core.permissions import Role

_GOOD, _UNKNOWN = (200, 204), 404
_REALMS = "/realms/"


class _RoleMapping(msgspec.Struct):
    id: str
    name: str


class RealmAdmin:
    """Speaks for `micromart-core`; its token is asked for once, and lives longer than a verb."""

    def __init__(self, core: Callable[[], TokenEndpoint], secret: Callable[[], str]) -> None:
        self._make_core, self._secret = core, secret
        self._core: TokenEndpoint | None = None
        self._token = ""

    def roles_of(self, subject: str) -> tuple[Role, ...] | None:
        """Return the shop's roles that a person has, by name; None when there is no such person."""
        held = self._mappings(subject, "/composite")
        return None if held is None else tuple(sorted(Role(each.name) for each in held if each.name in list(Role)))

    def give(self, subject: str, role: Role) -> bool:
        """Give a role; False when this client may not hand it out."""
        return self._change("POST", subject, role, self._mappings(subject, "/available"))

    def take(self, subject: str, role: Role) -> bool:
        """Take a role away; False when it was not given by itself, or this client may not take it."""
        return self._change("DELETE", subject, role, self._mappings(subject, ""))

    def _change(self, method: str, subject: str, role: Role, offered: list[_RoleMapping] | None) -> bool:
        found = [msgspec.to_builtins(each) for each in offered or () if each.name == role]
        return bool(found) and self._ask(method, subject, "", found)[0] in _GOOD

    def _mappings(self, subject: str, which: str) -> list[_RoleMapping] | None:
        status, body = self._ask("GET", subject, which)
        if status == _UNKNOWN:
            return None
        if status not in _GOOD:
            raise IssuerRefuses(str(status), "its client for the shop may not see people's roles")
        try:
            return msgspec.convert(body, list[_RoleMapping])
        except msgspec.ValidationError:
            raise IssuerMisbehaves(self._connected().host, "its answer holds no roles") from None

    def _ask(self, method: str, subject: str, which: str, body: object = None) -> tuple[int, Any]:
        core = self._connected()
        self._token = self._token or core.sign_in_client(self._secret()).access_token
        base, _, realm = core.endpoints.issuer.rpartition(_REALMS)
        address = f"{base}/admin{_REALMS}{realm}/users/{quote(subject, safe='')}/role-mappings/realm{which}"
        return core.wire.administer(method, address, self._token, body)

    def _connected(self) -> TokenEndpoint:
        self._core = self._core or self._make_core()
        return self._core
