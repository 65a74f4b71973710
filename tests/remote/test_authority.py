"""Roles and scripts of a shop elsewhere: given and taken over the wire by whoever may there."""

import pytest

from micromart_core.home import Home
from micromart_core.settings import IdentitySettings
from tests.elsewhere import Elsewhere
from tests.remote.letters import code_for

TEA = "TEA-01"
PASSWORD = "correct horse battery sign"


@pytest.fixture
def there(shop, tmp_path):
    """A shop with local accounts, and its gateway."""
    shop.stocks(TEA, on_hand=3)
    local = shop.again(identity=IdentitySettings(allow_local=True)).shop
    home = Home(*(tmp_path / "there" / name for name in ("config", "data", "state", "cache")))
    elsewhere = Elsewhere(local, local.identity_of(home))
    yield local, elsewhere.url
    elsewhere.close()


@pytest.fixture
def far(cli, there, shop, monkeypatch):
    """A home that works with that shop: `far(*words)`, after `far.sign_up(name)`."""
    monkeypatch.setenv("MICROMART_SHOP__URL", there[1])

    def sign_up(name: str) -> None:
        words = ("--username", name, "--password-stdin")
        cli("auth", "register", *words, "--email", f"{name}@example.org", stdin=f"{PASSWORD}\n")
        cli("auth", "verify", code_for(shop, f"{name}@example.org"))
        assert cli("auth", "login", *words, stdin=f"{PASSWORD}\n").code == 0

    cli.sign_up = sign_up
    return cli


@pytest.fixture
def admin(far, there):
    """The same home, with ann signed in, who is the admin, and bob, who is not."""
    far.sign_up("bob")
    far.sign_up("ann")
    there[0].authority.bootstrap_admin("ann", dry_run=False)
    return far


def test_an_admin_gives_and_takes_a_role(admin):
    tried = admin("user", "grant", "bob", "stock-clerk", "--dry-run", "--json").json
    given = admin("user", "grant", "bob", "stock-clerk", "--json").json
    again = admin("user", "grant", "bob", "stock-clerk", "--json").json
    taken = admin("user", "revoke", "bob", "stock-clerk", "--json").json

    assert "stock-clerk" in given["roles"]
    assert (again["roles"], tried["dry_run"]) == (given["roles"], True)
    assert "stock-clerk" not in taken["roles"]
    assert admin("user", "show", "bob", "--json").code == 0


def test_the_last_admin_stays_and_the_facts_come_along(admin):
    refused = admin("user", "revoke", "ann", "admin", "--json")

    assert (refused.code, refused.error["code"]) == (4, "admin.last")


def test_whoever_may_not_is_told_so(far):
    assert far("user", "grant", "ann", "stock-clerk", "--json").code == 6
    far.sign_up("ann")
    assert far("user", "grant", "ann", "admin", "--json").code == 7
    assert far("user", "automation", "list", "--json").code == 7


def test_a_script_is_made_signs_in_and_is_forgotten_over_the_wire(admin, tmp_path, shop, monkeypatch):
    file = tmp_path / "nightly.secret"
    assert admin("user", "automation", "create", "nightly", "--secret-file", file).code == 0
    assert [each["name"] for each in admin("user", "automation", "list", "--json").json["items"]] == ["nightly"]

    monkeypatch.setenv("MICROMART_AUTOMATION__CLIENT_ID", "nightly")
    monkeypatch.setenv("MICROMART_AUTOMATION__SECRET_FILE", str(file))
    adjusted = admin("stock", "adjust", TEA, "--by", "2", "--reason", "delivery", "--json")
    assert (adjusted.code, shop.raw_stock(TEA).on_hand) == (0, 5)
    assert admin("stock", "history", TEA, "--json").json["items"][0]["actor"] == "client:nightly"

    monkeypatch.delenv("MICROMART_AUTOMATION__CLIENT_ID")
    assert admin("user", "automation", "remove", "nightly").code == 0
    monkeypatch.setenv("MICROMART_AUTOMATION__CLIENT_ID", "nightly")
    refused = admin("stock", "adjust", TEA, "--by", "2", "--reason", "delivery", "--json")
    assert (refused.code, shop.raw_stock(TEA).on_hand) == (6, 5)


def test_a_script_with_a_wrong_secret_is_no_guest(far, tmp_path, monkeypatch, shop):
    (tmp_path / "wrong").write_text("w" * 43)
    (tmp_path / "wrong").chmod(0o600)
    monkeypatch.setenv("MICROMART_AUTOMATION__CLIENT_ID", "restock")
    monkeypatch.setenv("MICROMART_AUTOMATION__SECRET_FILE", str(tmp_path / "wrong"))

    assert far("cart", "add", TEA, "--json").code == 6
    assert shop.raw_stock(TEA) == (3, 0)
