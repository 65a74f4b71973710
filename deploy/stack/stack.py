"""All private servers of one checkout: up, down, and what is known of them."""

import contextlib
import fcntl
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from deploy.stack import packages
from deploy.stack.errors import NoSuchServer, StackError
from deploy.stack.ports import Ports
from deploy.stack.process import Process, wait_until
from deploy.stack.registry import servers_of
from deploy.stack.server import Launch, Server

_READY_SECONDS = 120
_TRIES = 5
_PAUSE_SECONDS = 0.5
_TAIL = 2_000


class Stack:
    """The servers whose files lie under one folder; where names are asked for, none means all."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self.servers = servers_of(self.folder)
        self.ports = Ports(self.folder / "ports.json")

    def start(self, *names: str) -> None:
        """Install what is missing, start what does not run, wake what is frozen; return when all answer.

        Without names that is every server but those that are started on request.
        """
        wanted = [server for server in self.chosen(names) if names or not server.on_request]
        for server in wanted:
            self._signal(server, signal.SIGCONT)
        down = [server for server in wanted if not self.process_of(server)]
        missing = {package for server in down if not server.is_installed() for package in server.packages}
        if missing:
            packages.install(missing)
        for server in down:
            self._clear_away(server)
        placed = [(server, self.ports.choose_all(server.ports)) for server in down]
        with ThreadPoolExecutor() as starters:
            list(starters.map(lambda one: self._start(*one), placed))

    def stop(self, *names: str) -> None:
        """End servers in good order, the last one of the list first."""
        for server in reversed(self.chosen(names)):
            process = self.process_of(server)
            if process:
                self._signal(server, signal.SIGCONT)
                process.end(server.stop_signal)
            self._clear_away(server)
            self._pid_file(server).unlink(missing_ok=True)

    def kill(self, *names: str) -> None:
        """End servers at once with all their processes, as when the machine loses its power."""
        for server in self.chosen(names):
            process = self.process_of(server)
            if process:
                process.end(signal.SIGKILL)
            self._clear_away(server)

    def pause(self, *names: str) -> None:
        """Freeze servers: they keep their connections and answer nothing."""
        for server in self.chosen(names):
            self._signal(server, signal.SIGSTOP)

    def resume(self, *names: str) -> None:
        """Let frozen servers go on."""
        for server in self.chosen(names):
            self._signal(server, signal.SIGCONT)

    def remove(self) -> None:
        """End every server and forget all data."""
        self.stop()
        for server in self.servers:
            server.remove()
        _forget_all_but_lock(self.folder)

    def process_of(self, server: Server) -> Process | None:
        """Return the server's first process if it runs."""
        return Process.read(self._pid_file(server))

    def settings(self, *names: str) -> dict[str, str]:
        """Return the environment variables that point at the servers, or raise StackError when one is down.

        Without names those that are started on request may be down.
        """
        found = {"MICROMART_STACK_FOLDER": str(self.folder)}
        for server in self.chosen(names):
            if not names and server.on_request and not self.process_of(server):
                continue
            found |= server.settings(self.ports_of(server)[0])
        return found

    def ports_of(self, server: Server) -> tuple[int, ...]:
        """Return the ports of a server, or raise StackError when it is down."""
        ports = tuple(port for name in server.ports if (port := self.ports.of(name)))
        if len(ports) < len(server.ports) or not self.process_of(server):
            message = f"{server.name} is down; try: ./dev stack up"
            raise StackError(message)
        return ports

    def chosen(self, names: Sequence[str]) -> list[Server]:
        """Return the named servers, in their order; all when none is named."""
        known = {server.name for server in self.servers}
        for unknown in set(names) - known:
            message = f"there is no server {unknown}; there are: {', '.join(sorted(known))}"
            raise NoSuchServer(message)
        return [server for server in self.servers if not names or server.name in names]

    def _processes_of(self, server: Server) -> list[Process]:
        first = self.process_of(server)
        others = server.processes() if server.is_installed() else []
        return [first, *(other for other in others if other != first)] if first else others

    def _signal(self, server: Server, number: signal.Signals) -> None:
        for process in self._processes_of(server):
            process.send(number)

    def _clear_away(self, server: Server) -> None:
        """End whatever a server that has ended left running."""
        for process in self._processes_of(server):
            process.end(signal.SIGKILL)

    def _start(self, server: Server, ports: tuple[int, ...]) -> None:
        """Start one server; right after a kill -9 a first try may meet what the old one has left."""
        for _ in range(_TRIES):
            process = self._launch(server, server.prepare(ports))
            if _comes_up(server, process, ports[0]):
                return
            self._clear_away(server)
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
        begun.returncode = 0  # it outlives this object, which would complain about that
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
