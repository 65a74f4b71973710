"""One door for browsers from its start to its end."""

import asyncio
import logging
import signal
import socket
import tempfile
from contextlib import suppress
from pathlib import Path

from aiohttp import web

from micromart_core.settings import Settings
from micromart_daemon.listening import listening
from micromart_daemon.web.connections import handlers_of
from micromart_daemon.web.site import Site

GRACE_SECONDS = 6.0
"""How long storefronts may take to end after SIGTERM."""
LOOK_UP_SECONDS = 30.0
"""Between two looks at whose folder is to be thrown away."""
_log = logging.getLogger("micromart.web")


def serve(settings: Settings) -> int:
    """Answer until SIGTERM or SIGINT and return 0; raise NeedsTls, PortTaken. No visitor's folder is left behind."""
    chosen = settings.web
    with (
        listening("web", chosen.listen, behind_proxy=chosen.behind_proxy) as listener,
        tempfile.TemporaryDirectory(prefix="micromart-web-", ignore_cleanup_errors=True) as root,
    ):
        asyncio.run(_answer(Site(settings, Path(root)), listener, settings.shop.url))
    _log.info("micromartd web has ended")
    return 0


async def _answer(site: Site, listener: socket.socket, url: str) -> None:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    runner = web.AppRunner(site.application(), access_log=None, handle_signals=False, shutdown_timeout=GRACE_SECONDS)
    await runner.setup()
    assert runner.server is not None  # noqa: S101  # for mypy: setup() has made it
    accepting = await loop.create_server(handlers_of(runner.server, site.chosen), sock=listener, backlog=128)
    host, port = listener.getsockname()[:2]
    _log.info("micromartd web answers on %s:%s; the shop is at %s", host, port, url)
    while not stop.is_set():
        site.visits.forget_old()
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), LOOK_UP_SECONDS)
    accepting.close()
    await runner.cleanup()
