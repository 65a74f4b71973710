"""A connection to PostgreSQL that does not wait for ever: a server that was stopped takes bytes and never answers."""

from typing import Any

import psycopg


class NoAnswer(psycopg.OperationalError):
    """The server said nothing for so long that it must be taken for lost."""


class PatientConnection(psycopg.Connection[Any]):
    """Waits for each answer at most `patience_seconds` (None = for ever); after that it is broken."""

    short_patience: float | None = None
    """For what the server answers at once."""
    long_patience: float | None = None
    """For a statement; the server itself gives up sooner, and says why."""
    patience_seconds: float | None = None

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        """Wait for an answer, or close the connection and raise NoAnswer."""
        try:
            return super().wait(gen, interval, timeout or self.patience_seconds)
        except psycopg.errors._WaitTimeout as error:  # noqa: SLF001  # "callers should convert it to a public one"
            self.pgconn.finish()
            raise NoAnswer(f"the server has not answered for {timeout or self.patience_seconds} s") from error
