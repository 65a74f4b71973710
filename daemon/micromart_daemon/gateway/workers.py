"""Several processes on one port: each is begun, listened to, begun again when it died, and ended with the others."""

import logging
import socket
import subprocess
import sys

import msgspec

from micromart_core.bootstrap import Shop
from micromart_core.clock import stopwatch
from micromart_core.errors import MicroMartError
from micromart_core.metrics import Metrics
from micromart_daemon.gateway.worker import Told, word_of
from micromart_daemon.signals import Asked
from micromart_daemon.stopping import Stop
from micromart_daemon.supervisor import Supervisor

ASKED_EVERY = 1.0
"""Seconds between two looks at what a worker has run."""
LOOK_UP_SECONDS = 0.5
END_SECONDS = 9.5
"""How long a worker may take to end; it gives its requests a little less."""
PATIENCE_SECONDS = 30.0
"""After so long without an answer a worker hangs, and another one takes its place."""
_log = logging.getLogger("micromart.http")


class WorkerEnded(MicroMartError):
    """A worker ended that nobody had asked to."""

    code = "gateway.worker_ended"

    def __init__(self, process_id: int, exit_code: int) -> None:
        self.process_id, self.ended_with = process_id, exit_code
        super().__init__("It ended by itself.", why=f"process {process_id} ended with {exit_code}")


class WorkerRole:
    """One place among the workers, and whoever holds it."""

    def __init__(self, number: int, of: int, listener: socket.socket, metrics: Metrics) -> None:
        self.name = f"worker {number}"
        self.ended_well = True
        self._number, self._of, self._listener, self._metrics = number, of, listener, metrics

    def work(self, stop: Stop) -> None:
        """Have a worker until the stop is set; raise WorkerEnded when it ended before."""
        ours, theirs = socket.socketpair()
        with ours:
            with theirs:
                process = self._begin(theirs)
            try:
                self._hear(ours, f"{self.name}/{process.pid}", stop)
            finally:
                ours.close()  # a worker ends when nobody asks it any more
                code = _ended(process)
                self._metrics.settle(f"{self.name}/{process.pid}")
        if not stop.is_set:
            raise WorkerEnded(process.pid, code)
        self.ended_well = code == 0

    def _begin(self, line: socket.socket) -> "subprocess.Popen[bytes]":
        """Begin a process in a session of its own: a Ctrl-C is for who begins it, who then ends all of them."""
        given = word_of(self._number, self._listener, line)
        return subprocess.Popen(  # noqa: S603  # this program itself
            # -P: a folder that it was begun in brings no modules
            [
                sys.executable,
                "-P",
                "-m",
                "micromart_daemon.main",
                "gateway",
                f"--workers={self._of}",
                f"--worker={given}",
            ],
            stdin=subprocess.DEVNULL,
            pass_fds=(self._listener.fileno(), line.fileno()),
            start_new_session=True,
        )

    def _hear(self, line: socket.socket, who: str, stop: Stop) -> None:
        """Ask now and then what it has run, until it ends or the stop is set."""
        line.settimeout(LOOK_UP_SECONDS)
        try:
            while not stop.is_set:
                line.sendall(b"?")
                said = _line_from(line, stop)
                if not said:
                    return
                told = msgspec.json.decode(said, type=Told)
                self._metrics.hear(who, {(operation, outcome): tally for operation, outcome, tally in told})
                stop.wait(ASKED_EVERY)
        except ConnectionError:
            return


def serve_by_workers(shop: Shop, listener: socket.socket, asked: Asked, told: str) -> int:
    """Keep workers until a signal; return 0 when all of them have ended well by then, 1 when one hung."""
    many = shop.settings.gateway.workers
    roles = [WorkerRole(number, many, listener, shop.metrics) for number in range(1, many + 1)]
    stop = Stop()
    workers = Supervisor(roles, stop)
    workers.start()
    _log.info("micromartd gateway answers on %s:%s by %d workers; %s", *listener.getsockname()[:2], many, told)
    asked.get()
    stop.set()
    hanging = workers.join(END_SECONDS + LOOK_UP_SECONDS + 1)
    _log.info("micromartd gateway has ended")
    return 0 if not hanging and all(role.ended_well for role in roles) else 1


def _line_from(line: socket.socket, stop: Stop) -> bytes:
    """Return one line, empty when none comes any more, or not in time: then it hangs."""
    said, ends = b"", stopwatch() + PATIENCE_SECONDS
    while not said.endswith(b"\n"):
        try:
            more = line.recv(64 * 1024)
        except TimeoutError:
            if not stop.is_set and stopwatch() < ends:
                continue
            more = b""
        if not more:
            return b""
        said += more
    return said


def _ended(process: "subprocess.Popen[bytes]") -> int:
    """Wait until it has ended, and end it when that takes too long; return its exit code."""
    try:
        return process.wait(END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()
