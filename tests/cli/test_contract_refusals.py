"""The contract: broken addresses of databases, files without news, screens that are not there."""

import pytest


@pytest.mark.parametrize("url", ["nonsense", "postgresql+psycopg://host:noport/shop", "mysql://host/shop"])
@pytest.mark.parametrize("verb", [("product", "list"), ("doctor",), ("db", "upgrade")], ids=" ".join)
def test_what_is_no_database_url_is_refused_and_not_shown(cli, monkeypatch, url, verb):
    monkeypatch.setenv("MICROMART_DATABASE__URL", url)

    ran = cli(*verb, "--json")

    assert (ran.code, ran.out) == (2, "")
    assert "noport" not in ran.err


def test_a_file_without_news_is_nothing_to_do(cli, shop):
    shop.stocks("TEA-01", on_hand=3)
    staff = shop.staff()
    exported = cli("product", "export", by=staff).out

    assert cli("product", "import", "-", by=staff, stdin=exported).code == 0
    assert cli("product", "import", "-", "--exit-nothing", by=staff, stdin=exported).code == 8
    header = "sku,by,reason\n"
    assert cli("stock", "import", "-", "--run-id", "r1", "--exit-nothing", by=staff, stdin=header).code == 8


@pytest.mark.parametrize("words", [("shop",), ("shop", "--at", "cart"), ("shop", "--at", "NO-SUCH"), ("admin",)])
def test_screens_without_a_terminal_say_so_wherever_they_would_begin(cli, words):
    ran = cli(*words, "--json")

    assert (ran.code, ran.error["code"]) == (2, "screens.no_terminal")


def test_a_slip_in_a_verb_is_told_with_what_was_meant_once(cli):
    ran = cli("cart", "lst")

    assert ran.code == 2
    assert ran.err.count("Did you mean") == 1
    assert "'list'" in ran.err
