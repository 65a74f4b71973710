"""A TCP proxy that can cut a connection right after a COMMIT went through, before its answer comes back."""

import contextlib
import socket
import threading


class CuttingProxy:
    """Stands between the shop and PostgreSQL; `cut_next` says at which traffic the next connection breaks."""

    def __init__(self, host: str, port: int) -> None:
        self._target = (host, port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.cuts = 0
        self._armed: list[tuple[bytes, bool]] = []
        self._goes_away = False
        threading.Thread(target=self._accept, daemon=True).start()

    def cut_answer_to(self, statement: bytes) -> None:
        """Let the next such statement reach the server, and lose its answer."""
        self._armed.append((statement, True))

    def cut_before(self, statement: bytes) -> None:
        """Break the connection before the next such statement reaches the server."""
        self._armed.append((statement, False))

    def cut_for_good(self, statement: bytes) -> None:
        """Let the next such statement reach the server, lose its answer, and take no connection any more."""
        self._goes_away = True
        self.cut_answer_to(statement)

    def close(self) -> None:
        with contextlib.suppress(OSError):  # it may have gone away before
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            server = socket.create_connection(self._target)
            threading.Thread(target=self._to_server, args=(client, server), daemon=True).start()
            threading.Thread(target=self._to_client, args=(client, server), daemon=True).start()

    def _to_server(self, client: socket.socket, server: socket.socket) -> None:
        while data := _receive(client):
            if self._armed and self._armed[0][0] in data:
                _, reaches = self._armed.pop(0)
                self.cuts += 1
                if self._goes_away:
                    self.close()
                _close(client)
                if reaches:
                    server.sendall(data)
                    _receive(server)
                break
            server.sendall(data)
        _close(client, server)

    def _to_client(self, client: socket.socket, server: socket.socket) -> None:
        while data := _receive(server):
            try:
                client.sendall(data)
            except OSError:
                break


def _receive(side: socket.socket) -> bytes:
    try:
        return side.recv(65536)
    except OSError:
        return b""


def _close(*sides: socket.socket) -> None:
    for side in sides:
        with contextlib.suppress(OSError):
            side.shutdown(socket.SHUT_RDWR)
        side.close()
