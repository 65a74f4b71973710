"""Local accounts: who has one, in which roles, which scripts sign in, and what this shop is called as an issuer."""

from collections.abc import Sequence

from micromart_core.authentication import store
from micromart_core.authentication.model import (
    Account,
    AdminExists,
    AlreadyTaken,
    AutomationClient,
    ClientExists,
    OnlyForClients,
    Pending,
    UnknownAccount,
    UnknownClient,
)
from micromart_core.authentication.names import clean_client_name, name_key
from micromart_core.errors import NotAllowed
from micromart_core.ids import new_id
from micromart_core.operation import operation
from micromart_core.permissions import ROLES, Role
from micromart_core.transaction import Transaction

_ISSUER = "urn:micromart:local:"


def issuer_of(tx: Transaction) -> str:
    """Return the name of this shop as the issuer of its local accounts; made once and kept in its database."""
    known = store.find_shop_id(tx)
    if known is None:
        store.save_shop_id(tx, new_id("shop"))
        known = store.find_shop_id(tx)
    return f"{_ISSUER}{known}"


def find_issuer(tx: Transaction) -> str | None:
    """Return the name of this shop as an issuer, None before anybody signed in."""
    known = store.find_shop_id(tx)
    return f"{_ISSUER}{known}" if known else None


@operation("ops:run", writes=False, on_wire=False)
def find_shop_id(tx: Transaction) -> str | None:
    """Return the id of this shop, by which its processes know each other; None before it has one."""
    return store.find_shop_id(tx)


@operation("ops:run", repeatable=True, on_wire=False)
def make_shop_id(tx: Transaction) -> str:
    """Return the id of this shop; made once and kept in its database."""
    return issuer_of(tx).removeprefix(_ISSUER)


def is_local(issuer: str) -> bool:
    """True for the issuer of a shop's own accounts."""
    return issuer.startswith(_ISSUER)


def find_by_name(tx: Transaction, name: str) -> Account | None:
    """Return the account of this name, None when there is none; éva and ÉVA are one name."""
    return store.find_by_name(tx, name_key(name))


def account_named(tx: Transaction, name: str) -> Account:
    """Return the account of this name; raise UnknownAccount."""
    account = find_by_name(tx, name)
    if account is None:
        raise UnknownAccount(name)
    return account


def create_account(tx: Transaction, pending: Pending) -> Account:
    """Make the account of a verified registration, a shopper's; raise AlreadyTaken when others were faster."""
    taken = store.find_by_name(tx, name_key(pending.username)) or store.find_by_email(tx, name_key(pending.email))
    if taken is not None:
        raise AlreadyTaken
    account_id = new_id("acc")
    store.save_account(tx, account_id, pending)
    store.save_role(tx, account_id, Role.SHOPPER, granted_by=pending.username)
    return Account(account_id, pending.username, pending.email, pending.password_hash)


def roles_of(tx: Transaction, account_id: str) -> tuple[Role, ...]:
    """Return the roles an account has, by name."""
    return roles_of_all(tx, [account_id])[account_id]


def roles_of_all(tx: Transaction, account_ids: Sequence[str]) -> dict[str, tuple[Role, ...]]:
    """Return the roles each of these accounts has, by name; who has none is there too."""
    held = store.list_roles(tx, account_ids)
    return {account_id: tuple(held.get(account_id, ())) for account_id in account_ids}


def refuse_beyond_own(tx: Transaction, role: Role) -> None:
    """Raise NotAllowed when the caller lacks what the role may do: nobody grants or takes what he does not hold."""
    lacking = sorted(ROLES[role] - tx.caller.permissions)
    if lacking:
        raise NotAllowed(
            f"You may not give or take the role {role}.",
            why=f"you lack {', '.join(lacking)} yourself",
            hint="ask an admin",
        )


def give_role(tx: Transaction, account: Account, role: Role) -> bool:
    """Give a person a role; False when he has it. Raise OnlyForClients."""
    if role is Role.AUTOMATION:
        raise OnlyForClients(role)
    return store.save_role(tx, account.id, role, granted_by=tx.caller.actor)


def take_role(tx: Transaction, account: Account, role: Role) -> bool:
    """Take a role from a person; False when he does not have it."""
    return store.remove_role(tx, account.id, role)


def lock_admins(tx: Transaction) -> list[str]:
    """Return the accounts of all admins; nobody else changes who they are before this transaction ends."""
    return store.lock_holders(tx, Role.ADMIN)


def make_first_admin(tx: Transaction, account: Account) -> None:
    """Make this account the shop's first admin; raise AdminExists when there ever was one."""
    if not store.save_first_admin(tx, account.id):
        raise AdminExists
    store.save_role(tx, account.id, Role.ADMIN, granted_by=tx.caller.actor)


def create_client(tx: Transaction, name: str, secret_hash: str) -> AutomationClient:
    """Make a client that signs in with a secret; raise InvalidValue for a bad name, ClientExists for a taken one."""
    if not store.save_client(tx, clean_client_name(name), secret_hash, created_by=tx.caller.actor):
        raise ClientExists(name)
    return AutomationClient(name, tx.caller.actor, tx.now)


def clients_of(tx: Transaction) -> tuple[AutomationClient, ...]:
    """Return the automation clients by name."""
    return store.list_clients(tx)


def remove_client(tx: Transaction, name: str) -> AutomationClient:
    """Forget a client and its sessions at once, and return it; raise UnknownClient."""
    removed = store.take_client(tx, name)
    if removed is None:
        raise UnknownClient(name)
    return removed
