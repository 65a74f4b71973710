"""What staff may see of people and do about them, and the trail of what staff did."""

from datetime import datetime

from micromart_core.admission import admit
from micromart_core.authentication import service as authentication
from micromart_core.authentication.model import LastAdmin
from micromart_core.authentication.names import name_key
from micromart_core.changes import Topic
from micromart_core.identity import UserDisabled
from micromart_core.operation import operation
from micromart_core.paging import page_size
from micromart_core.permissions import STAFF, Permission
from micromart_core.transaction import Transaction
from micromart_core.users import store, store_audit, store_orders
from micromart_core.users.model import (
    AuditPage,
    ListedUser,
    NotYourself,
    Profile,
    UnknownUser,
    UserDetails,
    UserPage,
)
from micromart_core.users.service import audit, profile_of

ORDERS_SHOWN = 50


@operation(writes=False)
def open_desk(tx: Transaction) -> tuple[Permission, ...]:
    """Return what the caller may do at the desk; raise SignInFirst or NotAllowed when that is nothing."""
    rights = tx.caller.permissions & STAFF
    if not rights:
        admit(tx.caller, Permission.STOCK_READ, "open the desk")
    return tuple(sorted(rights))


@operation("user:read", writes=False)
def list_users(tx: Transaction, after: str | None = None, limit: int = 50, search: str | None = None) -> UserPage:
    """Return everybody who ever signed in with their roles, in the order they came, after an id.

    With `search` only those in whose user name, name or e-mail address it stands.
    """
    found = store.list_users(tx, after or "", (search or "").strip(), page_size(limit) + 1)
    return UserPage(_with_roles(tx, found[:limit]), found[limit - 1].id if len(found) > limit else None)


@operation("user:read", writes=False)
def show_user(tx: Transaction, user: str) -> UserDetails:
    """Return one person, by name or id, with the orders recorded; raise UnknownUser."""
    profile = find_person(tx, user)
    (listed,) = _with_roles(tx, (profile,))
    return UserDetails(profile, listed.roles, store_orders.list_orders(tx, profile.id, after=None, limit=ORDERS_SHOWN))


@operation("user:disable", repeatable=True)
def disable_user(tx: Transaction, user: str) -> Profile:
    """Block a person at once: his orders are kept. Raise UnknownUser, NotYourself or LastAdmin."""
    return _set_disabled(tx, user, disabled=True)


@operation("user:disable", repeatable=True)
def enable_user(tx: Transaction, user: str) -> Profile:
    """Let a blocked person in again; raise UnknownUser."""
    return _set_disabled(tx, user, disabled=False)


@operation("audit:read", writes=False)
def list_audit(
    tx: Transaction,
    actor: str | None = None,
    since: datetime | None = None,
    action: str | None = None,
    target: str | None = None,
    after: str | None = None,
    limit: int = 50,
) -> AuditPage:
    """Return the trail, newest first, of one actor, action or target, since a moment, after an id."""
    found = store_audit.list_entries(
        tx, actor=actor, action=action, target=target, since=since, after=after, limit=page_size(limit) + 1
    )
    return AuditPage(found[:limit], found[limit - 1].id if len(found) > limit else None)


def find_person(tx: Transaction, user: str) -> Profile:
    """Return whom staff named, by name or id; raise UnknownUser."""
    profile = store.find_user(tx, user, name_key(user))
    if profile is None:
        raise UnknownUser(user)
    return profile


def refuse_for_last_admin(tx: Transaction, account_id: str) -> None:
    """Raise LastAdmin for an admin beside whom there is no other one, or only blocked ones."""
    admins = authentication.lock_admins(tx)
    others = [admin for admin in admins if admin != account_id]
    if account_id in admins and not store.list_enabled(tx, authentication.issuer_of(tx), others):
        raise LastAdmin


def _with_roles(tx: Transaction, profiles: tuple[Profile, ...]) -> tuple[ListedUser, ...]:
    """Add the roles of those whose accounts are the shop's own, in one statement."""
    local = [profile.subject for profile in profiles if authentication.is_local(profile.issuer)]
    roles = authentication.roles_of_all(tx, local)
    return tuple(ListedUser(profile, roles.get(profile.subject)) for profile in profiles)


def _set_disabled(tx: Transaction, user: str, *, disabled: bool) -> Profile:
    """Set the flag; two who disable each other at the same moment do not both succeed."""
    profile = find_person(tx, user)
    me = tx.caller.user_id
    if disabled and profile.id == me:
        raise NotYourself
    flags = store.lock_users(tx, [profile.id] if me is None else [profile.id, me])
    if me is not None and flags.get(me):
        raise UserDisabled(tx.caller.actor)
    if flags[profile.id] != disabled:
        if disabled and authentication.is_local(profile.issuer):
            refuse_for_last_admin(tx, profile.subject)
        store.save_disabled(tx, profile.id, disabled=disabled)
        tx.touch(Topic.USERS, profile.id)
        before, after = ("enabled", "disabled") if disabled else ("disabled", "enabled")
        audit(tx, "user.disable" if disabled else "user.enable", f"user:{profile.username}", before, after)
    return profile_of(tx, profile.id)
