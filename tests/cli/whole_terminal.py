"""A terminal of its own for a program that draws on the whole of it."""

import os
import sys
import time
from pathlib import Path

import pexpect
import pyte

CHECKOUT = Path(__file__).parents[2]
RUN = "from micromart_cli.main import main; import sys; sys.exit(main())"


class Terminal:
    """A terminal that understands what is written to it."""

    def __init__(self, *words: str, script: str = RUN, size: tuple[int, int] = (80, 24)) -> None:
        width, height = size
        environ = {**os.environ, "PYTHONPATH": str(CHECKOUT), "TERM": "xterm-256color", "COLORTERM": "truecolor"}
        self.child = pexpect.spawn(
            sys.executable, ["-c", script, *words], env=environ, timeout=60, dimensions=(height, width)
        )
        self._screen = pyte.Screen(width, height)
        self._stream = pyte.ByteStream(self._screen)
        self.written = b""

    @property
    def screen(self) -> str:
        return "\n".join(line.rstrip() for line in self._screen.display)

    def sees(self, words: str, patience: float = 60) -> bool:
        until = time.monotonic() + patience
        while words not in self.screen:
            if time.monotonic() > until:
                raise AssertionError(f"“{words}” is not on the screen:\n{self.screen}")
            self._take_in()
        return True

    def end(self) -> int:
        try:
            while True:
                self._take_in()
        except pexpect.EOF:
            self.child.wait()
        return self.child.exitstatus

    def _take_in(self) -> None:
        try:
            read = self.child.read_nonblocking(65536, timeout=0.2)
        except pexpect.TIMEOUT:
            return
        self.written += read
        self._stream.feed(read)
