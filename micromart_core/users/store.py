"""All SQL about people and their addresses."""

from collections.abc import Sequence

from sqlalchemy import bindparam, delete, insert, or_, select, update

from micromart_core.caller import UserId
from micromart_core.transaction import Transaction
from micromart_core.upsert import insert_if_new
from micromart_core.users.model import Address, Profile
from micromart_core.users.tables import addresses, users

_PROFILE = select(*(users.c[name] for name in Profile.__struct_fields__))
_BY_ID = _PROFILE.where(users.c.id == bindparam("user_id"))
_ADDRESS = select(*(addresses.c[name] for name in Address.__struct_fields__))
_DEFAULT_ADDRESS = _ADDRESS.where(addresses.c.user_id == bindparam("user_id")).where(addresses.c.is_default)


def find_profile(tx: Transaction, user_id: UserId) -> Profile | None:
    """Return a person, None when nobody has this id."""
    row = tx.connection.execute(_BY_ID, {"user_id": user_id}).mappings().first()
    return Profile(**row) if row else None


def find_subject(tx: Transaction, issuer: str, subject: str) -> Profile | None:
    """Return the person an issuer means, None before the first sign-in."""
    row = (
        tx.connection.execute(_PROFILE.where(users.c.issuer == issuer).where(users.c.subject == subject))
        .mappings()
        .first()
    )
    return Profile(**row) if row else None


def find_user(tx: Transaction, user_id: str, username_key: str) -> Profile | None:
    """Return the person with this id, else of this name; of two issuers' namesakes the one seen last."""
    row = (
        tx.connection.execute(
            _PROFILE.where(or_(users.c.id == user_id, users.c.username_key == username_key))
            .order_by((users.c.id == user_id).desc(), users.c.last_seen_at.desc(), users.c.id)
            .limit(1)
        )
        .mappings()
        .first()
    )
    return Profile(**row) if row else None


def save_new_user(tx: Transaction, profile: Profile, username_key: str) -> bool:
    """Insert a person; False when another sign-in was faster."""
    row = {name: getattr(profile, name) for name in Profile.__struct_fields__}
    return insert_if_new(tx.connection, users, row | {"username_key": username_key})


def save_sign_in(tx: Transaction, user_id: UserId, *, username: str, username_key: str, email: str | None) -> None:
    """Note what the issuer says of a person who was here before, and that he was seen."""
    tx.connection.execute(
        update(users)
        .where(users.c.id == user_id)
        .values(username=username, username_key=username_key, email=email, last_seen_at=tx.now)
    )


def save_name(tx: Transaction, user_id: UserId, name: str) -> None:
    """Change what a person is called in letters."""
    tx.connection.execute(update(users).where(users.c.id == user_id).values(name=name, version=users.c.version + 1))


def lock_users(tx: Transaction, user_ids: list[UserId]) -> dict[UserId, bool]:
    """Lock people in the order of their ids; return who is disabled."""
    rows = tx.connection.execute(
        select(users.c.id, users.c.disabled)
        .where(users.c.id.in_(user_ids))
        .order_by(users.c.id)
        .with_for_update(key_share=True)
    )
    return {UserId(row.id): row.disabled for row in rows}


def save_disabled(tx: Transaction, user_id: UserId, *, disabled: bool) -> None:
    """Block a person, or let him in again."""
    tx.connection.execute(
        update(users).where(users.c.id == user_id).values(disabled=disabled, version=users.c.version + 1)
    )


def list_enabled(tx: Transaction, issuer: str, subjects: list[str]) -> list[str]:
    """Return those of an issuer's subjects who are not disabled; who never signed in here is not."""
    disabled = set(
        tx.connection.execute(
            select(users.c.subject)
            .where(users.c.issuer == issuer)
            .where(users.c.subject.in_(subjects))
            .where(users.c.disabled)
        ).scalars()
    )
    return [subject for subject in subjects if subject not in disabled]


def list_users(tx: Transaction, after: str, search: str, limit: int) -> tuple[Profile, ...]:
    """Return people in the order they came, after an id, in whose names or address these letters stand."""
    query = _PROFILE.where(users.c.id > after).order_by(users.c.id).limit(limit)
    if search:
        told = (users.c.username, users.c.name, users.c.email)
        query = query.where(or_(*(column.icontains(search, autoescape=True) for column in told)))
    rows = tx.connection.execute(query)
    return tuple(Profile(**row) for row in rows.mappings())


def list_usernames(tx: Transaction, user_ids: Sequence[str]) -> dict[str, str]:
    """Return the user names of those ids that are known."""
    rows = tx.connection.execute(select(users.c.id, users.c.username).where(users.c.id.in_(user_ids)))
    return {row.id: row.username for row in rows}


def list_addresses(tx: Transaction, user_id: UserId) -> tuple[Address, ...]:
    """Return a person's addresses, oldest first."""
    rows = tx.connection.execute(_ADDRESS.where(addresses.c.user_id == user_id).order_by(addresses.c.id))
    return tuple(Address(**row) for row in rows.mappings())


def find_address(tx: Transaction, user_id: UserId, address_id: str) -> Address | None:
    """Return one address of a person, None when it is not his."""
    row = (
        tx.connection.execute(_ADDRESS.where(addresses.c.user_id == user_id).where(addresses.c.id == address_id))
        .mappings()
        .first()
    )
    return Address(**row) if row else None


def find_default_address(tx: Transaction, user_id: UserId) -> Address | None:
    """Return the address a person's orders go to, None while there is none."""
    row = tx.connection.execute(_DEFAULT_ADDRESS, {"user_id": user_id}).mappings().first()
    return Address(**row) if row else None


def save_address(tx: Transaction, user_id: UserId, address: Address) -> None:
    """Insert an address."""
    row = {name: getattr(address, name) for name in Address.__struct_fields__}
    tx.connection.execute(insert(addresses).values(user_id=user_id, **row))


def remove_address(tx: Transaction, user_id: UserId, address_id: str) -> bool:
    """Delete an address; False when it is not his."""
    removed = tx.connection.execute(
        delete(addresses).where(addresses.c.user_id == user_id).where(addresses.c.id == address_id)
    )
    return removed.rowcount == 1


def clear_default(tx: Transaction, user_id: UserId) -> None:
    """Leave a person without a default address, until another is named."""
    tx.connection.execute(
        update(addresses).where(addresses.c.user_id == user_id).where(addresses.c.is_default).values(is_default=False)
    )


def save_default(tx: Transaction, user_id: UserId, address_id: str) -> None:
    """Make one address the default one."""
    tx.connection.execute(
        update(addresses)
        .where(addresses.c.user_id == user_id)
        .where(addresses.c.id == address_id)
        .values(is_default=True)
    )


def lock_person(tx: Transaction, user_id: UserId) -> bool:
    """Lock one person, so that his addresses change one after the other; False when nobody has this id."""
    query = select(users.c.id).where(users.c.id == user_id).with_for_update(key_share=True)
    return tx.connection.execute(query).first() is not None
