"""A connection to PostgreSQL that does not wait for ever: a server that was stopped still takes bytes and never answers."""

from typing import Any, TypeVar

import psycopg

Answer = TypeVar("Answer")


class NoAnswer(psycopg.OperationalError):
    """The server said nothing for so long that it must be taken for lost."""


class PatientConnection(psycopg.Connection[Any]):
    """Waits for each answer at most `patience_seconds`, None = for ever; then it is broken."""

    usual_patience: float | None = None
    patience_seconds: float | None = None

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        """Wait for an answer, or close the connection and raise NoAnswer."""
        try:
            return super().wait(gen, interval, timeout or self.patience_seconds)
        except psycopg.errors._WaitTimeout as error:  # noqa: SLF001  # psycopg asks callers to turn it into one of theirs
            self.pgconn.finish()
            raise NoAnswer(f"the server has not answered for {self.patience_seconds:g} s") from error
