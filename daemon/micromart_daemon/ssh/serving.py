"""One SSH service from its start to its end."""

import asyncio
import logging
import os
import socket
import threading
from dataclasses import dataclass, field

import asyncssh

from micromart_core.bootstrap import Shop
from micromart_core.home import Home, find_home, path_of
from micromart_daemon.listening import open_listener
from micromart_daemon.signals import Answering, caught_signals
from micromart_daemon.ssh.compression import NAME, bound_compression
from micromart_daemon.ssh.doorkeeper import PATIENCE_SECONDS, Doorkeeper, crowd_of
from micromart_daemon.ssh.doors import Doors
from micromart_daemon.ssh.host_key import FILE_NAME, HostKey, host_key_of
from micromart_daemon.ssh.threads import SessionThreads

GRACE_SECONDS = 8
"""How long sessions may take to end after SIGTERM: ten seconds with what is closed after them."""
SHARED_THREADS = 4
WINDOW = 64 * 1024
"""Bytes a client may send before they are read."""
KERNEL_BACKLOG = 32 * 1024
"""Bytes the kernel keeps for a client that does not read: what lies there can no longer be left out."""
_log = logging.getLogger("micromart.ssh")


def serve(shop: Shop) -> int:
    """Answer until SIGTERM or SIGINT; return 0 when every session has ended by then, 1 when one hung."""
    home = find_home(os.environ)
    key_file = shop.settings.ssh.host_key_file
    host_key = host_key_of(path_of(key_file) if key_file else home.state / FILE_NAME)
    with listening(shop.settings.ssh.listen) as listener, caught_signals() as asked:
        service = SshService(shop, home, host_key, listener)
        answering = Answering("ssh", lambda: asyncio.run(service.run()), asked)
        ended_by_itself = asked.get() == 0
        service.stop()
        has_ended = answering.join(GRACE_SECONDS + 1)
    _log.info("micromartd ssh has ended")
    return 0 if has_ended and service.ended_well and not ended_by_itself else 1


@dataclass
class SshService:
    """One service: it answers in the thread that runs it, until any thread stops it."""

    shop: Shop
    home: Home
    host_key: HostKey
    listener: socket.socket
    ended_well: bool = True
    _loop: asyncio.AbstractEventLoop | None = None
    _asked: threading.Event = field(default_factory=threading.Event)
    """Set by `stop`, which may come before there is a loop to tell."""
    _stopping: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        """Answer until it is stopped; what was asked before it began ends it as soon as it has."""
        self._loop = asyncio.get_running_loop()
        if self._asked.is_set():
            self._stopping.set()
        self._loop.set_default_executor(SessionThreads(SHARED_THREADS, thread_name_prefix="ssh"))
        doors = Doors(self.shop, self.home, self.host_key)
        doors.news.begin()
        server = await accepting(doors, self.listener)
        host, port = self.listener.getsockname()[:2]
        _log.info("micromartd ssh answers on %s:%s with the host key %s", host, port, self.host_key.fingerprint)
        await self._stopping.wait()
        server.close()
        self.ended_well = await doors.close(GRACE_SECONDS)

    def stop(self) -> None:
        """Ask it to end; any thread may, at any time."""
        self._asked.set()
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._stopping.set)


async def accepting(doors: Doors, listener: socket.socket) -> asyncssh.SSHAcceptor:
    """Let people in by a listening socket, until what is returned is closed."""
    bound_compression()
    asyncssh.set_log_level(logging.ERROR)  # it would tell what people type after ssh, and their variables
    crowd = crowd_of(doors.settings)
    return await asyncssh.create_server(
        lambda: Doorkeeper(doors, crowd),
        sock=listener,
        server_host_keys=[doors.host_key.key],
        server_version="MicroMart",
        compression_algs=[NAME, "none"],
        encoding=None,
        line_editor=False,
        window=WINDOW,
        login_timeout=PATIENCE_SECONDS,
        password_auth=False,
        host_based_auth=False,
        gss_host=None,
        agent_forwarding=False,
        x11_forwarding=False,
        allow_scp=False,
    )


def listening(listen: str) -> socket.socket:
    """Return a socket that listens on HOST:PORT and keeps little for whoever does not read; raise PortTaken."""
    listener = open_listener(listen)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, KERNEL_BACKLOG)
    return listener
