"""Loopback ports of one checkout: free ones, remembered."""

import hashlib
import json
import socket
from pathlib import Path

_FIRST, _COUNT = 20_000, 10_000  # below the range that outgoing connections are given


class Ports:
    """The ports of the servers by name, kept in one file."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._chosen: dict[str, int] = json.loads(file.read_text()) if file.exists() else {}

    def of(self, name: str) -> int | None:
        """Return the port of this name if it has been chosen."""
        return self._chosen.get(name)

    def choose_all(self, names: tuple[str, ...]) -> tuple[int, ...]:
        """Return the port of each name, a new one when the old is somebody else's by now."""
        return tuple(self._choose(name) for name in names)

    def _choose(self, name: str) -> int:
        port = self._chosen.get(name)
        if port is None or not _is_free(port):
            port = self._find_free(name)
            self._chosen[name] = port
            self._file.write_text(json.dumps(self._chosen))
        return port

    def _find_free(self, name: str) -> int:
        # Beginning at a place of its own keeps two checkouts that start at once out of each other's way.
        mark = hashlib.sha256(f"{self._file}:{name}".encode()).digest()
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
