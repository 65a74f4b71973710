"""Statements that set the queue of letters right in a database that was restored or moved."""

from sqlalchemy import update

from micromart_core.notifications.store import mails
from micromart_core.transaction import Transaction


def free_claims(tx: Transaction) -> None:
    """Let go of every letter that a sender had taken: it is not here any more."""
    tx.connection.execute(update(mails).where(mails.c.claimed_until.is_not(None)).values(claimed_until=None))


def give_up_codes(tx: Transaction, error: str) -> None:
    """Give up every queued letter with a code in it, and forget the code."""
    tx.connection.execute(
        update(mails)
        .where(mails.c.secret_code.is_not(None))
        .values(status="dead", next_attempt_at=None, secret_code=None, secret_until=None, last_error=error)
    )
