"""A connection to PostgreSQL that does not wait for ever: a server that was stopped takes bytes and never answers."""

import socket
from typing import Any

import psycopg

_ASKS_FOR_TLS = bytes.fromhex("0000000804d2162f")
"""What any server answers with one letter before it asks who is there: no password, no place among its connections."""


class NoAnswer(psycopg.OperationalError):
    """The server said nothing for so long that it must be taken for lost."""


class PatientConnection(psycopg.Connection[Any]):
    """Waits for each answer while the server gives signs of life, at most `patience_seconds`; then it is broken."""

    short_patience: float | None = None
    """For what the server answers at once; in a statement that takes longer, it is asked so often whether it lives."""
    long_patience: float | None = None
    """For a statement; the server itself gives up sooner, and says why."""
    patience_seconds: float | None = None
    """For what is asked now; None = for as long as the server lives."""

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        """Wait for an answer, or close the connection and raise NoAnswer."""
        if timeout is not None or self.short_patience is None:
            return super().wait(gen, interval, timeout)
        waited = 0.0
        while True:
            try:
                return super().wait(gen, interval, self.short_patience)
            except psycopg.errors._WaitTimeout as error:  # noqa: SLF001  # "callers should convert it to a public one"
                waited += self.short_patience
                if waited == self.patience_seconds or not self._server_lives():
                    self.pgconn.finish()
                    raise NoAnswer(f"the server has not answered for {waited:g} s") from error

    def _server_lives(self) -> bool:
        """Tell whether the server answers a stranger: one that is stopped, or that no packet reaches, does not."""
        try:
            with _reach(self.info, self.short_patience) as stranger:
                stranger.sendall(_ASKS_FOR_TLS)
                return bool(stranger.recv(1))
        except OSError:
            return False


def _reach(server: psycopg.ConnectionInfo, seconds: float | None) -> socket.socket:
    """Connect to where a connection leads, at most so many seconds for this and for each answer."""
    if not server.host.startswith("/"):
        return socket.create_connection((server.hostaddr or server.host, server.port), seconds)
    local = socket.socket(socket.AF_UNIX)
    local.settimeout(seconds)
    try:
        local.connect(f"{server.host}/.s.PGSQL.{server.port}")
    except OSError:
        local.close()
        raise
    return local
