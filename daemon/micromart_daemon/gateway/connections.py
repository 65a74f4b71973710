"""Connections: how many there may be, and how long one may say nothing."""

import asyncio
from collections import Counter
from typing import Any, ClassVar

from uvicorn.protocols.http.h11_impl import H11Protocol

PATIENCE_SECONDS = 10.0
_FULL = (
    b"HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/problem+json\r\nRetry-After: 5\r\n"
    b"Connection: close\r\nContent-Length: 96\r\n\r\n"
)
_TOLD = b'{"type":"urn:micromart:error:gateway.full","status":503,"code":"gateway.full","detail":"Busy."}'.ljust(96)


class Crowd:
    """Everybody who is connected; `of_one_source` None: all come through a proxy, so their address says nothing."""

    def __init__(self, most: int, of_one_source: int | None) -> None:
        self._most, self._of_one_source = most, of_one_source
        self._inside: Counter[str] = Counter()

    def let_in(self, source: str) -> bool:
        """Count a connection; False, and nothing is counted, when there are too many."""
        too_many_here = self._of_one_source is not None and self._inside[source] >= self._of_one_source
        if too_many_here or self._inside.total() >= self._most:
            return False
        self._inside[source] += 1
        return True

    def leave(self, source: str) -> None:
        """Count a connection no more."""
        self._inside[source] -= 1
        if not self._inside[source]:
            del self._inside[source]


class PatientProtocol(H11Protocol):
    """A connection that is closed when its client leaves it half open."""

    crowd: ClassVar[Crowd]
    _source: str | None = None
    _last_cycle: Any = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take the connection, or say at once that there are too many."""
        super().connection_made(transport)
        source = str((transport.get_extra_info("peername") or ("",))[0])
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
