"""The shops a home gave names to, on the command line; and what it does with one that is elsewhere."""

import os
import socket
import stat

import pytest

from micromart_cli.nouns import BESIDE_THE_DATABASE
from micromart_cli.session import Session
from micromart_core.adapters.remote.shop import home_at
from micromart_core.adapters.session_store import SessionStore, StoredSession
from micromart_core.home import Home, find_home
from micromart_core.settings import IdentitySettings
from tests.elsewhere import Elsewhere
from tests.remote.letters import code_for

TEA = "TEA-01"
PASSWORD = "correct horse battery sign"


@pytest.fixture
def url(shop, tmp_path):
    """Where a shop with local accounts answers."""
    local = shop.again(identity=IdentitySettings(allow_local=True)).shop
    there = Home(*(tmp_path / "there" / name for name in ("config", "data", "state", "cache")))
    shop.stocks(TEA, on_hand=3)
    elsewhere = Elsewhere(local, local.identity_of(there))
    yield elsewhere.url
    elsewhere.close()


@pytest.fixture
def mine(cli, url):
    """A home that works with that shop."""
    assert cli("context", "add", "mine", url).code == 0
    assert cli("context", "use", "mine").code == 0
    return cli


def test_the_shop_of_this_machine_is_in_use_until_another_is(cli):
    assert cli("context", "list", "--json").json["items"] == [{"name": "here", "url": None, "in_use": True}]

    added = cli("context", "add", "mine", "https://shop.example.org/", "--json").json
    used = cli("context", "use", "mine", "--json").json

    assert added == {"name": "mine", "url": "https://shop.example.org", "in_use": False}
    assert used == {**added, "in_use": True}


def test_what_was_removed_is_no_longer_in_use(cli, home):
    cli("context", "add", "mine", "https://shop.example.org")
    cli("context", "use", "mine")

    assert cli("context", "remove", "mine").code == 0

    assert cli("context", "list", "--json").json["items"] == [{"name": "here", "url": None, "in_use": True}]
    assert cli("context", "remove", "mine").code == 3


def test_a_name_leads_to_one_shop(cli):
    cli("context", "add", "mine", "https://shop.example.org")

    assert cli("context", "add", "mine", "https://shop.example.org").code == 0
    refused = cli("context", "add", "mine", "https://other.example.org", "--json")

    assert (refused.code, refused.error["code"]) == (4, "context.exists")
    assert refused.error["details"] == {"name": "mine", "url": "https://shop.example.org"}


@pytest.mark.parametrize(
    "words", [("here", "https://a.example"), ("a/b", "https://a.example"), ("a", "http://a.example")]
)
def test_what_cannot_be_a_context_is_refused(cli, words):
    assert cli("context", "add", *words).code == 2


def test_the_file_of_contexts_is_its_owners_alone(cli, home):
    cli("context", "add", "mine", "https://shop.example.org")
    file = home / "config" / "contexts.json"

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    file.chmod(0o666)
    assert cli("context", "list", "--json").error["code"] == "context.unsafe"


def test_a_shop_that_has_no_name_here_is_not_found(cli):
    assert cli("product", "list", "--context", "nowhere").code == 3


def test_a_cart_elsewhere_is_held_there_and_nothing_is_made_here(mine, shop, home):
    assert mine("cart", "add", TEA, "--json").json["lines"][0]["quantity"] == 1

    assert shop.raw_stock(TEA) == (3, 1)
    assert not (home / "data").exists()


def test_the_shop_of_one_run_is_asked_for_by_flag_or_environment(cli, url, monkeypatch):
    assert cli("--context", url, "product", "show", TEA, "--json").json["sku"] == TEA
    monkeypatch.setenv("MICROMART_SHOP__URL", url)
    assert cli("product", "show", TEA, "--json").json["sku"] == TEA
    assert cli("product", "show", TEA, "--context", "here").code == 3


BESIDE = [
    ("db", "check"),
    ("job", "list"),
    ("event", "list"),
    ("dead", "list"),
    ("doctor",),
    ("drill",),
    ("trace", "0" * 32),
]


def test_every_noun_that_runs_beside_the_database_is_tried():
    assert {words[0] for words in BESIDE} == BESIDE_THE_DATABASE


@pytest.mark.parametrize("words", BESIDE)
def test_what_runs_beside_the_database_says_where_it_runs(mine, home, words):
    refused = mine(*words, "--json")

    assert (refused.code, refused.error["code"]) == (4, "remote.beside_the_database")
    assert not (home / "data").exists()


def test_the_first_admin_is_made_beside_the_database(mine):
    assert mine("user", "bootstrap-admin", "ann", "--json").error["code"] == "remote.beside_the_database"


def test_a_guest_is_told_the_same_of_oneself_elsewhere_as_here(mine):
    elsewhere = mine("auth", "status", "--json")

    assert elsewhere.json["permissions"] == ["cart:own"]
    assert elsewhere.json == mine("auth", "status", "--context", "here", "--json").json


def test_signing_in_elsewhere_takes_the_cart_along(mine, shop, home):
    mine("cart", "add", TEA)
    guests_secret = next(home.glob("state/shops/*/cart-secret")).read_text()
    words = ("--username", "ann", "--password-stdin")
    mine("auth", "register", *words, "--email", "ann@example.org", stdin=f"{PASSWORD}\n")
    code = code_for(shop, "ann@example.org")

    assert mine("auth", "verify", code, "--json").json == {"user": "ann"}
    signed_in = mine("auth", "login", *words, "--json", stdin=f"{PASSWORD}\n")

    assert (signed_in.json["user"], signed_in.json["token_store"]) == ("ann", "file")
    assert mine("auth", "status", "--json").json["signed_in"]
    assert mine("cart", "show", "--json").json["lines"][0]["quantity"] == 1
    assert next(home.glob("state/shops/*/cart-secret")).read_text() != guests_secret
    assert mine("auth", "status", "--context", "here", "--json").json["signed_in"] is False

    assert mine("auth", "logout").code == 0
    assert mine("order", "list").code == 6


def test_a_wrong_password_is_paused_elsewhere_too(mine):
    tries = [
        mine("auth", "login", "--username", "ann", "--password-stdin", "--json", stdin="wrong\n") for _ in range(7)
    ]

    assert (tries[0].code, tries[0].error["code"]) == (6, "sign_in.wrong")
    assert (tries[-1].code, tries[-1].error["code"]) == (75, "sign_in.paused")
    assert tries[-1].error["details"]["seconds"] > 0


def test_a_weak_password_is_asked_for_again_elsewhere_too(mine, shop, monkeypatch):
    given, asked = iter(["short", PASSWORD]), []
    monkeypatch.setattr("micromart_cli.asking.getpass", lambda prompt, _: asked.append(prompt) or next(given))
    monkeypatch.setattr(Session, "is_interactive", property(lambda _: True))

    mine("auth", "register", "--username", "ann", "--email", "ann@example.org")

    assert asked == ["Password (12 signs or more): "] * 2
    assert mine("auth", "verify", code_for(shop, "ann@example.org"), "--json").json == {"user": "ann"}


def test_forgetting_a_shop_forgets_what_was_held_there(mine, home):
    mine("cart", "add", TEA)
    assert list(home.glob("state/shops/*/cart-secret"))

    mine("context", "remove", "mine")

    assert not list(home.glob("state/shops/*"))


def sign_in(mine, shop) -> None:
    words = ("--username", "ann", "--password-stdin")
    mine("auth", "register", *words, "--email", "ann@example.org", stdin=f"{PASSWORD}\n")
    mine("auth", "verify", code_for(shop, "ann@example.org"))
    assert mine("auth", "login", *words, stdin=f"{PASSWORD}\n").code == 0


def test_forgetting_a_shop_ends_the_session_there_with_its_last_name(mine, shop, url):
    sign_in(mine, shop)
    mine("context", "add", "again", url)

    assert "signed out" not in mine("context", "remove", "mine").err
    assert mine("auth", "status", "--context", url, "--json").json["signed_in"]
    left = mine("context", "remove", "again")

    assert "ann is signed out, there and here." in left.err
    assert shop.rows("SELECT COUNT(*) FROM sessions") == [(0,)]


def test_who_is_offline_forgets_a_shop_all_the_same_and_is_told_what_goes_on_there(cli, home):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        nobody = f"http://127.0.0.1:{listener.getsockname()[1]}"
    cli("context", "add", "mine", nobody)
    SessionStore(home_at(find_home(os.environ), nobody)).save(StoredSession("ann", "local", "a-token"))

    left = cli("context", "remove", "mine")

    assert (left.code, list(home.glob("state/shops/*"))) == (0, [])
    assert "ann is signed out, here only" in left.err
