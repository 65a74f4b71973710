"""Which handler has already taken in which event."""

from datetime import datetime

from sqlalchemy import Column, Connection, Table, Text, delete, select

from micromart_core.dead_letters import dead_letters
from micromart_core.schema import Instant, metadata
from micromart_core.upsert import insert_if_new

inbox = Table(
    "inbox",
    metadata,
    Column("event_id", Text, primary_key=True),
    Column("handler", Text, primary_key=True),
    Column("at", Instant, nullable=False),
)


def is_new(connection: Connection, event_id: str, handler: str, *, at: datetime) -> bool:
    """Note that `handler` takes in `event_id`; False when it had done so before."""
    return insert_if_new(connection, inbox, {"event_id": event_id, "handler": handler, "at": at})


def purge(connection: Connection, *, before: datetime) -> int:
    """Forget deliveries older than a moment, except those of dead letters, which may be retried; return how many."""
    retriable = select(dead_letters.c.id)
    return connection.execute(
        delete(inbox).where(inbox.c.at < before).where(inbox.c.event_id.not_in(retriable))
    ).rowcount
