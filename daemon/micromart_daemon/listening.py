"""Where a door of the shop listens: on loopback, or behind a proxy that does TLS."""

import socket

from micromart_core.errors import InvalidValue
from micromart_core.loopback import is_loopback
from micromart_daemon.window import PortTaken


class NeedsTls(InvalidValue):
    """Tokens would cross a network in the clear."""

    code = "door.needs_tls"

    def __init__(self, door: str, listen: str) -> None:
        self.door, self.listen = door, listen
        super().__init__(
            f"The {door} does not listen on {listen} without TLS.",
            why="tokens would cross the network in the clear",
            hint=f"listen on 127.0.0.1, or put a proxy with TLS in front and set {door}.behind_proxy",
        )


def listening(door: str, listen: str, *, behind_proxy: bool) -> socket.socket:
    """Return a socket that listens at HOST:PORT; `door` is its section of the settings. Raise NeedsTls, PortTaken."""
    if not behind_proxy and not is_loopback(listen.rpartition(":")[0].strip("[]")):
        raise NeedsTls(door, listen)
    return open_listener(listen)


def open_listener(listen: str) -> socket.socket:
    """Return a socket that listens at HOST:PORT, wherever that is; raise PortTaken."""
    host, _, port = listen.rpartition(":")
    host = host.strip("[]")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, int(port)), family=family, backlog=1024)
    except (OSError, OverflowError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise PortTaken(listen, why.partition(" (while")[0]) from error
