"""What signing in, registering and recovering do in the database, between the slow hashes; run for the shop itself."""

from micromart_core.authentication import service, service_codes, service_sessions, throttling
from micromart_core.authentication.model import Account, Attempt, Pending, Session
from micromart_core.carts.service_merge import merge_at_sign_in
from micromart_core.identity import UserDisabled
from micromart_core.ids import new_id
from micromart_core.notifications.service import queue_recovery, queue_verification
from micromart_core.operation import operation
from micromart_core.permissions import Permission
from micromart_core.transaction import Transaction
from micromart_core.users.model import Profile
from micromart_core.users.service import audit_by, welcome

NOBODY = "?"
"""Who an attempt at an unknown name is written down for; the name itself may be a mistyped password."""


@operation(Permission.OPS_RUN, repeatable=True, on_wire=False)
def claim_attempt(tx: Transaction, attempts: tuple[Attempt, ...]) -> int:
    """Count a try before its secret is compared; return the seconds to wait when it is not heard, else 0."""
    return throttling.claim(tx, attempts)


@operation(Permission.OPS_RUN, writes=False, on_wire=False)
def find_account(tx: Transaction, username: str) -> Account | None:
    """Return the account of a name with its password's hash, None when there is none."""
    return service.find_by_name(tx, username)


@operation(Permission.OPS_RUN, on_wire=False)
def enter(
    tx: Transaction,
    account_id: str,
    password_hash: str,
    token_hash: str,
    attempts: tuple[Attempt, Attempt],
    source: str,
    cart_key: str | None,
    in_checkout: bool,  # noqa: FBT001  # operations travel by position
) -> Profile:
    """Let in whose password was right: keep the session, take over the anonymous cart, forget wrong tries.

    Raise WrongPassword when the password was changed meanwhile, UserDisabled for whom the shop has blocked.
    """
    account = service_sessions.lock_proven_account(tx, account_id, password_hash)
    profile = welcome(
        tx, service.issuer_of(tx), account.id, account.username, name=account.username, email=account.email
    )
    if profile.disabled:
        raise UserDisabled(account.username)
    service_sessions.open_session(tx, token_hash, account, profile.id)
    merge_at_sign_in(tx, profile.id, cart_key, in_checkout=in_checkout)
    throttling.forget(tx, *attempts)
    audit_by(tx, account.username, "session.sign_in", f"user:{account.username}", after=f"from {source}")
    return profile


@operation(Permission.OPS_RUN, on_wire=False)
def note_failure(tx: Transaction, username: str | None, source: str) -> None:
    """Write down that somebody did not get in; None for a name that no account has."""
    audit_by(tx, NOBODY, "session.refused", f"user:{username or NOBODY}", after=f"from {source}")


@operation(Permission.OPS_RUN, on_wire=False)
def leave(tx: Transaction, token_hash: str) -> bool:
    """End a session; False when it had ended before."""
    actor = service_sessions.end_session(tx, token_hash)
    if actor is None:
        return False
    audit_by(tx, actor, "session.sign_out", actor if actor.startswith("client:") else f"user:{actor}")
    return True


@operation(writes=False, on_wire=False)
def describe_session(tx: Transaction, token_hash: str) -> Session:
    """Return who is calling with this session, what he may do, and until when."""
    return service_sessions.describe_session(tx, token_hash)


@operation(Permission.OPS_RUN, on_wire=False)
def keep_registration(tx: Transaction, pending: Pending, code: str, code_hash: str) -> None:
    """Keep a registration and queue the letter with its code, whoever has the name or the address already."""
    service_codes.keep_registration(tx, pending, code_hash)
    queue_verification(tx, mail_id=new_id("mail"), to=pending.email, name=pending.username, code=code)


@operation(Permission.OPS_RUN, on_wire=False)
def verify_code(tx: Transaction, code_hash: str, source: Attempt) -> str | None:
    """Make the account that waited for this code and return its name, None for a dead code; raise AlreadyTaken."""
    pending = service_codes.take_registration(tx, code_hash)
    if pending is None:
        return None
    account = service.create_account(tx, pending)
    throttling.take_back(tx, source)
    audit_by(tx, account.username, "account.create", f"user:{account.username}")
    return account.username


@operation(Permission.OPS_RUN, on_wire=False)
def keep_recovery(tx: Transaction, email: str, code: str, code_hash: str, source: str) -> None:
    """Keep a recovery code, account or not, and queue the letter to the address that was verified, if there is one."""
    account = service_codes.keep_recovery(tx, email, code_hash)
    audit_by(tx, NOBODY, "password.recover", f"user:{account.username if account else NOBODY}", after=f"from {source}")
    if account is not None:
        queue_recovery(tx, mail_id=new_id("mail"), to=account.email, code=code)


@operation(Permission.OPS_RUN, writes=False, on_wire=False)
def find_recovery(tx: Transaction, code_hash: str) -> Account | None:
    """Return the account whose password a living code may change, None for a dead code."""
    return service_codes.find_recovery(tx, code_hash)


@operation(Permission.OPS_RUN, on_wire=False)
def change_password(
    tx: Transaction, code_hash: str, password_hash: str, attempts: tuple[Attempt, Attempt]
) -> str | None:
    """Change the password this code is for and return the user name, None for a dead code; sessions and codes die."""
    account = service_codes.change_password(tx, code_hash, password_hash)
    if account is None:
        return None
    throttling.forget(tx, *attempts)
    audit_by(tx, account.username, "password.reset", f"user:{account.username}")
    return account.username
