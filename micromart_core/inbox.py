"""Which handler has already taken in which event."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Column, Connection, Table, Text, bindparam, delete, select, text
from sqlalchemy.exc import IntegrityError

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
MANY = 20
"""Pairs from which on it is worth while to try first whether all are new: ON CONFLICT costs a third of the INSERT, and
telling what was new a tenth."""
# What is asked for goes as one value, the ids of a handler as one text: a VALUES list of a whole batch is taken apart
# by the driver and the server for each batch anew, which cost a third of what taking in an event cost.
_TAKE_POSTGRESQL = """
    INSERT INTO inbox (event_id, handler, at)
    SELECT event_id, handler, :at
    FROM json_each_text(CAST(:wanted AS json)) AS asked (handler, event_ids),
        unnest(string_to_array(event_ids, ' ')) AS event_id"""
_ONLY_NEW = " ON CONFLICT DO NOTHING RETURNING event_id, handler"
_TAKE_NEW_SQLITE = """
    INSERT INTO inbox (event_id, handler, at)
    SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'), :at
    FROM json_each(:pairs)
    WHERE true
    ON CONFLICT DO NOTHING
    RETURNING event_id, handler"""
_TAKE_ALL, _TAKE_NEW, _TAKE_NEW_IN_ROWS = (
    text(sql).bindparams(bindparam("at", type_=Instant))
    for sql in (_TAKE_POSTGRESQL, _TAKE_POSTGRESQL + _ONLY_NEW, _TAKE_NEW_SQLITE)
)


def take_new(connection: Connection, pairs: Sequence[Taken], *, at: datetime) -> set[Taken]:
    """Note that handlers take in events; return the pairs that nobody had noted before.

    Who notes the same pair at the same moment waits for the other's end, so all do it in one order.
    """
    if not pairs:
        return set()
    asked = set(pairs)
    if connection.dialect.name == "sqlite":
        facts = {"pairs": msgspec.json.encode(sorted(asked)).decode(), "at": at}
        return {(row.event_id, row.handler) for row in connection.execute(_TAKE_NEW_IN_ROWS, facts)}
    facts = {"wanted": _ids_by_handler(asked), "at": at}
    if len(asked) >= MANY and _take_all(connection, facts):
        return asked
    return {(row.event_id, row.handler) for row in connection.execute(_TAKE_NEW, facts)}


def _take_all(connection: Connection, facts: dict[str, Any]) -> bool:
    """Note all pairs of a batch; False, and none is noted, when one of them had been noted before."""
    try:
        with connection.begin_nested():
            connection.execute(_TAKE_ALL, facts)
    except IntegrityError:
        return False
    return True


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
