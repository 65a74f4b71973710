"""micromart admin refuses in one sentence where it cannot open."""

from micromart_cli.session import Session


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
