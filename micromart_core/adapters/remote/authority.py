"""Who gives and takes roles in a shop behind its gateway: whoever may there, by the same rules as beside it."""

from collections.abc import Callable
from typing import Any, NoReturn, Protocol

from micromart_core.adapters.remote.desk import Desk
from micromart_core.adapters.remote.forms import ClientName, NewClient, RoleOf
from micromart_core.adapters.remote.refusals import BesideTheDatabase
from micromart_core.authentication.model import AutomationClient, UserRoles
from micromart_core.identity import Credentials
from micromart_core.permissions import Role


class Door(Protocol):
    """Whatever knows whether somebody only tries."""

    @property
    def dry_run(self) -> bool:
        """True when nothing may be changed."""
        ...


class RemoteAuthority:
    """Grants and revokes for the person of one home; the gateway asks what they may."""

    def __init__(self, desk: Desk, credentials: Callable[[], Credentials], url: str) -> None:
        self._desk, self._credentials, self._url = desk, credentials, url

    def grant(self, door: Door, user: str, role: Role) -> UserRoles:
        """Give a role; raise NotAllowed beyond the caller's own permissions, UnknownAccount, UnknownUser."""
        given: UserRoles = self._ask("grant", RoleOf(user, role), UserRoles, door)
        return given

    def revoke(self, door: Door, user: str, role: Role) -> UserRoles:
        """Take a role; raise as `grant` does, or LastAdmin."""
        left: UserRoles = self._ask("revoke", RoleOf(user, role), UserRoles, door)
        return left

    def list_clients(self, door: Door) -> tuple[AutomationClient, ...]:
        """Return the automation clients by name."""
        clients: tuple[AutomationClient, ...] = self._ask("list-clients", {}, tuple[AutomationClient, ...], door)
        return clients

    def create_client(self, door: Door, name: str, secret: str) -> AutomationClient:
        """Make an automation client with a secret from `new_secret`; raise ClientExists."""
        made: AutomationClient = self._ask("create-client", NewClient(name, secret), AutomationClient, door)
        return made

    def remove_client(self, door: Door, name: str) -> AutomationClient:
        """Forget an automation client, end what it runs, and return it; raise UnknownClient."""
        removed: AutomationClient = self._ask("remove-client", ClientName(name), AutomationClient, door)
        return removed

    def bootstrap_admin(self, user: str, *, dry_run: bool) -> NoReturn:  # noqa: ARG002  # as beside the database
        """Refuse: the first admin is made by whoever owns the database."""
        raise BesideTheDatabase("The first admin", self._url)

    def _ask(self, verb: str, form: object, kind: Any, door: Door) -> Any:
        return self._desk.ask(verb, form, kind, self._credentials(), dry_run=door.dry_run)
