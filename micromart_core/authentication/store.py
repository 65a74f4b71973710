"""All SQL about local accounts, their roles, automation clients and the shop's own name as an issuer."""

from collections.abc import Sequence

from sqlalchemy import bindparam, delete, insert, select, update

from micromart_core.authentication.model import Account, AutomationClient, Pending
from micromart_core.authentication.names import name_key
from micromart_core.authentication.tables import account_roles, accounts, clients, first_admin, shop_identity
from micromart_core.permissions import Role
from micromart_core.transaction import Transaction
from micromart_core.upsert import insert_if_new

_ACCOUNT = select(accounts.c.id, accounts.c.username, accounts.c.email, accounts.c.password_hash)
_BY_NAME = _ACCOUNT.where(accounts.c.username_key == bindparam("name_key"))
_BY_EMAIL = _ACCOUNT.where(accounts.c.email_key == bindparam("email_key"))
_BY_ID = _ACCOUNT.where(accounts.c.id == bindparam("account_id"))


def find_by_name(tx: Transaction, key: str) -> Account | None:
    """Return the account of this name, however it is spelled."""
    row = tx.connection.execute(_BY_NAME, {"name_key": key}).mappings().first()
    return Account(**row) if row else None


def find_by_email(tx: Transaction, key: str) -> Account | None:
    """Return the account of this e-mail address, however it is spelled."""
    row = tx.connection.execute(_BY_EMAIL, {"email_key": key}).mappings().first()
    return Account(**row) if row else None


def find_account(tx: Transaction, account_id: str) -> Account | None:
    """Return the account of this id."""
    row = tx.connection.execute(_BY_ID, {"account_id": account_id}).mappings().first()
    return Account(**row) if row else None


def lock_account(tx: Transaction, account_id: str) -> Account | None:
    """Lock an account and return it, so that its password and its sessions change one after the other."""
    query = _BY_ID.with_for_update(key_share=True)
    row = tx.connection.execute(query, {"account_id": account_id}).mappings().first()
    return Account(**row) if row else None


def save_account(tx: Transaction, account_id: str, pending: Pending) -> None:
    """Insert an account; the unique names refuse it (IntegrityError) when another process just did."""
    tx.connection.execute(
        insert(accounts).values(
            id=account_id,
            username=pending.username,
            username_key=name_key(pending.username),
            email=pending.email,
            email_key=name_key(pending.email),
            password_hash=pending.password_hash,
            created_at=tx.now,
            password_changed_at=tx.now,
        )
    )


def save_password(tx: Transaction, account_id: str, password_hash: str) -> None:
    """Replace an account's password."""
    tx.connection.execute(
        update(accounts)
        .where(accounts.c.id == account_id)
        .values(password_hash=password_hash, password_changed_at=tx.now)
    )


def list_roles(tx: Transaction, account_ids: Sequence[str]) -> dict[str, list[Role]]:
    """Return the roles of accounts by name; an account without one is missing."""
    query = select(account_roles.c.account_id, account_roles.c.role).order_by(account_roles.c.role)
    held: dict[str, list[Role]] = {}
    for account_id, role in tx.connection.execute(query.where(account_roles.c.account_id.in_(account_ids))):
        held.setdefault(account_id, []).append(Role(role))
    return held


def save_role(tx: Transaction, account_id: str, role: Role, *, granted_by: str) -> bool:
    """Give a role; False when the account has it."""
    row = {"account_id": account_id, "role": role.value, "granted_by": granted_by, "granted_at": tx.now}
    return insert_if_new(tx.connection, account_roles, row)


def remove_role(tx: Transaction, account_id: str, role: Role) -> bool:
    """Take a role back; False when the account does not have it."""
    removed = tx.connection.execute(
        delete(account_roles).where(account_roles.c.account_id == account_id).where(account_roles.c.role == role.value)
    )
    return removed.rowcount == 1


def lock_holders(tx: Transaction, role: Role) -> list[str]:
    """Lock a role's rows and return the accounts that have it, so that two cannot be the last one at once."""
    rows = tx.connection.execute(
        select(account_roles.c.account_id)
        .where(account_roles.c.role == role.value)
        .order_by(account_roles.c.account_id)
        .with_for_update()
    )
    return list(rows.scalars())


def save_first_admin(tx: Transaction, account_id: str) -> bool:
    """Note who the first admin is; False when there has been one."""
    return insert_if_new(tx.connection, first_admin, {"id": 1, "account_id": account_id, "at": tx.now})


def find_shop_id(tx: Transaction) -> str | None:
    """Return the id of this shop, None before anybody signed in."""
    return tx.connection.execute(select(shop_identity.c.shop_id)).scalar()


def save_shop_id(tx: Transaction, shop_id: str) -> None:
    """Note the id of this shop, unless it has one."""
    insert_if_new(tx.connection, shop_identity, {"id": 1, "shop_id": shop_id})


def save_client(tx: Transaction, name: str, secret_hash: str, *, created_by: str) -> bool:
    """Insert an automation client; False when one has this name."""
    row = {"name": name, "secret_hash": secret_hash, "created_by": created_by, "created_at": tx.now}
    return insert_if_new(tx.connection, clients, row)


def find_client_secret(tx: Transaction, name: str) -> str | None:
    """Return the hash of a client's secret, None when there is no such client."""
    return tx.connection.execute(select(clients.c.secret_hash).where(clients.c.name == name)).scalar()


def list_clients(tx: Transaction) -> tuple[AutomationClient, ...]:
    """Return the automation clients by name."""
    query = select(clients.c.name, clients.c.created_by, clients.c.created_at).order_by(clients.c.name)
    return tuple(AutomationClient(**row) for row in tx.connection.execute(query).mappings())


def take_client(tx: Transaction, name: str) -> AutomationClient | None:
    """Delete a client with its sessions and return it, None when there is none."""
    facts = (clients.c.name, clients.c.created_by, clients.c.created_at)
    row = tx.connection.execute(delete(clients).where(clients.c.name == name).returning(*facts)).mappings().first()
    return AutomationClient(**row) if row else None
