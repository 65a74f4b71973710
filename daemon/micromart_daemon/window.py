"""The daemon's window: /metrics for Prometheus, /health for people, /live for whoever restarts it."""

import io
import logging
import socket
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from socketserver import ThreadingMixIn
from typing import TYPE_CHECKING, Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import msgspec

from micromart_core.bootstrap import Shop
from micromart_core.errors import MicroMartError
from micromart_core.maintenance.doctor import examine_service
from micromart_core.waker import Waker

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PATIENCE_SECONDS = 10
"""A client that says nothing for so long is left."""
_log = logging.getLogger("micromart.daemon")


class PortTaken(MicroMartError):
    """The window cannot be opened where it should be."""

    code = "daemon.port_taken"

    def __init__(self, listen: str, why: str, hint: str = "--listen 127.0.0.1:PORT") -> None:
        self.listen = listen
        super().__init__(f"{listen} cannot be listened on.", why=why, hint=hint)


class Window:
    """A small HTTP server in threads of its own."""

    def __init__(self, shop: Shop, listen: str) -> None:
        host, _, port = listen.rpartition(":")
        try:
            self._server = make_server(host.strip("[]"), int(port), _app(shop), _server_class(host), _QuietHandler)
        except (OSError, OverflowError) as error:
            hint = "--listen 127.0.0.1:PORT, or --listen '' for none"
            raise PortTaken(listen, getattr(error, "strerror", None) or str(error), hint) from error
        self._server.timeout = 0  # who waits is `_serve`: the library's own loop looks up twice a second
        self._waker, self._is_closing = Waker(), False
        self._thread = threading.Thread(target=self._serve, name="window", daemon=True)

    @property
    def port(self) -> int:
        """The port it listens on: the system's choice when 0 was asked for."""
        return self._server.server_port

    def open(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def close(self) -> None:
        """Answer no more."""
        self._is_closing = True
        self._waker.wake()
        self._thread.join()
        self._server.server_close()
        self._waker.close()

    def _serve(self) -> None:
        while not self._is_closing:
            self._waker.wait(self._server)
            self._server.handle_request()


class _ThreadingServer(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    request_queue_size = 128  # the library's 5 let a burst of clients wait a second for their connection

    def handle_error(self, _request: Any, client_address: Any) -> None:
        _log.debug("the conversation with %s broke: %s", client_address, sys.exception())


class _ThreadingServer6(_ThreadingServer):
    address_family = socket.AF_INET6


class _QuietHandler(WSGIRequestHandler):
    timeout = PATIENCE_SECONDS

    def get_stderr(self) -> io.StringIO:
        """Keep out of the log what wsgiref would write there when a client leaves in the middle of its answer."""
        return io.StringIO()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the library's own name
        _log.debug(format, *args)


def _server_class(host: str) -> type[WSGIServer]:
    return _ThreadingServer6 if host.startswith("[") else _ThreadingServer


def _app(shop: Shop) -> "WSGIApplication":
    tell_metrics = _metrics_app(shop)

    def answer(environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        match environ.get("PATH_INFO"):
            case "/metrics":
                # The library ends in a TypeError over a version it does not know, so nobody may ask for one.
                return tell_metrics({**environ, "HTTP_ACCEPT": "text/plain"}, start)
            case "/health":
                return _tell_health(shop, start)
            case "/live":
                return _answer(start, HTTPStatus.OK, {"live": True})
        return _answer(start, HTTPStatus.NOT_FOUND, {"paths": ["/health", "/live", "/metrics"]})

    def app(environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        try:
            return answer(environ, start)
        except Exception:  # noqa: BLE001  # a bug is in the log, whole, and the client hears of it
            _log.exception("the window failed")
            return _answer(start, HTTPStatus.INTERNAL_SERVER_ERROR, {"ok": False})

    return app


def _metrics_app(shop: Shop) -> "WSGIApplication":
    from prometheus_client import CollectorRegistry, ProcessCollector, make_wsgi_app

    from micromart_daemon.metrics import ShopCollector

    registry = CollectorRegistry()
    registry.register(ShopCollector(shop))
    ProcessCollector(registry=registry)
    app: WSGIApplication = make_wsgi_app(registry)
    return app


def _tell_health(shop: Shop, start: "StartResponse") -> Iterable[bytes]:
    checkup = examine_service(shop)
    status = HTTPStatus.OK if checkup.ok else HTTPStatus.SERVICE_UNAVAILABLE
    return _answer(start, status, {"ok": checkup.ok, "items": checkup.items})


def _answer(start: "StartResponse", status: HTTPStatus, body: dict[str, Any]) -> Iterable[bytes]:
    start(f"{status.value} {status.phrase}", [("Content-Type", "application/json"), ("Cache-Control", "no-store")])
    return [msgspec.json.encode(body) + b"\n"]


@contextmanager
def opened_window(shop: Shop, listen: str) -> Iterator[str]:
    """Open the window for a while and say where it is; an empty address opens none. Raise PortTaken."""
    if not listen:
        yield "it tells nobody how it is"
        return
    window = Window(shop, listen)
    window.open()
    try:
        yield f"/health and /metrics on {listen.rpartition(':')[0]}:{window.port}"
    finally:
        window.close()
