"""The storefront is drawn before its shop is open: what it tells, and where, when opening makes or refuses one."""

import sqlite3

import pytest

from migrations import REVISIONS
from tests.cli.whole_terminal import Terminal

DRAWN, AS_IT_WAS = b"\x1b[?1049h", b"\x1b[?1049l"


@pytest.fixture
def here(home, monkeypatch):
    """A home without a shop."""
    monkeypatch.setenv("MICROMART_HOME", str(home))
    monkeypatch.delenv("MICROMART_SHOP__URL", raising=False)
    return home


def test_a_first_start_draws_at_once_and_says_after_it_that_it_made_a_shop(here):
    terminal = Terminal("shop")

    assert terminal.sees("q quit")
    assert terminal.sees("add to cart")
    assert b"A new shop" not in terminal.written
    terminal.child.send("q")

    assert terminal.end() == 0
    assert b"A new shop with the demo catalogue is open" in terminal.written.rpartition(AS_IT_WAS)[2]


def test_a_quiet_first_start_says_nothing_of_it(here):
    terminal = Terminal("--quiet", "shop")
    assert terminal.sees("add to cart")

    terminal.child.send("q")

    assert terminal.end() == 0
    assert b"A new shop" not in terminal.written


@pytest.mark.parametrize(
    ("version", "words"), [("9999", b"newer than this MicroMart"), (REVISIONS[0], b"micromart db upgrade")]
)
def test_a_shop_of_another_version_is_refused_when_the_terminal_is_as_it_was(here, version, words):
    first = Terminal("shop")
    assert first.sees("add to cart")
    first.child.send("q")
    assert first.end() == 0
    with sqlite3.connect(next(here.rglob("shop.db"))) as database:
        database.execute("UPDATE alembic_version SET version_num = ?", (version,))
    database.close()
    terminal = Terminal("shop")

    assert terminal.end() == 1
    before, _, after = terminal.written.rpartition(AS_IT_WAS)
    assert DRAWN in before
    assert words in after
    assert b"Traceback" not in terminal.written


def test_a_database_that_does_not_answer_ends_the_storefront_with_its_own_code(here, monkeypatch):
    monkeypatch.setenv("MICROMART_DATABASE__URL", "postgresql://nobody@127.0.0.1:1/none")
    terminal = Terminal("shop")

    assert terminal.end() == 69
    assert b"Traceback" not in terminal.written
    assert b"The database cannot be reached." in terminal.written.rpartition(AS_IT_WAS)[2]
