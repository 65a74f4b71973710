"""Something on loopback that answers as it likes, and remembers what it was sent."""

import socket
import threading
from contextlib import suppress


class FalseShop:
    """Gives its answers in turn and the last one ever after, one a connection; an empty one is a lost connection."""

    def __init__(self, *heads: str, endless: bool = False) -> None:
        self._heads, self._endless = [head.replace("\n", "\r\n").encode() for head in heads], endless
        self.heard: list[str] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                with near, suppress(OSError):
                    self._answer(near)

    def _answer(self, near: socket.socket) -> None:
        self.heard.append(near.recv(65_536).decode())
        near.sendall(self._heads.pop(0) if len(self._heads) > 1 else self._heads[0])
        while self._endless:
            near.sendall(b"x" * 65_536)
