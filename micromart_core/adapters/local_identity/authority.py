"""Who may do what in a shop with local accounts: roles, automation clients, and the first admin."""

import os
from pathlib import Path
from typing import Protocol

from micromart_core.adapters.local_identity import operations, operations_staff
from micromart_core.adapters.local_identity.allowed import refuse_unless_allowed
from micromart_core.authentication import throttling
from micromart_core.authentication.model import AutomationClient, Paused, UserRoles, WrongClient
from micromart_core.authentication.secrets import hash_secret
from micromart_core.errors import NotAllowed
from micromart_core.gateway import LocalGateway
from micromart_core.home import os_user
from micromart_core.ids import new_secret
from micromart_core.operation import Operation, Params, Result
from micromart_core.permissions import Role

FREE_CLIENTS = 20
"""Wrong secrets of automation clients from one source that bring no pause."""


class Door(Protocol):
    """Whatever runs an operation for the person who asks: a gateway, or a front end's session around one."""

    def run(self, operation: Operation[Params, Result], /, *args: Params.args, **kwargs: Params.kwargs) -> Result:
        """Run an operation for that person."""
        ...


class LocalAuthority:
    """Grants and revokes for whoever stands at a door; `shop_gateway` runs what nobody is signed in for."""

    def __init__(self, shop_gateway: LocalGateway) -> None:
        refuse_unless_allowed(shop_gateway.settings)
        self._shop = shop_gateway

    def grant(self, door: Door, user: str, role: Role) -> UserRoles:
        """Give a role at once; raise NotAllowed beyond the caller's own permissions, UnknownAccount."""
        return door.run(operations_staff.grant_role, user, role)

    def revoke(self, door: Door, user: str, role: Role) -> UserRoles:
        """Take a role at once; raise NotAllowed, UnknownAccount, or LastAdmin."""
        return door.run(operations_staff.revoke_role, user, role)

    def list_clients(self, door: Door) -> tuple[AutomationClient, ...]:
        """Return the automation clients by name."""
        return door.run(operations_staff.list_clients)

    def create_client(self, door: Door, name: str, secret: str) -> AutomationClient:
        """Make an automation client with a secret from `new_secret`; raise ClientExists."""
        return door.run(operations_staff.create_client, name, hash_secret(secret))

    def remove_client(self, door: Door, name: str) -> AutomationClient:
        """Forget an automation client, end what it runs, and return it; raise UnknownClient."""
        return door.run(operations_staff.remove_client, name)

    def sign_in_client(self, name: str, secret: str, source: str) -> str:
        """Return the token of a session of 5 minutes; raise WrongClient or Paused."""
        tried = throttling.attempt("client by source", source, FREE_CLIENTS)
        seconds = self._shop.run(operations.claim_attempt, (tried,))
        if seconds:
            raise Paused(seconds)
        token = new_secret()
        entered = self._shop.run(
            operations_staff.enter_client, name, hash_secret(secret), hash_secret(token), tried, source
        )
        if not entered:
            raise WrongClient
        return token

    def bootstrap_admin(self, user: str, *, dry_run: bool) -> UserRoles:
        """Make the first admin, once; raise NotAllowed unless this process runs as the owner of the database's file."""
        owner = self._owner()
        return self._shop.under(dry_run=dry_run).run(operations_staff.make_first_admin, user, owner)

    def _owner(self) -> str:
        """Return the name of the OS user to write down; on PostgreSQL having the credentials is enough."""
        url = self._shop.database.url
        if self._shop.database.is_sqlite and Path(url.database or "").stat().st_uid != os.geteuid():
            raise NotAllowed(
                "Only the owner of the shop's file can do this.",
                why=f"{url.database} belongs to another user of this machine",
                hint="run it as that user",
            )
        return f"owner:{os_user()}"
