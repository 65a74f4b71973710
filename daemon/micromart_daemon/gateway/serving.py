"""One gateway from its start to its end."""

import logging
import os
import socket
import threading

import uvicorn

from micromart_core.bootstrap import Shop
from micromart_core.errors import InvalidValue
from micromart_core.home import find_home
from micromart_core.loopback import is_loopback
from micromart_daemon.gateway.app import Doors, app_of
from micromart_daemon.gateway.connections import Crowd, protocol_of
from micromart_daemon.stopping import caught_signals, wait_for_signal
from micromart_daemon.window import PortTaken

GRACE_SECONDS = 8
"""How long requests may take to end after SIGTERM: ten seconds with what is closed after them."""
_log = logging.getLogger("micromart.http")


class NeedsTls(InvalidValue):
    """Tokens would cross a network in the clear."""

    code = "gateway.needs_tls"

    def __init__(self, listen: str) -> None:
        self.listen = listen
        super().__init__(
            f"The gateway does not listen on {listen} without TLS.",
            why="tokens would cross the network in the clear",
            hint="listen on 127.0.0.1, or put a proxy with TLS in front and set gateway.behind_proxy",
        )


def serve(shop: Shop) -> int:
    """Answer until SIGTERM or SIGINT; return 0 when every request has ended by then, 1 when one hung."""
    settings = shop.settings.gateway
    doors = Doors(shop, find_home(os.environ))
    with _listening(settings.listen, behind_proxy=settings.behind_proxy) as listener, caught_signals() as asked:
        server = uvicorn.Server(_config(shop, doors))

        def answer() -> None:
            try:
                server.run([listener])
            finally:
                asked.put(0)

        thread = threading.Thread(target=answer, name="gateway", daemon=True)
        thread.start()
        host, port = listener.getsockname()[:2]
        _log.info("micromartd gateway answers on %s:%s", host, port)
        ended_by_itself = wait_for_signal(asked) == 0
        doors.live.close()
        server.should_exit = True
        thread.join(GRACE_SECONDS + 1)
        doors.pools.close()
    _log.info("micromartd gateway has ended")
    return 1 if ended_by_itself or thread.is_alive() else 0


def _config(shop: Shop, doors: Doors) -> uvicorn.Config:
    settings = shop.settings.gateway
    return uvicorn.Config(
        app_of(doors),
        http=protocol_of(
            Crowd(settings.connections, None if settings.behind_proxy else settings.connections_per_source)
        ),
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=settings.behind_proxy,
        forwarded_allow_ips=settings.trusted_proxies,
        timeout_graceful_shutdown=GRACE_SECONDS,
        backlog=1024,
    )


def _listening(listen: str, *, behind_proxy: bool) -> socket.socket:
    host, _, port = listen.rpartition(":")
    host = host.strip("[]")
    if not behind_proxy and not is_loopback(host):
        raise NeedsTls(listen)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, int(port)), family=family, backlog=1024)
    except (OSError, OverflowError) as error:
        raise PortTaken(listen, getattr(error, "strerror", None) or str(error)) from error
