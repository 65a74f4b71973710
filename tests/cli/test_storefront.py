"""The storefront on a terminal of its own: what really reaches the screen, and how it ends."""

import os
import sqlite3
import sys
import time
from pathlib import Path

import pexpect
import pyte
import pytest

from tests.home_elsewhere import HomeElsewhere

CHECKOUT = Path(__file__).parents[2]
RUN = "from micromart_cli.main import main; import sys; sys.exit(main())"
HOSTILE = "Evil\x1b[2J\x1b[31m\x9b2J\x1b]0;owned\x07\u202egnp\u202c 字字" + "\u0301" * 40


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


@pytest.fixture
def home(home, monkeypatch):
    elsewhere = HomeElsewhere()
    for name, value in elsewhere.asked(["shop"], os.environ).items():
        monkeypatch.setenv(name, value)
    pexpect.run(f"{sys.executable} -m micromart_cli product list", env={**os.environ, "PYTHONPATH": str(CHECKOUT)})
    yield home
    elsewhere.close()


def test_the_storefront_opens_and_q_leaves_the_terminal_as_it_was(home):
    terminal = Terminal("shop")

    assert terminal.sees("add to cart")
    terminal.child.send("q")

    assert terminal.end() == 0
    assert b"\x1b[?1049l" in terminal.written


def test_ctrl_c_quits_politely(home):
    terminal = Terminal("shop")
    assert terminal.sees("add to cart")

    terminal.child.send("\x03")

    assert terminal.end() == 0
    assert b"Traceback" not in terminal.written


def test_it_opens_at_a_product(home):
    terminal = Terminal("shop", "--at", "nm-001")

    assert terminal.sees("stoneware, 330 ml")
    terminal.child.send("q")
    assert terminal.end() == 0


def test_a_product_that_is_not_there_is_not_found_before_anything_is_drawn(home):
    terminal = Terminal("shop", "--at", "NO-SUCH")

    assert terminal.end() == 3
    assert b"\x1b[?1049h" not in terminal.written


def test_a_bug_ends_in_a_sentence_and_its_traceback_in_a_file(home):
    breaking = (
        "from micromart_tui.screens.shop import ShopScreen\n"
        "def crack(self, query): raise ZeroDivisionError('this is a bug')\n"
        f"ShopScreen._ask_for = crack\n{RUN}"
    )
    terminal = Terminal("shop", script=breaking)
    assert terminal.sees("add to cart")

    terminal.child.send("/")
    assert terminal.sees("esc clear")
    terminal.child.send("n")

    assert terminal.end() == 1
    assert b"Traceback" not in terminal.written
    assert b"This is a mistake in MicroMart itself." in terminal.written
    assert any("this is a bug" in kept.read_text() for kept in home.rglob("crashes/*.txt"))


@pytest.mark.parametrize("size", [(80, 24), (40, 24)], ids=["80x24", "40x24"])
def test_names_that_would_drive_the_terminal_leave_it_unharmed(home, size):
    with sqlite3.connect(next(home.rglob("*.db"))) as database:
        statement = "UPDATE products SET name = ?, tagline = ?, description = ? WHERE sku = 'CB-250'"
        database.execute(statement, (HOSTILE, HOSTILE, HOSTILE))
    database.close()
    terminal = Terminal("shop", size=size)

    assert terminal.sees("Evil␛[2J")
    terminal.child.send("\r")
    assert terminal.sees("shop")
    assert terminal.sees("$4.50")
    if size[0] > 64:  # enter has put it in the cart, and a toast says so
        assert terminal.sees("is held for")
    terminal.child.send("q")

    assert terminal.end() == 0
    for forbidden in (b"\x1b[2J\x1b[31m", b"owned\x07", "\x9b".encode(), "\u202e".encode()):
        assert forbidden not in terminal.written
