"""Loopback ports of one checkout: free ones, remembered."""

import hashlib
import json
import socket
from pathlib import Path

_FIRST, _COUNT = 20_000, 10_000  # below the range that outgoing connections are given


class Ports:
    """The port of each server, kept in one file."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._chosen: dict[str, int] = json.loads(file.read_text()) if file.exists() else {}

    def of(self, server: str) -> int | None:
        """Return the port of a server that has been given one."""
        return self._chosen.get(server)

    def choose(self, server: str) -> int:
        """Return the server's port, a new one when the old is somebody else's by now."""
        port = self._chosen.get(server)
        if port is None or not _is_free(port):
            port = self._find_free(server)
            self._chosen[server] = port
            self._file.write_text(json.dumps(self._chosen))
        return port

    def _find_free(self, server: str) -> int:
        # Beginning at a place of its own keeps two checkouts that start at once out of each other's way.
        mark = hashlib.sha256(f"{self._file}:{server}".encode()).digest()
        start = int.from_bytes(mark[:4], "big")
        taken = set(self._chosen.values())
        candidates = (_FIRST + (start + step) % _COUNT for step in range(_COUNT))
        return next(port for port in candidates if port not in taken and _is_free(port))


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
