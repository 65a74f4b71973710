"""The port of identity for an OpenID issuer: the token is verified before the transaction, the profile read within."""

from collections.abc import Callable
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection, select

from micromart_core.adapters.keycloak.proven import Proven
from micromart_core.adapters.keycloak.refusals import NotWelcomedYet
from micromart_core.adapters.keycloak.staff_rights import StaffRights
from micromart_core.authentication.secrets import hash_secret
from micromart_core.caller import Caller, UserId
from micromart_core.errors import MicroMartError, SignInFirst, Unavailable
from micromart_core.identity import Credentials, UserDisabled
from micromart_core.operation import Access
from micromart_core.permissions import ANYONE, STAFF, Permission
from micromart_core.users.tables import users


class _Prepared(Struct, frozen=True):
    proven: Proven | None = None
    cart_key: str | None = None
    trouble: MicroMartError | None = None


class IssuerIdentity:
    """Says who an access token of the issuer belongs to; `scripts` are the clients that are no people."""

    def __init__(
        self, issuer: str, verify: Callable[[str], Proven], staff: StaffRights, scripts: frozenset[str]
    ) -> None:
        self._issuer, self._verify, self._staff, self._scripts = issuer, verify, staff, scripts

    def prepare(self, credentials: Credentials, access: Access) -> object:
        """Verify the token; what is wrong with it is told in `identify`, where it is known whether it matters."""
        if credentials.trouble is not None:
            return _Prepared(trouble=credentials.trouble)
        if credentials.token:
            return self._prepared(credentials.token, access)
        secret = credentials.cart_secret
        return _Prepared(cart_key=hash_secret(secret) if secret else None)

    def _prepared(self, token: str, access: Access) -> _Prepared:
        try:
            proven = self._verify(token)
        except (SignInFirst, Unavailable) as trouble:
            return _Prepared(trouble=trouble)
        try:
            return _Prepared(replace(proven, permissions=self._permissions_now(token, proven, access)))
        except MicroMartError as trouble:
            return _Prepared(trouble=trouble)

    def _permissions_now(self, token: str, proven: Proven, access: Access) -> frozenset[Permission]:
        """Return what the caller may: staff change something only by what the issuer says of them now."""
        if not access.writes or not proven.permissions & STAFF:
            return proven.permissions
        if not access.is_staff_work:
            return proven.permissions - STAFF
        return self._staff.of(token, proven)

    def identify(self, connection: Connection, now: datetime, prepared: object) -> Caller:  # noqa: ARG002  # the port's
        """Say who is calling; raise what was wrong with the token, or UserDisabled for whom the shop has blocked."""
        assert isinstance(prepared, _Prepared)  # noqa: S101  # what prepare() returned
        if prepared.trouble is not None:
            raise prepared.trouble
        if prepared.proven is None:
            return Caller("guest", cart_key=prepared.cart_key)
        if prepared.proven.client in self._scripts:
            # Whatever a realm grants it by mistake, a script buys nothing and has no cart.
            allowed = prepared.proven.permissions & STAFF
            return Caller(f"client:{prepared.proven.client}", allowed, signed_in=True)
        return _person(connection, self._issuer, prepared.proven)


def _person(connection: Connection, issuer: str, proven: Proven) -> Caller:
    """Return the caller of a profile; the name and address may change at the issuer, the subject never does."""
    row = connection.execute(
        select(users.c.id, users.c.username, users.c.disabled)
        .where(users.c.issuer == issuer)
        .where(users.c.subject == proven.subject)
    ).first()
    if row is None:
        raise NotWelcomedYet
    if row.disabled:
        raise UserDisabled(row.username)
    return Caller(
        row.username,
        proven.permissions or ANYONE,
        user_id=UserId(row.id),
        email=proven.email,
        signed_in=True,
    )
