"""The operations of a sender: take a letter that is due, and note what became of it."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement

from micromart_core.changes import Topic
from micromart_core.due import Moment
from micromart_core.notifications import store_sending
from micromart_core.notifications.model import ClaimedLetter, MailStatus
from micromart_core.operation import operation
from micromart_core.text import terminal_text
from micromart_core.transaction import Transaction

PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 4 * 60, 12 * 60, 24 * 60))
"""How long a letter waits after its first try, its second, ..; after the one that follows the last it is given up."""
_SPARE = timedelta(minutes=1)
_LONGEST_ERROR = 300
_CODE_TOO_LATE = "the code in it ended before the letter could leave"


@operation("ops:run", writes=False, on_wire=False, polled=True)
def is_mail_due(tx: Transaction) -> bool:
    """Tell whether a sender has something to do, without taking the lock of a writer."""
    return store_sending.is_any_due(tx)


def any_mail_due(now: Moment) -> ColumnElement[bool]:
    """Return what is true when a sender has something to do at a moment, for whoever asks about several duties."""
    return store_sending.any_due(now)


def mail_due_since(tx: Transaction) -> datetime | None:
    """Return since when the letter is due that has been due longest, None when none is."""
    return store_sending.oldest_due_at(tx)


@operation("ops:run", repeatable=True, on_wire=False)
def claim_due_mail(tx: Transaction) -> ClaimedLetter | None:
    """Take the letter that has been due longest, or None; if its sender dies, the letter is due again later.

    A code that has ended is not sent any more: its letter is given up, and nobody needs to be told.
    """
    if store_sending.give_up_late_codes(tx, error=_CODE_TOO_LATE):
        tx.touch(Topic.MAILS, "")
    conversation = timedelta(seconds=tx.settings.mail.timeout_seconds)
    return store_sending.claim_mail(tx, until=tx.now + 2 * conversation + _SPARE)


@operation("ops:run", repeatable=True, on_wire=False)
def note_sent(tx: Transaction, mail_id: str) -> None:
    """Note that the mail server has taken the letter; that is true whoever else was trying."""
    store_sending.save_sent(tx, mail_id)
    tx.touch(Topic.MAILS, mail_id)


@operation("ops:run", repeatable=True, on_wire=False)
def note_delayed(tx: Transaction, mail_id: str, attempt: int, error: str) -> MailStatus:
    """Put the letter back for its next try, or give it up after the last one; say which."""
    if attempt > len(PAUSES):
        return note_dead(tx, mail_id, attempt, error)
    next_attempt_at = tx.now + PAUSES[attempt - 1]
    tx.touch(Topic.MAILS, mail_id)
    store_sending.save_delayed(tx, mail_id, attempt, error=_shown(error), next_attempt_at=next_attempt_at)
    return MailStatus.QUEUED


@operation("ops:run", repeatable=True, on_wire=False)
def note_dead(tx: Transaction, mail_id: str, attempt: int, error: str) -> MailStatus:
    """Give the letter up, and record MailDead with it."""
    fact = store_sending.save_dead(tx, mail_id, attempt, error=_shown(error))
    if fact is not None:
        tx.touch(Topic.MAILS, mail_id)
        tx.record(fact)
    return MailStatus.DEAD


def _shown(error: str) -> str:
    """Return what a mail server said as one harmless line."""
    return terminal_text(" ".join(error.split()))[:_LONGEST_ERROR]
