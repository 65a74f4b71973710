"""Which handler has already taken in which event."""

from collections import defaultdict
from collections.abc import Collection, Sequence
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
# What is asked for goes as one value, the ids of a handler as one text: a VALUES list of a whole batch is taken apart
# by the driver and the server for each batch anew, which cost a third of what taking in an event cost. What is new is
# only counted when it is all, as it nearly always is, and told when it is not.
_TAKE_NEW_POSTGRESQL = """
    WITH new AS (
        INSERT INTO inbox (event_id, handler, at)
        SELECT event_id, handler, :at
        FROM json_each_text(CAST(:wanted AS json)) AS asked (handler, event_ids),
            unnest(string_to_array(event_ids, ' ')) AS event_id
        ON CONFLICT DO NOTHING
        RETURNING event_id, handler
    ), counted AS (SELECT count(*) AS number FROM new)
    SELECT number, event_id, handler FROM counted LEFT JOIN new ON number < :asked"""
_TAKE_NEW_SQLITE = """
    INSERT INTO inbox (event_id, handler, at)
    SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'), :at
    FROM json_each(:pairs)
    WHERE true
    ON CONFLICT DO NOTHING
    RETURNING event_id, handler"""
_COUNTED = text(_TAKE_NEW_POSTGRESQL).bindparams(bindparam("at", type_=Instant))
_IN_ROWS = text(_TAKE_NEW_SQLITE).bindparams(bindparam("at", type_=Instant))


def take_new(connection: Connection, pairs: Sequence[Taken], *, at: datetime) -> set[Taken]:
    """Note that handlers take in events; return the pairs that nobody had noted before.

    Who notes the same pair at the same moment waits for the other's end, so all do it in one order.
    """
    if not pairs:
        return set()
    asked = set(pairs)
    if connection.dialect.name == "sqlite":
        facts = {"pairs": msgspec.json.encode(sorted(asked)).decode(), "at": at}
        return {(row.event_id, row.handler) for row in connection.execute(_IN_ROWS, facts)}
    facts = {"wanted": _ids_by_handler(asked), "asked": len(asked), "at": at}
    rows = connection.execute(_COUNTED, facts).all()
    if rows[0].number == len(asked):
        return asked
    return {(row.event_id, row.handler) for row in rows if row.event_id is not None}


def _ids_by_handler(pairs: Collection[Taken]) -> str:
    """Write `{"handler": "id id", ..}`, all in their order."""
    ids: dict[str, list[str]] = defaultdict(list)
    for handler, event_id in sorted((handler, event_id) for event_id, handler in pairs):
        ids[handler].append(event_id)
    return msgspec.json.encode({handler: " ".join(each) for handler, each in ids.items()}).decode()


def list_taken(connection: Connection, event_ids: Sequence[str]) -> list[tuple[str, str, datetime]]:
    """Return which handlers took in these events, and when, oldest first."""
    query = select(inbox).where(inbox.c.event_id.in_(event_ids)).order_by(inbox.c.at, inbox.c.event_id, inbox.c.handler)
    return [(row.event_id, row.handler, row.at) for row in connection.execute(query)]


def purge(connection: Connection, *, before: datetime) -> int:
    """Forget deliveries older than a moment, except those of dead letters, which may be retried; return how many."""
    retriable = select(dead_letters.c.id)
    return connection.execute(
        delete(inbox).where(inbox.c.at < before).where(inbox.c.event_id.not_in(retriable))
    ).rowcount
