"""Who gives and takes roles where an issuer keeps them: staff, by the shop's own client, three roles and no more."""

from collections.abc import Callable
from contextlib import suppress
from typing import NoReturn, Protocol

from micromart_core.adapters.keycloak import operations_staff
from micromart_core.adapters.keycloak.realm_admin import RealmAdmin
from micromart_core.adapters.keycloak.refusals import GrantedAtIssuer, KeptAtIssuer, NoLongerAtIssuer
from micromart_core.authentication.model import AutomationClient, UserRoles
from micromart_core.errors import MicroMartError
from micromart_core.operation import Operation, Params, Result
from micromart_core.permissions import Role
from micromart_core.users.model import Profile

HANDED_OUT = frozenset({Role.STOCK_CLERK, Role.CATALOG_MANAGER, Role.ORDER_MANAGER})


class Door(Protocol):
    """Whatever runs an operation for the person who asks, and knows whether it is only tried."""

    @property
    def dry_run(self) -> bool:
        """True when nothing may be changed."""
        ...

    def run(self, operation: Operation[Params, Result], /, *args: Params.args, **kwargs: Params.kwargs) -> Result:
        """Run an operation for that person."""
        ...


class IssuerAuthority:
    """Grants and revokes for whoever stands at a door."""

    def __init__(self, issuer: str, host: str, admin: RealmAdmin) -> None:
        self._issuer, self._host, self._admin = issuer, host, admin

    def grant(self, door: Door, user: str, role: Role) -> UserRoles:
        """Give a role; raise NotAllowed beyond the caller's own permissions, UnknownUser, GrantedAtIssuer."""
        return self._change(door, "role.grant", user, role, self._admin.give)

    def revoke(self, door: Door, user: str, role: Role) -> UserRoles:
        """Take a role; raise as `grant` does."""
        return self._change(door, "role.revoke", user, role, self._admin.take)

    def list_clients(self, door: Door) -> tuple[AutomationClient, ...]:  # noqa: ARG002  # as with local accounts
        """Refuse: scripts are clients of the realm."""
        self._refuse()

    def create_client(self, door: Door, name: str, secret: str) -> AutomationClient:  # noqa: ARG002  # likewise
        """Refuse: scripts are clients of the realm."""
        self._refuse()

    def remove_client(self, door: Door, name: str) -> AutomationClient:  # noqa: ARG002  # likewise
        """Refuse: scripts are clients of the realm."""
        self._refuse()

    def sign_in_client(self, name: str, secret: str, source: str) -> str:  # noqa: ARG002  # likewise
        """Refuse: scripts ask the realm for their tokens."""
        self._refuse()

    def bootstrap_admin(self, user: str, *, dry_run: bool) -> UserRoles:  # noqa: ARG002  # likewise
        """Refuse: an admin is made in the realm."""
        self._refuse()

    def _change(self, door: Door, action: str, user: str, role: Role, change: Callable[[str, Role], bool]) -> UserRoles:
        """Ask whether the caller may, write it down, and do it: what was done is never missing from the trail."""
        person = door.run(operations_staff.find_grantee, user, role)
        if role not in HANDED_OUT:
            raise GrantedAtIssuer(role, self._host)
        before = self._roles_of(person)
        if (role in before) == (action == "role.grant"):
            return UserRoles(person.username, before)
        facts = (action, person.username, role, before)
        door.run(operations_staff.note_role_change, *facts)
        if door.dry_run:
            return UserRoles(person.username, before)
        try:
            if not change(person.subject, role):
                raise GrantedAtIssuer(role, self._host)
        except MicroMartError:
            with suppress(MicroMartError):
                door.run(operations_staff.note_role_kept, *facts)
            raise
        return UserRoles(person.username, self._roles_of(person))

    def _roles_of(self, person: Profile) -> tuple[Role, ...]:
        found = self._admin.roles_of(person.subject) if person.issuer == self._issuer else None
        if found is None:
            raise NoLongerAtIssuer(person.username)
        return found

    def _refuse(self) -> NoReturn:
        raise KeptAtIssuer(self._host)
