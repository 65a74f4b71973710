"""What a private server is: the few things in which one differs from another."""

import signal
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from deploy.stack.process import Process


@dataclass(frozen=True, slots=True)
class Launch:
    """How a server's process is begun."""

    arguments: list[str]
    folder: Path
    user: str | None = None
    """Whose process it is, when it may not be root's."""
    environment: Mapping[str, str] = field(default_factory=dict)


class Server(Protocol):
    """One private server; `stack` starts, watches and ends its process."""

    @property
    def name(self) -> str:
        """What people call it, and its files under the stack's folder."""

    @property
    def packages(self) -> tuple[str, ...]:
        """Debian packages it comes from."""

    @property
    def ports(self) -> tuple[str, ...]:
        """The names of its ports; clients talk to the first."""

    @property
    def stop_signal(self) -> signal.Signals:
        """The signal that makes it end in good order."""

    @property
    def on_request(self) -> bool:
        """True: it is started only by its name."""

    def is_installed(self) -> bool:
        """Tell whether its program is there."""

    def prepare(self, ports: tuple[int, ...]) -> Launch:
        """Make its folders and files, and say how to begin it."""

    def is_ready(self, port: int) -> bool:
        """Tell whether it answers."""

    def processes(self) -> list[Process]:
        """List those of its processes that can be known without a note of the first one's id."""

    def remove(self) -> None:
        """Forget its data."""

    def settings(self, port: int) -> dict[str, str]:
        """Return the environment variables that point at it."""


def greets(port: int, greeting: bytes) -> bool:
    """Tell whether whoever listens on `port` opens the conversation with `greeting`."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as conversation:
            return conversation.recv(len(greeting)) == greeting
    except OSError:
        return False
