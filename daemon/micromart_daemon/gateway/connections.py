"""Connections: how many there may be, and how long one may say nothing."""

import asyncio
from typing import Any, ClassVar

from uvicorn.protocols.http.h11_impl import H11Protocol

from micromart_daemon.crowd import Crowd, customer_of

PATIENCE_SECONDS = 10.0
UNREAD_SECONDS = 60.0
"""How long an answer may lie here of which its client reads nothing; what a slow line still carries is shorter."""
_TOLD = (
    b'{"type":"urn:micromart:error:gateway.full","title":"Too many connections are open.","status":503,'
    b'"detail":"The shop is busy.","code":"gateway.full","exit_code":75,"facts":{}}'
)
_FULL = (
    b"HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/problem+json\r\nRetry-After: 5\r\n"
    b"Connection: close\r\nContent-Length: %d\r\n\r\n"
) % len(_TOLD)


class PatientProtocol(H11Protocol):
    """A connection that is closed when its client leaves it half open, or reads nothing of what it asked for."""

    crowd: ClassVar[Crowd]
    _source: str | None = None
    _last_cycle: Any = None
    _unread = 0
    _unread_since = 0.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take the connection, or say at once that there are too many."""
        super().connection_made(transport)
        source = customer_of(str((transport.get_extra_info("peername") or ("",))[0]))
        if not self.crowd.let_in(source):
            transport.write(_FULL + _TOLD)
            transport.close()
            return
        self._source = source
        self.loop.call_later(PATIENCE_SECONDS, self._look)

    def connection_lost(self, exc: Exception | None) -> None:
        """Count it no more."""
        if self._source is not None:
            self.crowd.leave(self._source)
            self._source = None
        super().connection_lost(exc)

    def _look(self) -> None:
        """Close a connection on which no request has come to its end for the whole time."""
        if self._source is None:
            return
        if self._reads_nothing():
            self.transport.abort()  # closing would wait until all of it is read
            return
        cycle: Any = self.cycle  # None before the first request, whatever its annotation says
        is_busy = cycle is not None and not cycle.response_complete
        if not is_busy and cycle is self._last_cycle:
            self.transport.close()
        self._last_cycle = cycle
        self.loop.call_later(PATIENCE_SECONDS, self._look)

    def _reads_nothing(self) -> bool:
        """Return whether the same part of an answer has lain here for too long: it would keep its place for ever."""
        unread = self.transport.get_write_buffer_size()
        if not unread or not self._unread or unread < self._unread:  # growing is no reading: news go on being told
            self._unread_since = self.loop.time()
        self._unread = unread
        return self.loop.time() - self._unread_since >= UNREAD_SECONDS


def protocol_of(crowd: Crowd) -> type[PatientProtocol]:
    """Return how a connection of this crowd is spoken on; the server makes one for each."""
    return type("CrowdedProtocol", (PatientProtocol,), {"crowd": crowd})
