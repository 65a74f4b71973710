"""micromart admin refuses in one sentence where it cannot open, and does its work alone where no daemon runs."""

import time

from micromart_cli.session import Session
from tests.cli.test_auth import login, register
from tests.cli.whole_terminal import Terminal
from tests.elsewhere import beside_the_database


def test_without_a_terminal_the_desk_does_not_open(cli):
    ran = cli("admin")

    assert (ran.code, ran.out) == (2, "")
    assert "The admin desk needs a terminal." in ran.err


def test_a_place_that_is_not_there_is_named(cli):
    ran = cli("admin", "--at", "cellar")

    assert ran.code == 2
    assert "cellar" in ran.err
    assert "stock" in ran.err


def test_whoever_may_not_open_the_desk_is_told_before_a_screen_opens(cli, shop, monkeypatch):
    monkeypatch.setattr(Session, "is_on_terminal", True)

    assert cli("admin", by=shop.shopper("ann")).code == 7
    assert cli("admin", by=shop.guest("bob")).code == 6


@beside_the_database("letters are the work of the shop that is elsewhere")
def test_a_letter_that_is_sent_again_leaves_while_the_desk_is_open(cli, home, monkeypatch):
    monkeypatch.setenv("MICROMART_CHECKOUT__REQUIRE_ADDRESS", "false")
    register(cli, home)
    assert login(cli).code == 0
    for words in ("user bootstrap-admin ann", "cart add NM-001", "checkout --yes"):
        assert cli(*words.split()).code == 0
    outbox = home / "data" / "outbox" / "new"
    before = len(list(outbox.iterdir()))
    terminal = Terminal("admin", "--at", "mail")
    assert terminal.sees("We have your order")

    terminal.child.send("R")
    assert terminal.sees("micromart mail resend")
    terminal.child.send("\r")

    until = time.monotonic() + 60
    while len(list(outbox.iterdir())) == before and time.monotonic() < until:
        time.sleep(0.05)
    assert len(list(outbox.iterdir())) == before + 1
    terminal.child.send("q")
    assert terminal.end() == 0
