"""Looking for changes where nobody tells of them: SQLite counts commits, a server's data is read again now and then."""

from micromart_core.changes import Pulse
from micromart_core.database import Database
from micromart_core.explained import explained

POLL_SECONDS = 0.25
REREAD_SECONDS = 5.0


def pulse_of(database: Database) -> Pulse:
    """Return the pulse of a database."""
    return CommitCount(database) if database.is_sqlite else EveryFewSeconds()


class EveryFewSeconds:
    """The pulse of a server: it has none of its own (LISTEN would not survive a pooler), so time beats."""

    seconds = REREAD_SECONDS

    def beat(self) -> bool:
        """Say that anything may have changed."""
        return True

    def close(self) -> None:
        """Nothing is to be given back."""


class CommitCount:
    """The pulse of a SQLite file: its data_version moves with every commit of any other connection."""

    seconds = POLL_SECONDS

    def __init__(self, database: Database) -> None:
        with explained():
            self._connection = database.engine.connect()
            self._connection.detach()  # it stays open as long as a screen does: not one of the few that are shared
            self._seen = self._read()

    def beat(self) -> bool:
        """Say whether anybody committed since the last beat."""
        with explained():
            before, self._seen = self._seen, self._read()
        return before != self._seen

    def close(self) -> None:
        """Close the connection it looks with."""
        self._connection.close()

    def _read(self) -> int:
        version: int = self._connection.exec_driver_sql("PRAGMA data_version").scalar_one()
        self._connection.rollback()
        return version
