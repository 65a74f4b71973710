"""A Redis of one's own, which a story may kill, stop, fill and lock."""

import os
import shutil
import signal
import socket
import subprocess
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest
import redis

from tests.stack_servers import go_without

STARTS_WITHIN = 20


class PrivateRedis:
    """A server on a free port of this host, with nothing in it and nothing kept."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.start()

    def start(self) -> None:
        line = ["redis-server", "--bind", "127.0.0.1", "--port", str(self.port), "--save", "", "--dir", self._folder]
        self._process = subprocess.Popen(line, stdout=subprocess.DEVNULL)
        ends = time.monotonic() + STARTS_WITHIN
        while time.monotonic() < ends:
            with suppress(redis.ConnectionError):
                self.do("PING")
                return
            time.sleep(0.01)
        raise TimeoutError(self.url)

    def kill(self) -> None:
        """End it as kill -9 does; what it knew is gone."""
        self._process.kill()
        self._process.wait()

    def pause(self) -> None:
        """Stop it: it takes connections and says nothing."""
        os.kill(self._process.pid, signal.SIGSTOP)

    def go_on(self) -> None:
        os.kill(self._process.pid, signal.SIGCONT)

    def do(self, *words):
        """Give it a command and return its answer."""
        with redis.Redis(port=self.port) as client:
            return client.execute_command(*words)

    def turn(self, *words) -> None:
        """Give it a command that changes how it is, and hang up on everybody else, so that all come in anew."""
        with redis.Redis(port=self.port, single_connection_client=True) as client:
            client.execute_command(*words)
            for kind in ("normal", "pubsub"):
                client.execute_command("CLIENT", "KILL", "TYPE", kind)


@pytest.fixture
def own_redis(tmp_path):
    """A Redis of this test's own, which it may kill."""
    if shutil.which("redis-server") is None:
        go_without("Redis")
    server = PrivateRedis(tmp_path)
    yield server
    server.kill()


class BlackHole:
    """A server that takes connections, counts them, and never answers."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._listener.getsockname()[1]}"
        self.url = f"redis://{self.address}/0"
        self._taken: list[socket.socket] = []
        threading.Thread(target=self._take, daemon=True).start()

    @property
    def visits(self) -> int:
        return len(self._taken)

    @property
    def waiting(self) -> int:
        """How many connections nobody has given up yet."""
        return sum(_is_open(each) for each in self._taken)

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for each in self._taken:
            each.close()

    def _take(self) -> None:
        with suppress(OSError):
            while True:
                self._taken.append(self._listener.accept()[0])


def _is_open(connection: socket.socket) -> bool:
    """Return whether the other end waits on, whatever it has said by now."""
    try:
        while connection.recv(4096, socket.MSG_DONTWAIT):
            pass
    except BlockingIOError:
        return True
    except ConnectionError:
        return False
    return False


@pytest.fixture
def hole():
    """A server that takes connections and never answers."""
    hole = BlackHole()
    yield hole
    hole.close()
