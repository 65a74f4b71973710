"""One gateway from its start to its end."""

import logging
import os
import socket

import uvicorn

from micromart_core.bootstrap import Shop
from micromart_core.home import find_home
from micromart_daemon.crowd import Crowd
from micromart_daemon.gateway.app import Doors, app_of
from micromart_daemon.gateway.connections import protocol_of
from micromart_daemon.gateway.worker import Worker
from micromart_daemon.gateway.workers import serve_by_workers
from micromart_daemon.listening import listening
from micromart_daemon.signals import Answering, Asked, caught_signals
from micromart_daemon.window import opened_window

GRACE_SECONDS = 8
"""How long requests may take to end after SIGTERM: ten seconds with what is closed after them."""
_log = logging.getLogger("micromart.http")


def serve(shop: Shop) -> int:
    """Answer until SIGTERM or SIGINT; return 0 when every request has ended by then, 1 when one hung."""
    settings = shop.settings.gateway
    listener = listening("gateway", settings.listen, behind_proxy=settings.behind_proxy)
    with listener, opened_window(shop, settings.metrics_listen) as told, caught_signals() as asked:
        if settings.workers > 1:
            return serve_by_workers(shop, listener, asked, told)
        _log.info("micromartd gateway answers on %s:%s; %s", *listener.getsockname()[:2], told)
        code = _answer(shop, listener, asked)
    _log.info("micromartd gateway has ended")
    return code


def serve_as_worker(shop: Shop, worker: Worker) -> int:
    """Answer likewise, on the socket of the process that began this one, and end with that process."""
    with caught_signals() as asked, worker.in_touch(shop.metrics, asked):
        _log.info("worker %d answers too", worker.number)
        return _answer(shop, worker.listener, asked)


def _answer(shop: Shop, listener: socket.socket, asked: Asked) -> int:
    """Answer on a socket until there is a reason to end."""
    home = find_home(os.environ)
    doors = Doors(shop, shop.identity_of(home), shop.reception_of(home))
    server = uvicorn.Server(config_of(shop, doors))
    answering = Answering("gateway", lambda: server.run([listener]), asked)
    ended_by_itself = asked.get() == 0
    doors.live.close()
    server.should_exit = True
    try:
        has_ended = answering.join(GRACE_SECONDS + 1)
    finally:
        is_idle = doors.pools.close()
    return 0 if has_ended and is_idle and not ended_by_itself else 1


def config_of(shop: Shop, doors: Doors) -> uvicorn.Config:
    """Return how the gateway is spoken to."""
    settings = shop.settings.gateway
    of_one_source = None if settings.behind_proxy else settings.connections_per_source
    return uvicorn.Config(
        app_of(doors),
        http=protocol_of(Crowd(settings.connections, of_one_source)),
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
