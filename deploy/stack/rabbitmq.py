"""The private RabbitMQ: a node, a cookie and a port mapper (epmd) of this checkout, on loopback only."""

import base64
import hashlib
import json
import os
import shutil
import signal
from dataclasses import dataclass
from pathlib import Path

from amqp import Connection
from amqp.exceptions import AMQPError

from deploy.stack.process import Process, processes_with
from deploy.stack.secret import secret_in, write_private
from deploy.stack.server import Launch

PROGRAMS = Path("/usr/lib/rabbitmq/bin")  # Debian's wrappers in /usr/sbin insist on the system's own node
USER = "micromart"
_VIRTUAL_HOST = "micromart"
_SALT_BYTES = 4
_ALWAYS = {
    "ERL_AFLAGS": "-kernel inet_dist_use_interface {127,0,0,1}",
    "ERL_EPMD_ADDRESS": "127.0.0.1",
    "RABBITMQ_CONF_ENV_FILE": os.devnull,  # not the system's
    "RABBITMQ_CTL_DIST_PORT_MIN": "0",  # any free port, so that any number may run at once
    "RABBITMQ_CTL_DIST_PORT_MAX": "0",
    "RABBITMQ_LOGS": "-",
    "RABBITMQ_LOG": "warning,-color",
    # With input allowed the script becomes the node instead of standing before it; it gets none all the same.
    "RABBITMQ_ALLOW_INPUT": "true",
    # An idle node sleeps: its schedulers never spin while they wait.
    "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-noinput +S 2:2 +sbwt none +sbwtdcpu none +sbwtdio none",
}


@dataclass(frozen=True, slots=True)
class RabbitMQ:
    """One node with one user, `micromart`, and one virtual host of that name."""

    folder: Path
    name: str = "rabbitmq"
    packages: tuple[str, ...] = ("rabbitmq-server",)
    ports: tuple[str, ...] = ("rabbitmq", "rabbitmq-nodes", "rabbitmq-epmd")
    stop_signal: signal.Signals = signal.SIGTERM
    on_request: bool = False

    def is_installed(self) -> bool:
        """Tell whether Debian's programs are there."""
        return (PROGRAMS / "rabbitmq-server").exists()

    def prepare(self, ports: tuple[int, ...]) -> Launch:
        """Write its configuration, and say how to begin the node."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        (self.folder / "enabled_plugins").write_text("[].\n", encoding="ascii")
        (self.folder / "rabbitmq.conf").write_text(self._configuration(ports[0]), encoding="utf-8")
        write_private(self._definitions, json.dumps(self._rights()))
        secret_in(self.folder / ".erlang.cookie")
        return Launch([str(PROGRAMS / "rabbitmq-server")], folder=self.folder, environment=self.environment(ports))

    def environment(self, ports: tuple[int, ...]) -> dict[str, str]:
        """Return what makes RabbitMQ's programs start this node, and find it."""
        _, nodes, epmd = map(str, ports)
        mark = hashlib.sha256(str(self.folder).encode()).hexdigest()[:8]
        return {
            **_ALWAYS,
            "HOME": str(self.folder),  # where Erlang looks for the cookie
            "PATH": f"{os.environ.get('PATH', '')}:/usr/bin:/bin",
            "ERL_EPMD_PORT": epmd,
            "RABBITMQ_NODENAME": f"micromart-{mark}@localhost",
            "RABBITMQ_DIST_PORT": nodes,
            "RABBITMQ_CONFIG_FILE": str(self.folder / "rabbitmq.conf"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "enabled_plugins"),
            "RABBITMQ_GENERATED_CONFIG_DIR": str(self.folder / "generated"),
            "RABBITMQ_MNESIA_BASE": str(self.folder / "data"),
            "RABBITMQ_LOG_BASE": str(self.folder / "log"),
        }

    def is_ready(self, port: int) -> bool:
        """Tell whether its user can enter the virtual host."""
        login = {"userid": USER, "password": self._password(), "virtual_host": _VIRTUAL_HOST}
        times = {"connect_timeout": 1, "read_timeout": 5, "write_timeout": 5}
        try:
            with Connection(f"127.0.0.1:{port}", **login, **times):
                return True
        except (OSError, AMQPError):
            return False

    def processes(self) -> list[Process]:
        """List the node and its helpers; epmd has left their family, but all of them carry this home."""
        return processes_with("HOME", str(self.folder))

    def remove(self) -> None:
        """Delete the node's data."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def settings(self, port: int) -> dict[str, str]:
        """Return the setting that makes a shop use it."""
        return {"MICROMART_BROKER__URL": self.url(port, _VIRTUAL_HOST)}

    def url(self, port: int, virtual_host: str) -> str:
        """Return the address of one of its virtual hosts."""
        return f"amqp://{USER}:{self._password()}@127.0.0.1:{port}/{virtual_host}"

    def _configuration(self, port: int) -> str:
        choices = {
            "listeners.tcp.1": f"127.0.0.1:{port}",
            "load_definitions": self._definitions,
            "vm_memory_high_watermark.absolute": "512MB",
            "disk_free_limit.absolute": "200MB",
        }
        return "".join(f"{name} = {value}\n" for name, value in choices.items())

    def _rights(self) -> dict[str, object]:
        """Return who may do what; RabbitMQ reads it at every start, so that a first one cut short does no harm."""
        salt = os.urandom(_SALT_BYTES)
        hashed = base64.b64encode(salt + hashlib.sha256(salt + self._password().encode()).digest()).decode()
        login = {"password_hash": hashed, "hashing_algorithm": "rabbit_password_hashing_sha256"}
        everything = {"configure": ".*", "write": ".*", "read": ".*"}
        return {
            "users": [{"name": USER, **login, "tags": ""}],
            "vhosts": [{"name": _VIRTUAL_HOST}],
            "permissions": [{"user": USER, "vhost": _VIRTUAL_HOST, **everything}],
        }

    @property
    def _definitions(self) -> Path:
        return self.folder / "definitions.json"

    def _password(self) -> str:
        return secret_in(self.folder / "password")
