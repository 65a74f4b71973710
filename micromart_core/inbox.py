"""Which handler has already taken in which event."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Column, Connection, Table, Text, delete, select

from micromart_core.dead_letters import dead_letters
from micromart_core.schema import Instant, metadata
from micromart_core.upsert import insert_new

inbox = Table(
    "inbox",
    metadata,
    Column("event_id", Text, primary_key=True),
    Column("handler", Text, primary_key=True),
    Column("at", Instant, nullable=False),
)
Taken = tuple[str, str]
"""The id of an event and the name of a handler."""


def take_new(connection: Connection, pairs: Sequence[Taken], *, at: datetime) -> set[Taken]:
    """Note that handlers take in events; return the pairs that nobody had noted before.

    Who notes the same pair at the same moment waits for the other's end, so all do it in one order.
    """
    rows = [{"event_id": event_id, "handler": handler, "at": at} for event_id, handler in sorted(set(pairs))]
    return {(row.event_id, row.handler) for row in insert_new(connection, inbox, rows)} if rows else set()


def purge(connection: Connection, *, before: datetime) -> int:
    """Forget deliveries older than a moment, except those of dead letters, which may be retried; return how many."""
    retriable = select(dead_letters.c.id)
    return connection.execute(
        delete(inbox).where(inbox.c.at < before).where(inbox.c.event_id.not_in(retriable))
    ).rowcount
