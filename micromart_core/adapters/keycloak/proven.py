"""What a verified token says, and how an issuer names permissions."""

from collections.abc import Mapping

import msgspec
from msgspec import Struct

from micromart_core.permissions import Permission

_PERMISSIONS = {permission.value: permission for permission in Permission}


class Proven(Struct, frozen=True):
    """What a verified token says; `subject`, with the issuer, is who it is."""

    subject: str
    client: str
    username: str
    email: str | None
    """Only an address that was verified."""
    permissions: frozenset[Permission]
    issued_at: int
    expires_at: int


class Roles(msgspec.Struct):
    """The roles of one client, as they stand in a token and in the answer about one."""

    roles: list[str] = []


def permissions_in(resource_access: Mapping[str, Roles], audience: str) -> frozenset[Permission]:
    """Return the permissions for this shop; names it does not know are passed over."""
    named = resource_access.get(audience, Roles()).roles
    return frozenset(_PERMISSIONS[name] for name in named if name in _PERMISSIONS)
