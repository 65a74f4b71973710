"""Granting roles, making automation clients, and the first admin of a shop."""

from micromart_core.authentication import service, service_sessions, throttling
from micromart_core.authentication.model import Account, Attempt, AutomationClient, UserRoles
from micromart_core.changes import Topic
from micromart_core.operation import operation
from micromart_core.permissions import Permission, Role
from micromart_core.transaction import Transaction
from micromart_core.users.service import audit, audit_by
from micromart_core.users.service_staff import refuse_for_last_admin

NOBODY = "?"


@operation(Permission.USER_GRANT, repeatable=True, on_wire=False)
def grant_role(tx: Transaction, user: str, role: Role) -> UserRoles:
    """Give a person a role, at once; raise NotAllowed beyond one's own permissions, UnknownAccount, OnlyForClients."""
    service.refuse_beyond_own(tx, role)
    account = service.account_named(tx, user)
    before = service.roles_of(tx, account.id)
    if service.give_role(tx, account, role):
        _note(tx, "role.grant", account, before)
    return UserRoles(account.username, service.roles_of(tx, account.id))


@operation(Permission.USER_GRANT, repeatable=True, on_wire=False)
def revoke_role(tx: Transaction, user: str, role: Role) -> UserRoles:
    """Take a role from a person, at once; raise NotAllowed, UnknownAccount, or LastAdmin."""
    service.refuse_beyond_own(tx, role)
    account = service.account_named(tx, user)
    before = service.roles_of(tx, account.id)
    if role is Role.ADMIN:
        refuse_for_last_admin(tx, account.id)
    if service.take_role(tx, account, role):
        _note(tx, "role.revoke", account, before)
    return UserRoles(account.username, service.roles_of(tx, account.id))


@operation(Permission.USER_GRANT, writes=False, on_wire=False)
def list_clients(tx: Transaction) -> tuple[AutomationClient, ...]:
    """Return the automation clients by name."""
    return service.clients_of(tx)


@operation(Permission.USER_GRANT, on_wire=False)
def create_client(tx: Transaction, name: str, secret_hash: str) -> AutomationClient:
    """Make an automation client; raise NotAllowed beyond one's own permissions, ClientExists."""
    service.refuse_beyond_own(tx, Role.AUTOMATION)
    client = service.create_client(tx, name, secret_hash)
    audit(tx, "client.create", f"client:{name}")
    return client


@operation(Permission.USER_GRANT, on_wire=False)
def remove_client(tx: Transaction, name: str) -> AutomationClient:
    """Forget an automation client, end its sessions, and return it; raise UnknownClient."""
    removed = service.remove_client(tx, name)
    audit(tx, "client.remove", f"client:{name}")
    return removed


@operation(Permission.OPS_RUN, on_wire=False)
def enter_client(tx: Transaction, name: str, secret_hash: str, token_hash: str, tried: Attempt, source: str) -> bool:
    """Keep a session of a client for 5 minutes; False, written down, when its name or secret is wrong."""
    if service_sessions.open_client_session(tx, token_hash, name, secret_hash):
        throttling.take_back(tx, tried)
        return True
    audit_by(tx, NOBODY, "session.refused", f"client:{NOBODY}", after=f"from {source}")
    return False


@operation(Permission.OPS_RUN, on_wire=False)
def make_first_admin(tx: Transaction, user: str, owner: str) -> UserRoles:
    """Make somebody the first admin for whom the database's file belongs to; raise UnknownAccount, AdminExists."""
    account = service.account_named(tx, user)
    before = service.roles_of(tx, account.id)
    service.make_first_admin(tx, account)
    after = service.roles_of(tx, account.id)
    audit_by(tx, owner, "admin.bootstrap", f"user:{account.username}", before=_listed(before), after=_listed(after))
    return UserRoles(account.username, after)


def _note(tx: Transaction, action: str, account: Account, before: tuple[Role, ...]) -> None:
    after = _listed(service.roles_of(tx, account.id))
    tx.touch(Topic.USERS, "")
    audit(tx, action, f"user:{account.username}", before=_listed(before), after=after)


def _listed(roles: tuple[Role, ...]) -> str:
    return ", ".join(roles)
