"""Connections of browsers: how many there may be, and how long one may say nothing between two requests."""

import asyncio
from collections.abc import Callable

from aiohttp import web
from aiohttp.web_protocol import RequestHandler

from micromart_core.settings import WebSettings
from micromart_daemon.crowd import Crowd, customer_of

PATIENCE_SECONDS = 15.0
"""How long a connection may be open without a whole request; a websocket is one that goes on."""
PROXYS_SECONDS = 3630.0
"""The same behind a proxy: it keeps connections for its next visitor, and should be the one that closes them."""
EACH = 8
"""Connections for each storefront: a page is made of a few files, which browsers fetch side by side."""
_FULL = (
    b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nConnection: close\r\n"
    b"Content-Type: text/plain\r\nContent-Length: 18\r\n\r\nThe shop is busy.\n"
)


class CrowdedHandler(RequestHandler):
    """A connection that is counted, and refused at once when there are too many."""

    __slots__ = ("_crowd", "_source")
    _crowd: Crowd
    _source: str | None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the connection, or say that there are too many."""
        super().connection_made(transport)
        source = customer_of(str((transport.get_extra_info("peername") or ("",))[0]))
        if self._crowd.let_in(source):
            self._source = source
        elif isinstance(transport, asyncio.Transport):
            transport.write(_FULL)
            transport.close()

    def connection_lost(self, exc: BaseException | None) -> None:
        """Count it no more."""
        if self._source is not None:
            self._crowd.leave(self._source)
            self._source = None
        super().connection_lost(exc)


def handlers_of(server: web.Server, settings: WebSettings) -> Callable[[], CrowdedHandler]:
    """Return what makes one for each connection; behind a proxy they all come from it."""
    loop = asyncio.get_running_loop()
    of_one_source = None if settings.behind_proxy else EACH * settings.sessions_per_source
    patience = PROXYS_SECONDS if settings.behind_proxy else PATIENCE_SECONDS
    crowd = Crowd(EACH * settings.sessions, of_one_source)

    def handler() -> CrowdedHandler:
        made = CrowdedHandler(server, loop=loop, keepalive_timeout=patience)
        made._crowd, made._source = crowd, None  # noqa: SLF001  # it is this module's
        return made

    return handler
