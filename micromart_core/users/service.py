"""People: their profile, the first sign-in that makes it, and the audit that every staff change writes."""

from collections.abc import Sequence

from micromart_core.authentication.names import name_key
from micromart_core.caller import UserId
from micromart_core.changes import Topic
from micromart_core.errors import SignInFirst
from micromart_core.ids import new_id
from micromart_core.operation import operation
from micromart_core.text import clean_line
from micromart_core.transaction import Transaction
from micromart_core.users import store, store_audit
from micromart_core.users.model import (
    Address,
    AuditEntry,
    EmailIsTheIssuers,
    Profile,
    UnknownAddress,
    UnknownUser,
    UserRegistered,
)

LONGEST_NAME = 80


def audit(tx: Transaction, action: str, target: str, before: str | None = None, after: str | None = None) -> None:
    """Write into the append-only trail what the caller did to whom or what."""
    audit_by(tx, tx.caller.actor, action, target, before=before, after=after)


def audit_of_trace(tx: Transaction, trace_id: str, *, limit: int) -> tuple[AuditEntry, ...]:
    """Return what one intent wrote into the trail, oldest first."""
    return store_audit.list_entries_of_trace(tx, trace_id, limit=limit)


def traces_of_audit(tx: Transaction, digits: str, *, limit: int) -> set[str]:
    """Return traces of the trail that begin with these digits."""
    return store_audit.list_traces(tx, digits, limit=limit)


def audit_by(
    tx: Transaction,
    actor: str,
    action: str,
    target: str,
    *,
    before: str | None = None,
    after: str | None = None,
) -> None:
    """Write into the trail what somebody did whom the shop itself acts for, as at a sign-in."""
    entry = AuditEntry(new_id("aud"), tx.now, actor, action, target, before, after, tx.trace_id)
    store_audit.append(tx, entry)


def welcome(tx: Transaction, issuer: str, subject: str, username: str, name: str, email: str | None) -> Profile:
    """Return the profile of whom an issuer calls `subject`: made at the first sign-in, refreshed at each later one."""
    key = name_key(username)
    known = store.find_subject(tx, issuer, subject)
    if known is None:
        user_id = UserId(new_id("usr"))
        profile = Profile(
            user_id, issuer, subject, username, name, email, disabled=False,
            created_at=tx.now, last_seen_at=tx.now, version=1,
        )  # fmt: skip
        if store.save_new_user(tx, profile, key):
            tx.touch(Topic.USERS, user_id)
            tx.record(UserRegistered(user_id=user_id, username=username))
            return profile
        known = _subject(tx, issuer, subject)
    store.save_sign_in(tx, known.id, username=username, username_key=key, email=email)
    return _subject(tx, issuer, subject)


def profile_of(tx: Transaction, user_id: UserId) -> Profile:
    """Return a person's profile; raise UnknownUser when nobody has this id."""
    profile = store.find_profile(tx, user_id)
    if profile is None:
        raise UnknownUser(user_id)
    return profile


def usernames_of(tx: Transaction, user_ids: Sequence[str]) -> dict[str, str]:
    """Return what those people are called who are known here."""
    return store.list_usernames(tx, user_ids) if user_ids else {}


def address_for(tx: Transaction, user_id: UserId, address_id: str | None) -> Address | None:
    """Return the address named, or else the default one, None when there is none; raise UnknownAddress."""
    if address_id is None:
        return store.find_default_address(tx, user_id)
    address = store.find_address(tx, user_id, address_id)
    if address is None:
        raise UnknownAddress(address_id)
    return address


def person(tx: Transaction) -> UserId:
    """Return who is calling; raise SignInFirst for a client or a guest, who has no profile."""
    if tx.caller.user_id is None:
        raise SignInFirst(
            "This needs a person.",
            why=f"{tx.caller.actor} has no profile and no addresses",
            hint="micromart auth login",
        )
    return tx.caller.user_id


@operation("profile:own", writes=False)
def show_profile(tx: Transaction) -> Profile:
    """Return the caller's own profile."""
    return profile_of(tx, person(tx))


@operation("profile:own", repeatable=True)
def set_profile(tx: Transaction, name: str | None = None, email: str | None = None) -> Profile:
    """Change what is given of the caller's profile; raise EmailIsTheIssuers for an address nobody verified."""
    profile = profile_of(tx, person(tx))
    if email is not None and email.strip() != profile.email:
        raise EmailIsTheIssuers
    if name is not None:
        store.save_name(tx, profile.id, clean_line("name", name, longest=LONGEST_NAME))
        tx.touch(Topic.USERS, profile.id)
    return profile_of(tx, profile.id)


def _subject(tx: Transaction, issuer: str, subject: str) -> Profile:
    profile = store.find_subject(tx, issuer, subject)
    if profile is None:
        raise UnknownUser(subject)
    return profile
