"""All private servers of one checkout: up, down, and what is known of them."""

import contextlib
import fcntl
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from deploy.stack import packages
from deploy.stack.errors import StackError
from deploy.stack.ports import Ports
from deploy.stack.process import Process, wait_until
from deploy.stack.registry import servers_of
from deploy.stack.server import Launch, Server

_READY_SECONDS = 120
_TRIES = 5
_PAUSE_SECONDS = 0.5
_TAIL = 2_000


class Stack:
    """The servers whose files lie under one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self.servers = servers_of(self.folder)
        self.ports = Ports(self.folder / "ports.json")

    def up(self) -> None:
        """Install what is missing and start what does not run; return when all answer."""
        down = [server for server in self.servers if not self.process_of(server)]
        missing = {name for server in down if not server.is_installed() for name in server.packages}
        if missing:
            packages.install(missing)
        chosen = [(server, self.ports.choose(server.name)) for server in down]
        with ThreadPoolExecutor() as starters:
            list(starters.map(lambda one: self._start(*one), chosen))

    def down(self) -> None:
        """End every server, the last one of the list first."""
        for server in reversed(self.servers):
            process = self.process_of(server)
            if process:
                process.end(server.stop_signal)
            if server.is_installed():
                server.clear_away()
            self._pid_file(server).unlink(missing_ok=True)

    def remove(self) -> None:
        """End every server and forget all data."""
        self.down()
        for server in self.servers:
            server.remove()
        _forget_all_but_lock(self.folder)

    def process_of(self, server: Server) -> Process | None:
        """Return the server's process if it runs."""
        return Process.read(self._pid_file(server))

    def settings(self) -> dict[str, str]:
        """Return the environment variables that point at the servers, or raise StackError when one is down."""
        found: dict[str, str] = {}
        for server in self.servers:
            port = self.ports.of(server.name)
            if port is None or not self.process_of(server):
                message = f"{server.name} is down; try: ./dev stack up"
                raise StackError(message)
            found |= server.settings(port)
        return found

    def _start(self, server: Server, port: int) -> None:
        """Start one server; right after a kill -9 a first try may meet what the old one has left."""
        for _ in range(_TRIES):
            server.clear_away()
            process = self._launch(server, server.prepare(port))
            if _comes_up(server, process, port):
                return
            time.sleep(_PAUSE_SECONDS)
        raise StackError(self._explain(server))

    def _launch(self, server: Server, launch: Launch) -> Process:
        with self._log_file(server).open("ab") as log:
            begun = subprocess.Popen(
                launch.arguments,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=launch.folder,
                env={**os.environ, **launch.environment},
                user=launch.user,
                group=launch.user,
                extra_groups=[] if launch.user else None,
                start_new_session=True,
            )
        process = Process.running_as(begun.pid)
        if process is None:
            raise StackError(self._explain(server))
        process.write(self._pid_file(server))
        return process

    def _explain(self, server: Server) -> str:
        log = self._log_file(server)
        return f"{server.name} did not start. The end of {log}:\n{log.read_text(errors='replace')[-_TAIL:]}"

    def _log_file(self, server: Server) -> Path:
        return self.folder / f"{server.name}.log"

    def _pid_file(self, server: Server) -> Path:
        return self.folder / f"{server.name}.pid"


def _comes_up(server: Server, process: Process, port: int) -> bool:
    """Wait until the server answers; False when it has ended instead."""
    if not wait_until(lambda: not process.is_alive() or server.is_ready(port), _READY_SECONDS):
        process.end(server.stop_signal)
    return process.is_alive()


@contextlib.contextmanager
def alone_in(folder: Path) -> Iterator[Stack]:
    """Open the stack under `folder`; whoever wants the same waits."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _disown_a_copy(folder.resolve())
        yield Stack(folder)


def _disown_a_copy(folder: Path) -> None:
    """Forget what came along when the checkout was copied: those servers are the original's."""
    owner = folder / "owner"
    if owner.exists() and owner.read_text() != str(folder):
        _forget_all_but_lock(folder)
    owner.write_text(str(folder))


def _forget_all_but_lock(folder: Path) -> None:
    """Delete the stack's files; the lock stays, since others may wait for it."""
    for entry in folder.iterdir():
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        elif entry.name != "lock":
            entry.unlink()
