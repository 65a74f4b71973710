"""A relay on loopback that forwards whole requests, and cuts off answers when the story says so."""

import socket
import threading
from contextlib import suppress


class CutWire:
    """Stands between a front end and a gateway; `cuts` answers are lost after the gateway gave them."""

    def __init__(self, port: int) -> None:
        self._port, self.cuts = port, 0
        self._open: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def hang_up(self) -> None:
        """End every connection there is."""
        for each in self._open:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        self._open.clear()

    def close(self) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.hang_up()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                far = socket.create_connection(("127.0.0.1", self._port))
                self._open += [near, far]
                threading.Thread(target=self._carry, args=(near, far), daemon=True).start()
                threading.Thread(target=self._carry_back, args=(far, near), daemon=True).start()

    def _carry(self, near: socket.socket, far: socket.socket) -> None:
        with suppress(OSError):
            while part := near.recv(65_536):
                far.sendall(part)

    def _carry_back(self, far: socket.socket, near: socket.socket) -> None:
        with near, far, suppress(OSError):
            while part := far.recv(65_536):
                if self.cuts:
                    self.cuts -= 1
                    near.shutdown(socket.SHUT_RDWR)
                    return
                near.sendall(part)
