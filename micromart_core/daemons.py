"""Which daemons run: each writes a row of its own now and then, so that anybody who reaches the database can tell."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import asdict
from sqlalchemy import Column, Connection, Integer, Table, Text, delete, select

from micromart_core.schema import Instant, metadata
from micromart_core.upsert import upsert

SEEN_EVERY = timedelta(seconds=10)
"""How often a daemon says that it is there."""
GONE_AFTER = timedelta(seconds=45)
"""A daemon that was not seen for so long is taken for dead."""

daemons = Table(
    "daemons",
    metadata,
    Column("id", Text, primary_key=True),
    Column("host", Text, nullable=False),
    Column("pid", Integer, nullable=False),
    Column("roles", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
)


class Daemon(Struct, frozen=True):
    """A daemon as it last told of itself; `roles` are parted by commas."""

    id: str
    host: str
    pid: int
    roles: str
    version: str
    started_at: datetime
    seen_at: datetime


def save(connection: Connection, daemon: Daemon) -> None:
    """Note that a daemon is there."""
    facts = asdict(daemon)
    upsert(connection, daemons, keys={"id": facts.pop("id")}, values=facts)


def remove(connection: Connection, daemon_id: str) -> None:
    """Note that a daemon has ended."""
    connection.execute(delete(daemons).where(daemons.c.id == daemon_id))


def remove_gone(connection: Connection, *, before: datetime) -> int:
    """Forget daemons not seen since a moment; return how many."""
    return connection.execute(delete(daemons).where(daemons.c.seen_at < before)).rowcount


def list_seen(connection: Connection, *, since: datetime) -> Sequence[Daemon]:
    """Return the daemons seen since a moment, by host."""
    query = select(daemons).where(daemons.c.seen_at >= since).order_by(daemons.c.host, daemons.c.id)
    return [Daemon(**row) for row in connection.execute(query).mappings()]
