"""Mailed codes: one kept for a registration or a recovery, one taken, and what a taken one kills."""

from micromart_core.authentication import store, store_sessions
from micromart_core.authentication.model import CODE_LIVES, Account, Pending, Purpose
from micromart_core.authentication.names import name_key
from micromart_core.transaction import Transaction


def keep_registration(tx: Transaction, pending: Pending, code_hash: str) -> None:
    """Keep a registration until its code is typed; it reserves no name. Older codes for this address die."""
    key = name_key(pending.email)
    store_sessions.remove_codes(tx, key, (Purpose.VERIFY,))
    store_sessions.save_code(
        tx,
        code_hash,
        Purpose.VERIFY,
        key,
        account_id=None,
        pending=pending,
        expires_at=tx.now + CODE_LIVES[Purpose.VERIFY],
    )


def take_registration(tx: Transaction, code_hash: str) -> Pending | None:
    """Use a code up and return the registration that waited for it, None for a dead code."""
    return store_sessions.take_registration(tx, code_hash)


def keep_recovery(tx: Transaction, email: str, code_hash: str) -> Account | None:
    """Keep a recovery code whether or not the address has an account, and return the account. Older codes die."""
    key = name_key(email)
    account = store.find_by_email(tx, key)
    store_sessions.remove_codes(tx, key, (Purpose.RECOVER,))
    store_sessions.save_code(
        tx,
        code_hash,
        Purpose.RECOVER,
        key,
        account_id=account.id if account else None,
        pending=None,
        expires_at=tx.now + CODE_LIVES[Purpose.RECOVER],
    )
    return account


def find_recovery(tx: Transaction, code_hash: str) -> Account | None:
    """Return the account whose password a living code may change, None for a dead code."""
    account_id = store_sessions.find_recovery(tx, code_hash)
    return store.find_account(tx, account_id) if account_id else None


def change_password(tx: Transaction, code_hash: str, password_hash: str) -> Account | None:
    """Use a code up and replace the password; every session and older code of the account dies. None: dead code."""
    account_id = store_sessions.take_recovery(tx, code_hash)
    account = store.lock_account(tx, account_id) if account_id else None
    if account is None:
        return None
    store.save_password(tx, account.id, password_hash)
    store_sessions.remove_sessions(tx, account.id)
    store_sessions.remove_codes(tx, name_key(account.email), (Purpose.RECOVER, Purpose.VERIFY))
    return account
