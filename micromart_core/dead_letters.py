"""Events that no handler could take in, kept for a person to retry or drop."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct
from msgspec.structs import asdict
from sqlalchemy import Column, Connection, Integer, Table, Text, delete, func, select

from micromart_core.events import Envelope
from micromart_core.schema import Instant, metadata
from micromart_core.text import storable
from micromart_core.upsert import insert_if_new

dead_letters = Table(
    "dead_letters",
    metadata,
    Column("id", Text, primary_key=True),
    Column("type", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("error", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("at", Instant, nullable=False),
)
_LONGEST_ERROR = 2_000
"""Characters of an error that are kept."""
UNREADABLE = "unreadable"
"""The type of a letter that is no event: nobody knows what it was."""


class DeadLetter(Struct, frozen=True):
    """An event that was given up, with the last error; `body` is the envelope as JSON, or whatever it was."""

    id: str
    type: str
    body: str
    error: str
    attempts: int
    at: datetime


def save(connection: Connection, envelope: Envelope, *, error: str, attempts: int, at: datetime) -> DeadLetter:
    """Keep an event that was given up, unless it lies here already, and return it as a letter."""
    body = envelope.to_json().decode()
    return _save(connection, DeadLetter(envelope.id, envelope.type, body, _bounded(error), attempts, at))


def save_unreadable(connection: Connection, body: str, *, letter_id: str, error: str, at: datetime) -> DeadLetter:
    """Keep a message that is no event at all, unless it lies here already, and return it as a letter."""
    return _save(connection, DeadLetter(letter_id, UNREADABLE, body, _bounded(error), 1, at))


def list_dead(connection: Connection, *, after: str, limit: int) -> list[DeadLetter]:
    """Return dead letters, oldest first, after an id."""
    rows = connection.execute(
        select(dead_letters).where(dead_letters.c.id > after).order_by(dead_letters.c.id).limit(limit)
    )
    return [DeadLetter(**row) for row in rows.mappings()]


def list_dead_of(connection: Connection, event_ids: Sequence[str]) -> list[DeadLetter]:
    """Return those of these events that were given up."""
    query = select(dead_letters).where(dead_letters.c.id.in_(event_ids)).order_by(dead_letters.c.id)
    return [DeadLetter(**row) for row in connection.execute(query).mappings()]


def find_dead(connection: Connection, letter_id: str) -> DeadLetter | None:
    """Return one dead letter, None when there is none of this id."""
    row = connection.execute(select(dead_letters).where(dead_letters.c.id == letter_id)).mappings().first()
    return DeadLetter(**row) if row else None


def take(connection: Connection, letter_id: str) -> bool:
    """Remove a dead letter; False when it was not there."""
    return connection.execute(delete(dead_letters).where(dead_letters.c.id == letter_id)).rowcount == 1


def count(connection: Connection) -> int:
    """Count the dead letters."""
    return connection.execute(select(func.count()).select_from(dead_letters)).scalar_one()


def _save(connection: Connection, letter: DeadLetter) -> DeadLetter:
    insert_if_new(connection, dead_letters, asdict(letter))
    return letter


def _bounded(error: str) -> str:
    return storable(error, longest=_LONGEST_ERROR)
