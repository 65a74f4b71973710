"""Which handler has already taken in which event."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import Column, Connection, Table, Text, bindparam, delete, select, text

from micromart_core.dead_letters import dead_letters
from micromart_core.schema import Instant, metadata

inbox = Table(
    "inbox",
    metadata,
    Column("event_id", Text, primary_key=True),
    Column("handler", Text, primary_key=True),
    Column("at", Instant, nullable=False),
)
Taken = tuple[str, str]
"""The id of an event and the name of a handler."""
# The pairs go as one value: a VALUES list of a whole batch is taken apart by the driver and the server for each batch
# anew, which cost a third of what taking in an event cost.
_TAKE_NEW = {
    "postgresql": """
        INSERT INTO inbox (event_id, handler, at)
        SELECT pair ->> 0, pair ->> 1, :at
        FROM json_array_elements(CAST(:pairs AS json)) AS pair
        ON CONFLICT DO NOTHING
        RETURNING event_id, handler""",
    "sqlite": """
        INSERT INTO inbox (event_id, handler, at)
        SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'), :at
        FROM json_each(:pairs)
        WHERE true
        ON CONFLICT DO NOTHING
        RETURNING event_id, handler""",
}
_STATEMENTS = {
    name: text(statement).bindparams(bindparam("at", type_=Instant)) for name, statement in _TAKE_NEW.items()
}


def take_new(connection: Connection, pairs: Sequence[Taken], *, at: datetime) -> set[Taken]:
    """Note that handlers take in events; return the pairs that nobody had noted before.

    Who notes the same pair at the same moment waits for the other's end, so all do it in one order.
    """
    if not pairs:
        return set()
    statement = _STATEMENTS[connection.dialect.name]
    facts = {"pairs": msgspec.json.encode(sorted(set(pairs))).decode(), "at": at}
    return {(row.event_id, row.handler) for row in connection.execute(statement, facts)}


def purge(connection: Connection, *, before: datetime) -> int:
    """Forget deliveries older than a moment, except those of dead letters, which may be retried; return how many."""
    retriable = select(dead_letters.c.id)
    return connection.execute(
        delete(inbox).where(inbox.c.at < before).where(inbox.c.event_id.not_in(retriable))
    ).rowcount
