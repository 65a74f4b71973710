"""The private Redis: a cache with a password of this checkout, empty after every start."""

import shutil
import signal
from dataclasses import dataclass
from pathlib import Path

from redis import Redis as Client
from redis.exceptions import RedisError

from deploy.stack.process import Process, processes_in
from deploy.stack.secret import secret_in, write_private
from deploy.stack.server import Launch

_PROGRAM = Path("/usr/bin/redis-server")
_DATABASES = 64  # test workers have one each


@dataclass(frozen=True, slots=True)
class Redis:
    """One server that keeps nothing on disk: a shop must bear an empty one at any time."""

    folder: Path
    name: str = "redis"
    packages: tuple[str, ...] = ("redis-server",)
    ports: tuple[str, ...] = ("redis",)
    stop_signal: signal.Signals = signal.SIGTERM
    on_request: bool = False

    def is_installed(self) -> bool:
        """Tell whether Debian's program is there."""
        return _PROGRAM.exists()

    def prepare(self, ports: tuple[int, ...]) -> Launch:
        """Write its configuration, and say how to begin it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        file = self.folder / "redis.conf"
        choices = {
            "bind": "127.0.0.1",
            "port": ports[0],
            "requirepass": self._password(),
            "databases": _DATABASES,
            "save": '""',
            "appendonly": "no",
            "maxmemory": "256mb",
            "maxmemory-policy": "allkeys-lru",
        }
        # In a file, since whoever lists the machine's processes reads their arguments.
        write_private(file, "".join(f"{name} {value}\n" for name, value in choices.items()))
        return Launch([str(_PROGRAM), str(file)], folder=self.folder)

    def is_ready(self, port: int) -> bool:
        """Tell whether it answers who knows the password."""
        try:
            with Client.from_url(self._url(port), socket_timeout=1, socket_connect_timeout=1) as client:
                return bool(client.ping())
        except RedisError:
            return False

    def processes(self) -> list[Process]:
        """List the server: nothing else works in its folder."""
        return processes_in(self.folder)

    def remove(self) -> None:
        """Forget the password."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def settings(self, port: int) -> dict[str, str]:
        """Return the setting that makes a shop use it."""
        return {"MICROMART_REDIS__URL": self._url(port)}

    def _url(self, port: int) -> str:
        return f"redis://:{self._password()}@127.0.0.1:{port}/0"

    def _password(self) -> str:
        return secret_in(self.folder / "password")
