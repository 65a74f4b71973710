"""The storefront on a terminal of its own: what really reaches the screen, and how it ends."""

import os
import signal
import sqlite3
import sys

import pexpect
import pytest

from tests.cli.whole_terminal import CHECKOUT, RUN, Terminal
from tests.home_elsewhere import HomeElsewhere

HOSTILE = "Evil\x1b[2J\x1b[31m\x9b2J\x1b]0;owned\x07\u202egnp\u202c 字字" + "\u0301" * 40


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


def test_whoever_ends_the_process_politely_gets_the_terminal_back_as_it_was(home):
    terminal = Terminal("shop")
    assert terminal.sees("add to cart")

    terminal.child.kill(signal.SIGTERM)

    assert terminal.end() == 128 + signal.SIGTERM
    assert b"\x1b[?1049l" in terminal.written
    assert terminal.written.rpartition(b"\x1b[?25l")[2].count(b"\x1b[?25h") == 1
    assert b"Traceback" not in terminal.written


def test_what_v_logs_is_kept_off_the_screen_and_follows_when_the_terminal_is_as_it_was(home):
    terminal = Terminal("-v", "shop")
    assert terminal.sees("add to cart")
    terminal.child.send("q")

    assert terminal.end() == 0
    drawn, _, after = terminal.written.rpartition(b"\x1b[?1049l")
    assert b"micromart.gateway" not in drawn
    assert b"products/list_products ok" in after


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
