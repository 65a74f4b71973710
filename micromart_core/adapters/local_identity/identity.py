"""The port of identity for local accounts: an opaque session is looked up in the operation's own transaction."""

from datetime import datetime

from msgspec import Struct
from sqlalchemy import Connection

from micromart_core.adapters.local_identity.allowed import refuse_unless_allowed
from micromart_core.authentication.model import STAFF_SIGN_IN_LIVES, SessionEnded
from micromart_core.authentication.secrets import hash_secret
from micromart_core.caller import Caller, UserId
from micromart_core.identity import Credentials, UserDisabled
from micromart_core.operation import Access
from micromart_core.permissions import STAFF, Permission, Role, permissions_of
from micromart_core.settings import Settings


class _Prepared(Struct, frozen=True):
    token_hash: str | None
    cart_key: str | None


class LocalIdentity:
    """Says who a session of a local account or of an automation client belongs to."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def prepare(self, credentials: Credentials, access: Access) -> object:  # noqa: ARG002  # the port's
        """Hash what the front end holds; raise InvalidValue when this shop has no local accounts."""
        if credentials.token:
            refuse_unless_allowed(self._settings)
            return _Prepared(hash_secret(credentials.token), None)
        secret = credentials.cart_secret
        return _Prepared(None, hash_secret(secret) if secret else None)

    def identify(self, connection: Connection, now: datetime, prepared: object) -> Caller:
        """Say who is calling; raise SessionEnded, or UserDisabled for whom the shop has blocked."""
        assert isinstance(prepared, _Prepared)  # noqa: S101  # what prepare() returned
        if prepared.token_hash is None:
            return Caller("guest", cart_key=prepared.cart_key)
        from micromart_core.adapters.local_identity.session_row import find_session  # a guest's start goes without

        row = find_session(connection, prepared.token_hash)
        if row is None or row.expires_at <= now:
            raise SessionEnded
        if row.client is not None:
            return Caller(f"client:{row.client}", permissions_of(frozenset({Role.AUTOMATION})), signed_in=True)
        if row.disabled:
            raise UserDisabled(row.username)
        granted = _permissions(row.roles)
        stale = frozenset() if now - row.signed_in_at < STAFF_SIGN_IN_LIVES else granted & STAFF
        return Caller(
            row.username,
            granted - stale,
            user_id=UserId(row.id),
            email=row.email,
            signed_in=True,
            stale=stale,
        )


def _permissions(roles: str | None) -> frozenset[Permission]:
    """Return what the roles, joined by commas, allow together."""
    return permissions_of(frozenset(Role(role) for role in (roles or "").split(",") if role))
