"""Connections: how many there may be, and how long one may say nothing."""

import asyncio
from typing import Any, ClassVar

from uvicorn.protocols.http.h11_impl import H11Protocol

from micromart_daemon.crowd import Crowd, customer_of

PATIENCE_SECONDS = 10.0
_TOLD = (
    b'{"type":"urn:micromart:error:gateway.full","title":"Too many connections are open.","status":503,'
    b'"detail":"The shop is busy.","code":"gateway.full","exit_code":75,"facts":{}}'
)
_FULL = (
    b"HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/problem+json\r\nRetry-After: 5\r\n"
    b"Connection: close\r\nContent-Length: %d\r\n\r\n"
) % len(_TOLD)


class PatientProtocol(H11Protocol):
    """A connection that is closed when its client leaves it half open."""

    crowd: ClassVar[Crowd]
    _source: str | None = None
    _last_cycle: Any = None

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
        if self.transport.is_closing():
            return
        cycle: Any = self.cycle  # None before the first request, whatever its annotation says
        is_busy = cycle is not None and not cycle.response_complete
        if not is_busy and cycle is self._last_cycle:
            self.transport.close()
            return
        self._last_cycle = cycle
        self.loop.call_later(PATIENCE_SECONDS, self._look)


def protocol_of(crowd: Crowd) -> type[PatientProtocol]:
    """Return how a connection of this crowd is spoken on; the server makes one for each."""
    return type("CrowdedProtocol", (PatientProtocol,), {"crowd": crowd})
