"""All SQL about the audit trail: rows are added and read, never changed."""

from datetime import datetime

from sqlalchemy import insert, select

from micromart_core.first_digits import list_beginning
from micromart_core.transaction import Transaction
from micromart_core.users.model import AuditEntry
from micromart_core.users.tables import audit_trail

_APPEND = insert(audit_trail)


def append(tx: Transaction, entry: AuditEntry) -> None:
    """Add one row."""
    row = {name: getattr(entry, name) for name in AuditEntry.__struct_fields__}
    tx.connection.execute(_APPEND, row)


def list_entries_of_trace(tx: Transaction, trace_id: str, *, limit: int) -> tuple[AuditEntry, ...]:
    """Return the rows that one intent wrote, oldest first."""
    query = select(audit_trail).where(audit_trail.c.trace_id == trace_id).order_by(audit_trail.c.id).limit(limit)
    return tuple(AuditEntry(**row) for row in tx.connection.execute(query).mappings())


def list_traces(tx: Transaction, digits: str, *, limit: int) -> set[str]:
    """Return traces of rows that begin with these digits."""
    return list_beginning(tx.connection, audit_trail.c.trace_id, digits, limit=limit)


def list_entries(
    tx: Transaction,
    *,
    actor: str | None,
    action: str | None,
    target: str | None,
    since: datetime | None,
    after: str | None,
    limit: int,
) -> tuple[AuditEntry, ...]:
    """Return rows that match, newest first, after (older than) an id."""
    query = select(audit_trail).order_by(audit_trail.c.id.desc()).limit(limit)
    for column, wanted in (
        (audit_trail.c.actor, actor),
        (audit_trail.c.action, action),
        (audit_trail.c.target, target),
    ):
        if wanted is not None:
            query = query.where(column == wanted)
    if since is not None:
        query = query.where(audit_trail.c.at >= since)
    if after is not None:
        query = query.where(audit_trail.c.id < after)
    return tuple(AuditEntry(**row) for row in tx.connection.execute(query).mappings())
