"""A TCP proxy that can cut a connection right after a COMMIT went through, or fall silent as a stopped server does."""

import contextlib
import socket
import threading


class CuttingProxy:
    """Stands between the shop and a server; `cut_..` and `fall_silent..` say at which traffic."""

    def __init__(self, host: str, port: int, at: int = 0) -> None:
        self._target = (host, port)
        self._listener = socket.create_server(("127.0.0.1", at))
        self.port = self._listener.getsockname()[1]
        self.connections = self.cuts = 0
        self._armed: list[tuple[bytes, bool]] = []
        self._goes_away = self._is_closed = False
        self._silent_at: bytes | None = None
        self._may_speak = threading.Event()
        self._may_speak.set()
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

    def fall_silent(self) -> None:
        """Take everything from now on, and pass on nothing."""
        self._may_speak.clear()

    def fall_silent_at(self, statement: bytes) -> None:
        """Fall silent when the next such statement comes."""
        self._silent_at = statement

    def speak_again(self) -> None:
        self._silent_at = None
        self._may_speak.set()

    def close(self) -> None:
        self._is_closed = True
        self._may_speak.set()
        with contextlib.suppress(OSError):  # it may have gone away before
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            server = socket.create_connection(self._target)
            threading.Thread(target=self._to_server, args=(client, server), daemon=True).start()
            threading.Thread(target=self._to_client, args=(client, server), daemon=True).start()

    def _to_server(self, client: socket.socket, server: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := _receive(client):
                if self._armed and self._armed[0][0] in data:
                    self._cut(client, server, data)
                    break
                if self._silent_at is not None and self._silent_at in data:
                    self._may_speak.clear()
                self._may_speak.wait()
                if self._is_closed:
                    break  # what was held back is lost
                server.sendall(data)
        _close(client, server)

    def _cut(self, client: socket.socket, server: socket.socket, data: bytes) -> None:
        _, reaches = self._armed.pop(0)
        self.cuts += 1
        if self._goes_away:
            self.close()
        _close(client)
        if reaches:
            server.sendall(data)
            _receive(server)

    def _to_client(self, client: socket.socket, server: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := _receive(server):
                client.sendall(data)
        _close(client, server)


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
