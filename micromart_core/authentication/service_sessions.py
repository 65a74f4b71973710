"""Sessions: opened after a secret was right, described without it, and ended."""

from hmac import compare_digest

from msgspec.structs import replace

from micromart_core.authentication import store, store_sessions
from micromart_core.authentication.model import (
    CLIENT_SESSION_LIVES,
    SESSION_LIVES,
    Account,
    Session,
    WrongPassword,
    session_of,
)
from micromart_core.authentication.service import find_issuer
from micromart_core.caller import UserId
from micromart_core.transaction import Transaction


def lock_proven_account(tx: Transaction, account_id: str, password_hash: str) -> Account:
    """Return the account whose password was just compared; raise WrongPassword when it was changed meanwhile."""
    account = store.lock_account(tx, account_id)
    if account is None or account.password_hash != password_hash:
        raise WrongPassword
    return account


def open_session(tx: Transaction, token_hash: str, account: Account, user_id: UserId) -> None:
    """Keep a session of a person for 30 days."""
    store_sessions.save_session(
        tx, token_hash, account_id=account.id, client=None, user_id=user_id, expires_at=tx.now + SESSION_LIVES
    )


def open_client_session(tx: Transaction, token_hash: str, name: str, secret_hash: str) -> bool:
    """Keep a session of a script for 5 minutes; False when its name or secret is wrong."""
    known = store.find_client_secret(tx, name)
    if known is None or not compare_digest(known, secret_hash):
        return False
    store_sessions.save_session(
        tx, token_hash, account_id=None, client=name, user_id=None, expires_at=tx.now + CLIENT_SESSION_LIVES
    )
    return True


def end_session(tx: Transaction, token_hash: str) -> str | None:
    """End a session and return the actor it was for, None when there was none."""
    taken = store_sessions.take_session(tx, token_hash)
    if taken is None:
        return None
    account_id, client = taken
    account = store.find_account(tx, account_id) if account_id else None
    return account.username if account else f"client:{client}"


def describe_session(tx: Transaction, token_hash: str) -> Session:
    """Return who the caller is and until when, as he may see it himself."""
    ends_at = store_sessions.find_session_end(tx, token_hash)
    return replace(session_of(tx.caller), issuer=find_issuer(tx), expires_at=ends_at)


def empty_sessions_and_codes(tx: Transaction) -> None:
    """End every session and kill every code, as a restored or copied database needs it."""
    store_sessions.empty(tx)
