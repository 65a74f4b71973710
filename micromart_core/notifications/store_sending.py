"""The SQL of letters that leave: taking one for a while, and noting what became of it."""

from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, or_, select, update
from sqlalchemy.engine import RowMapping

from micromart_core.due import Moment, any_of
from micromart_core.notifications.letters import CODE_DOTS
from micromart_core.notifications.model import ClaimedLetter, Letter, MailDead, MailStatus
from micromart_core.notifications.store import mails
from micromart_core.transaction import Transaction

_NOTHING_LEFT_TO_DO = {"next_attempt_at": None, "claimed_until": None, "secret_code": None}


def is_any_due(tx: Transaction) -> bool:
    """Tell whether a sender has something to do: a letter is due, or a code has to be forgotten."""
    return bool(tx.connection.execute(select(any_due(tx.now))).scalar_one())


def any_due(now: Moment) -> ColumnElement[bool]:
    """Return what is true when a letter is due at a moment, or a code has to be forgotten."""
    late_code = select(mails.c.id).where(_has_late_code(now)).order_by(mails.c.secret_until)
    return or_(any_of(_oldest_due(now)), any_of(late_code))


def oldest_due_at(tx: Transaction) -> datetime | None:
    """Return since when the letter is due that has been due longest, None when none is."""
    due_at = _oldest_due(tx.now).with_only_columns(mails.c.next_attempt_at)
    return tx.connection.execute(due_at).scalar_one_or_none()


def claim_mail(tx: Transaction, *, until: datetime) -> ClaimedLetter | None:
    """Take the letter that has been due longest, so that no other sender does before `until`; None when none is."""
    due = _oldest_due(tx.now).with_for_update(skip_locked=True)
    claimed = tx.connection.execute(
        update(mails)
        .where(mails.c.id == due.scalar_subquery())
        .values(claimed_until=until, attempts=mails.c.attempts + 1)
        .returning(mails)
    )
    row = claimed.mappings().first()
    return _claimed(tx, row) if row else None


def give_up_late_codes(tx: Transaction, *, error: str) -> int:
    """Give up the letters whose code no longer works, and forget the codes; return how many."""
    given_up = tx.connection.execute(
        update(mails)
        .where(_has_late_code(tx.now))
        .values(status=MailStatus.DEAD, last_error=error, **_NOTHING_LEFT_TO_DO)
    )
    return given_up.rowcount


def save_sent(tx: Transaction, mail_id: str) -> bool:
    """Note that a server took the letter, and forget its code; False when that was known."""
    noted = tx.connection.execute(
        update(mails)
        .where(mails.c.id == mail_id)
        .where(mails.c.status != MailStatus.SENT)
        .values(status=MailStatus.SENT, sent_at=tx.now, last_error=None, **_NOTHING_LEFT_TO_DO)
    )
    return noted.rowcount == 1


def save_delayed(tx: Transaction, mail_id: str, attempt: int, *, error: str, next_attempt_at: datetime) -> bool:
    """Put a letter back for a later try; False when this try is no longer the newest."""
    noted = tx.connection.execute(
        update(mails)
        .where(mails.c.id == mail_id)
        .where(mails.c.status == MailStatus.QUEUED)
        .where(mails.c.attempts == attempt)
        .values(next_attempt_at=next_attempt_at, claimed_until=None, last_error=error)
    )
    return noted.rowcount == 1


def save_dead(tx: Transaction, mail_id: str, attempt: int, *, error: str) -> MailDead | None:
    """Give a letter up and return the fact to tell; None when this try is no longer the newest."""
    noted = tx.connection.execute(
        update(mails)
        .where(mails.c.id == mail_id)
        .where(mails.c.status == MailStatus.QUEUED)
        .where(mails.c.attempts == attempt)
        .values(status=MailStatus.DEAD, last_error=error, **_NOTHING_LEFT_TO_DO)
        .returning(mails.c.to, mails.c.subject, mails.c.template)
    )
    row = noted.first()
    return (
        MailDead(mail_id=mail_id, to=row.to, subject=row.subject, template=row.template, error=error) if row else None
    )


def _oldest_due(now: Moment) -> Select[tuple[str]]:
    return (
        select(mails.c.id)
        .where(mails.c.status == MailStatus.QUEUED)
        .where(mails.c.next_attempt_at <= now)
        .where(_is_free(now))
        .order_by(mails.c.next_attempt_at)
        .limit(1)
    )


def _has_late_code(now: Moment) -> ColumnElement[bool]:
    return and_(mails.c.secret_code.is_not(None), mails.c.secret_until <= now, _is_free(now))


def _is_free(now: Moment) -> ColumnElement[bool]:
    return or_(mails.c.claimed_until.is_(None), mails.c.claimed_until <= now)


def _claimed(tx: Transaction, row: RowMapping) -> ClaimedLetter:
    code = row["secret_code"] or CODE_DOTS
    letter = Letter(
        message_id=row["message_id"],
        sender=tx.settings.mail.sender,
        to=row["to"],
        subject=row["subject"],
        text=row["text"].replace(CODE_DOTS, code),
        html=row["html"].replace(CODE_DOTS, code),
        sent_at=tx.now,
    )
    return ClaimedLetter(row["id"], row["attempts"], letter, row["trace_id"])
