"""What changed, for screens that stay open: SQLite's data_version tells of any commit by any process."""

import time
from collections.abc import Iterator

from micromart_core.database import Database
from micromart_core.operation import Change

POLL_SECONDS = 0.25
REREAD_SECONDS = 5.0
"""Where nothing tells of a change, everything is read again this often."""


def follow(database: Database) -> Iterator[Change]:
    """Yield a change of anything (`*`) whenever somebody committed; the iterator ends when it is closed.

    On PostgreSQL nothing tells (LISTEN would not survive a pooler), so every five seconds a screen reads again.
    """
    return _follow_sqlite(database) if database.is_sqlite else _tick()


def _follow_sqlite(database: Database) -> Iterator[Change]:
    with database.engine.connect() as connection:
        version = None
        while True:
            seen = connection.exec_driver_sql("PRAGMA data_version").scalar_one()
            connection.rollback()
            if version is not None and seen != version:
                yield Change("*")
            version = seen
            time.sleep(POLL_SECONDS)


def _tick() -> Iterator[Change]:
    while True:
        time.sleep(REREAD_SECONDS)
        yield Change("*")
