"""The table of letters, which is the queue and the history, and the SQL that queues and reads them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from msgspec.structs import asdict
from sqlalchemy import CheckConstraint, Column, Index, Integer, Table, Text, func, insert, literal, select, tuple_
from sqlalchemy.engine import RowMapping

from micromart_core.first_digits import list_beginning
from micromart_core.notifications.model import (
    Mail,
    MailStatus,
    MailWithText,
    NewMail,
    SecretCode,
    Template,
    Waiting,
    Written,
)
from micromart_core.schema import Instant, metadata, partial_index
from micromart_core.transaction import Transaction
from micromart_core.upsert import insert_if_new

mails = Table(
    "mails",
    metadata,
    Column("id", Text, primary_key=True),
    Column("to", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("html", Text, nullable=False),
    Column("template", Text, nullable=False),
    Column("order_id", Text),
    Column("user_id", Text),
    Column("message_id", Text, nullable=False),
    Column("trace_id", Text, nullable=False),
    Column("status", Text, nullable=False, server_default="queued"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("queued_at", Instant, nullable=False),
    Column("next_attempt_at", Instant),
    Column("claimed_until", Instant),
    Column("sent_at", Instant),
    Column("last_error", Text),
    Column("secret_code", Text),
    Column("secret_until", Instant),
    CheckConstraint("status IN ('queued', 'sent', 'dead')", name="status"),
    CheckConstraint("(status = 'queued') = (next_attempt_at IS NOT NULL)", name="next_attempt"),
    CheckConstraint("(status = 'sent') = (sent_at IS NOT NULL)", name="sent"),
    CheckConstraint("secret_code IS NULL OR (status = 'queued' AND secret_until IS NOT NULL)", name="code_blanked"),
)
_QUEUED = mails.c.status == "queued"
_OF_AN_ORDER = mails.c.order_id.is_not(None)
_WITH_CODE = mails.c.secret_code.is_not(None)
partial_index("mails_due", mails.c.next_attempt_at, where=_QUEUED)
Index("mails_by_time", mails.c.queued_at, mails.c.id)
Index("mails_by_trace", mails.c.trace_id)
Index("mails_by_status", mails.c.status, mails.c.queued_at, mails.c.id)
partial_index("mails_by_order", mails.c.order_id, where=_OF_AN_ORDER)
partial_index("mails_with_code", mails.c.secret_until, where=_WITH_CODE)
_FACTS = (
    mails.c.id,
    mails.c.to,
    mails.c.subject,
    mails.c.template,
    mails.c.order_id,
    mails.c.status,
    mails.c.attempts,
    mails.c.queued_at,
    mails.c.sent_at,
    mails.c.last_error,
)
_COPIED = (mails.c.to, mails.c.subject, mails.c.text, mails.c.html, mails.c.template, mails.c.order_id, mails.c.user_id)


def queue_mail(tx: Transaction, mail: NewMail, written: Written, secret: SecretCode | None) -> bool:
    """Put a letter into the queue; False when one with this id was queued before."""
    row = {
        **asdict(mail),
        **asdict(written),
        "secret_code": secret.code if secret else None,
        "secret_until": secret.until if secret else None,
        "trace_id": tx.trace_id,
        "queued_at": tx.now,
        "next_attempt_at": tx.now,
    }
    return insert_if_new(tx.connection, mails, row)


def copy_mail(tx: Transaction, mail_id: str, *, new_id: str, message_id: str) -> None:
    """Queue the same words to the same reader again, as a letter of its own."""
    own = {"id": literal(new_id), "message_id": literal(message_id), "trace_id": literal(tx.trace_id)}
    own |= {"queued_at": literal(tx.now, Instant), "next_attempt_at": literal(tx.now, Instant)}
    copy = select(*_COPIED, *own.values()).where(mails.c.id == mail_id)
    tx.connection.execute(insert(mails).from_select([*(column.name for column in _COPIED), *own], copy))


def find_mail(tx: Transaction, mail_id: str) -> Mail | None:
    """Return a letter of the history, None when no letter has this id."""
    row = tx.connection.execute(select(*_FACTS).where(mails.c.id == mail_id)).mappings().first()
    return Mail(**_facts(row)) if row else None


def find_reader(tx: Transaction, mail_id: str) -> str | None:
    """Return the user a letter is for, None when it is nobody's or there is none."""
    reader: str | None = tx.connection.execute(select(mails.c.user_id).where(mails.c.id == mail_id)).scalar()
    return reader


def load_mail_with_text(tx: Transaction, mail_id: str) -> MailWithText:
    """Return a letter with what it says."""
    columns = (*_FACTS, mails.c.message_id, mails.c.next_attempt_at, mails.c.text, mails.c.html)
    row = tx.connection.execute(select(*columns).where(mails.c.id == mail_id)).mappings().one()
    return MailWithText(**_facts(row))


def list_mails(
    tx: Transaction, *, status: MailStatus | None, before: tuple[datetime, str] | None, limit: int
) -> list[Mail]:
    """Return letters, newest first, that were queued before a moment and id."""
    query = select(*_FACTS).order_by(mails.c.queued_at.desc(), mails.c.id.desc()).limit(limit)
    if status is not None:
        query = query.where(mails.c.status == status)
    if before is not None:
        queued_at, mail_id = before
        position = tuple_(queued_at, mail_id, types=(Instant(), Text()))
        query = query.where(tuple_(mails.c.queued_at, mails.c.id) < position)
    return [Mail(**_facts(row)) for row in tx.connection.execute(query).mappings()]


def list_mails_of_trace(tx: Transaction, trace_id: str, *, limit: int) -> list[Mail]:
    """Return the letters that one intent led to, oldest first."""
    query = select(*_FACTS).where(mails.c.trace_id == trace_id).order_by(mails.c.queued_at, mails.c.id).limit(limit)
    return [Mail(**_facts(row)) for row in tx.connection.execute(query).mappings()]


def list_traces(tx: Transaction, digits: str, *, limit: int) -> set[str]:
    """Return traces of letters that begin with these digits."""
    return list_beginning(tx.connection, mails.c.trace_id, digits, limit=limit)


def list_mails_of_orders(tx: Transaction, order_ids: Sequence[str], *, user_id: str | None) -> list[Mail]:
    """Return the letters about orders, oldest first; to one user only, when one is given."""
    query = select(*_FACTS).where(mails.c.order_id.in_(order_ids)).order_by(mails.c.queued_at, mails.c.id)
    if user_id is not None:
        query = query.where(mails.c.user_id == user_id)
    return [Mail(**_facts(row)) for row in tx.connection.execute(query).mappings()]


def count_waiting(tx: Transaction) -> Waiting:
    """Count what has not left, and since when the oldest of it waits."""
    dead = select(func.count()).select_from(mails).where(mails.c.status == "dead").scalar_subquery()
    query = select(func.count(), func.min(mails.c.queued_at), dead).where(_QUEUED)
    queued, oldest_at, given_up = tx.connection.execute(query).one()
    return Waiting(queued, oldest_at, given_up)


def _facts(row: RowMapping) -> dict[str, Any]:
    facts = dict(row)
    facts["order"] = facts.pop("order_id")
    return facts | {"template": Template(row["template"]), "status": MailStatus(row["status"])}
