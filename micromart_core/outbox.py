"""Events waiting to be delivered, kept in the same database and transaction as the facts."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Index,
    Integer,
    Select,
    Table,
    Text,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.engine import RowMapping

from micromart_core.due import Moment, any_of
from micromart_core.events import Envelope
from micromart_core.first_digits import list_beginning
from micromart_core.schema import Instant, metadata, partial_index
from micromart_core.text import storable
from micromart_core.together import Writes, given, taking
from micromart_core.upsert import upsert


class EventRecord(Struct, frozen=True):
    """An event with what became of it; `published_at` is None while it waits."""

    id: str
    type: str
    at: datetime
    key: str
    trace_id: str
    data: dict[str, Any]
    published_at: datetime | None
    attempts: int
    last_error: str | None


outbox = Table(
    "outbox",
    metadata,
    Column("id", Text, primary_key=True),
    Column("type", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("trace_id", Text, nullable=False),
    Column("data", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("published_at", Instant),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("last_error", Text),
    Column("waits_since", Instant),
)
Index("outbox_by_trace", outbox.c.trace_id)
partial_index("outbox_unpublished", outbox.c.id, where=outbox.c.published_at.is_(None))
_LONGEST_ERROR = 2_000
"""Characters of an error that are kept; a database's own may quote everything it was given."""
_TOLD = ("id", "type", "key", "trace_id", "data", "at")
_APPEND = insert(outbox).values(taking("event", _TOLD))
_PUBLISHED = (
    update(outbox).where(outbox.c.id.in_(bindparam("ids", expanding=True))).values(published_at=bindparam("at_"))
)
_SINCE = func.coalesce(outbox.c.waits_since, outbox.c.at, type_=Instant)
"""When an event began to wait: as it was recorded, or when it was asked for once more."""
_WAITING = select(outbox).where(outbox.c.published_at.is_(None)).order_by(outbox.c.id)


def append(connection: Connection, envelopes: list[Envelope]) -> None:
    """Store events with the facts they tell."""
    connection.execute(_APPEND, [_facts_of(envelope) for envelope in envelopes])


def appending(envelope: Envelope) -> Writes:
    """Return what stores an event, to go together with what it tells of."""
    return Writes((_APPEND,), _facts_of(envelope))


def list_waiting(connection: Connection, *, before: datetime, limit: int) -> list[Envelope]:
    """Return the oldest events recorded before a moment that nobody has published."""
    rows = connection.execute(_WAITING.where(outbox.c.at <= before).limit(limit))
    return [_envelope(row) for row in rows.mappings()]


def any_waiting(_now: Moment) -> ColumnElement[bool]:
    """Return what is true when there is an event that nobody has published."""
    return any_of(select(outbox.c.id).where(outbox.c.published_at.is_(None)).order_by(outbox.c.id))


def lock_waiting(connection: Connection, *, limit: int, but_types: Collection[str]) -> list[Envelope]:
    """Lock the oldest events nobody has published, but those of some types; what another relay holds is passed over."""
    query = _WAITING.where(outbox.c.type.not_in(but_types)) if but_types else _WAITING
    rows = connection.execute(query.limit(limit).with_for_update(skip_locked=True))
    return [_envelope(row) for row in rows.mappings()]


def mark_published(connection: Connection, ids: list[str], *, at: datetime) -> None:
    """Note that these events have reached every handler (or the broker)."""
    connection.execute(_PUBLISHED, {"ids": ids, "at_": at})


def note_failure(connection: Connection, event_id: str, error: str) -> int:
    """Count a failed delivery and return how many there were; 0 for an event that is not, or no longer, here."""
    attempts: int | None = connection.execute(
        update(outbox)
        .where(outbox.c.id == event_id)
        .values(attempts=outbox.c.attempts + 1, last_error=storable(error, longest=_LONGEST_ERROR))
        .returning(outbox.c.attempts)
    ).scalar_one_or_none()
    return attempts or 0


def find_record(connection: Connection, event_id: str) -> EventRecord | None:
    """Return one event with what became of it, None when it is not, or no longer, here."""
    row = connection.execute(select(outbox).where(outbox.c.id == event_id)).mappings().first()
    return _record(row) if row else None


def list_records(
    connection: Connection, *, since: datetime | None, after: str, topic: str | None, trace: str | None, limit: int
) -> list[EventRecord]:
    """Return events oldest first, with what became of them: after an id, since a moment, of some types, one trace."""
    query = select(outbox).where(outbox.c.id > after).order_by(outbox.c.id).limit(limit)
    if since is not None:
        query = query.where(outbox.c.at >= since)
    rows = connection.execute(_narrowed(query, topic, trace)).mappings()
    return [_record(row) for row in rows]


def list_newest_records(
    connection: Connection, *, before: str | None, topic: str | None, trace: str | None, limit: int
) -> list[EventRecord]:
    """Return events newest first, with what became of them: before an id, of some types, of one trace."""
    query = select(outbox).order_by(outbox.c.id.desc()).limit(limit)
    if before is not None:
        query = query.where(outbox.c.id < before)
    rows = connection.execute(_narrowed(query, topic, trace)).mappings()
    return [_record(row) for row in rows]


def list_newest_ids(connection: Connection, *, topic: str | None, limit: int) -> list[str]:
    """Return the ids of the newest events, newest first, of some types or all."""
    query = select(outbox.c.id).order_by(outbox.c.id.desc()).limit(limit)
    return list(connection.execute(_narrowed(query, topic, None)).scalars())


def wait_again(connection: Connection, *, since: datetime, now: datetime) -> int:
    """Let published events since a moment wait for delivery once more; return how many."""
    published = update(outbox).where(outbox.c.at >= since).where(outbox.c.published_at.is_not(None))
    return connection.execute(
        published.values(published_at=None, attempts=0, last_error=None, waits_since=now)
    ).rowcount


def publish_again(connection: Connection, event_id: str, *, now: datetime) -> None:
    """Let one event that was published wait for delivery once more; what failed so far stays counted."""
    connection.execute(update(outbox).where(outbox.c.id == event_id).values(published_at=None, waits_since=now))


def put_back(connection: Connection, envelope: Envelope, *, now: datetime) -> None:
    """Let one event wait for delivery once more, also when it was never here or was forgotten."""
    fresh = {"published_at": None, "attempts": 0, "last_error": None, "waits_since": now}
    fact = {"type": envelope.type, "key": envelope.key, "trace_id": envelope.trace_id, "at": envelope.at}
    data = bytes(envelope.data).decode()
    upsert(connection, outbox, keys={"id": envelope.id}, values=fact | fresh | {"data": data})


def count_waiting(connection: Connection) -> int:
    """Count the events nobody has published yet."""
    return connection.execute(
        select(func.count()).select_from(outbox).where(outbox.c.published_at.is_(None))
    ).scalar_one()


def list_traces(connection: Connection, digits: str, *, limit: int) -> set[str]:
    """Return traces of events that begin with these digits."""
    return list_beginning(connection, outbox.c.trace_id, digits, limit=limit)


def purge(connection: Connection, *, before: datetime) -> int:
    """Forget published events older than a moment; return how many."""
    return connection.execute(delete(outbox).where(outbox.c.published_at < before)).rowcount


def oldest_waiting(connection: Connection) -> datetime | None:
    """Return since when the one that waits longest has waited, None when none waits."""
    query = select(func.min(_SINCE)).where(outbox.c.published_at.is_(None))
    since: datetime | None = connection.execute(query).scalar_one()
    return since


def _narrowed(query: Select[Any], topic: str | None, trace: str | None) -> Select[Any]:
    """Keep events whose type begins so, and those of one trace."""
    if topic is not None:
        query = query.where(outbox.c.type.startswith(topic, autoescape=True))
    return query if trace is None else query.where(outbox.c.trace_id == trace)


def _record(row: RowMapping) -> EventRecord:
    facts = {name: value for name, value in row.items() if name != "waits_since"}
    return EventRecord(**{**facts, "data": msgspec.json.decode(row["data"])})


def _facts_of(envelope: Envelope) -> dict[str, Any]:
    facts = (envelope.id, envelope.type, envelope.key, envelope.trace_id, bytes(envelope.data).decode(), envelope.at)
    return given("event", dict(zip(_TOLD, facts, strict=True)))


def _envelope(row: RowMapping) -> Envelope:
    return Envelope(row["id"], row["type"], row["at"], row["key"], row["trace_id"], msgspec.Raw(row["data"].encode()))
