"""People and their roles from the command line, and scripts that sign in by themselves."""

import stat

import pytest

from tests.cli.test_auth import login, register
from tests.people import People


@pytest.fixture
def admin(cli, home):
    """Ann, admin of her own shop and signed in."""
    register(cli, home)
    assert cli("user", "bootstrap-admin", "ann").code == 0
    login(cli)


def test_the_first_admin_needs_no_sign_in_and_is_made_once(cli, home):
    register(cli, home)

    assert cli("user", "bootstrap-admin", "nobody").code == 3
    assert cli("user", "bootstrap-admin", "ann", "--dry-run", "--json").json["dry_run"] is True
    made = cli("user", "bootstrap-admin", "ann", "--json")

    assert (made.code, made.json) == (0, {"user": "ann", "roles": ["admin", "shopper"]})
    assert cli("user", "bootstrap-admin", "ann").code == 4


def test_roles_are_granted_and_revoked(cli, home, admin):
    register(cli, home, "bob")

    rehearsed = cli("user", "grant", "bob", "stock-clerk", "--dry-run", "--json")
    granted = cli("user", "grant", "bob", "stock-clerk", "--json")
    revoked = cli("user", "revoke", "bob", "stock-clerk", "--json")

    assert rehearsed.json == {"user": "bob", "roles": ["shopper", "stock-clerk"], "dry_run": True}
    assert granted.json == {"user": "bob", "roles": ["shopper", "stock-clerk"]}
    assert revoked.json == {"user": "bob", "roles": ["shopper"]}


def test_refusals_of_grants(cli, home, admin):
    assert cli("user", "grant", "bob", "king").code == 2
    assert cli("user", "grant", "bob", "admin").code == 3
    assert cli("user", "grant", "ann", "automation").code == 4
    assert cli("user", "revoke", "ann", "admin").code == 4
    cli("auth", "logout")
    assert cli("user", "grant", "ann", "admin").code == 6
    register(cli, home, "bob")
    login(cli, "bob")
    assert cli("user", "grant", "bob", "admin").code == 7


def test_people_are_listed_and_shown(cli, shop):
    people = People(shop)
    people.joins("ann")
    people.joins("bob")
    people.close()

    page = cli("user", "list", "--limit", "1", "--json", by=shop.staff()).json
    rest = cli("user", "list", "--after", page["next"], "--json", by=shop.staff()).json
    found = cli("user", "list", "--search", "bo", "--json", by=shop.staff()).json
    ann = cli("user", "show", "ANN", "--json", by=shop.staff()).json

    assert [user["username"] for user in page["items"] + rest["items"]] == ["ann", "bob"]
    assert [user["roles"] for user in page["items"] + rest["items"]] == [["shopper"]] * 2
    assert [user["username"] for user in found["items"]] == ["bob"]
    assert (ann["username"], ann["roles"], ann["orders"]) == ("ann", ["shopper"], [])
    assert cli("user", "show", "nobody", by=shop.staff()).code == 3
    assert cli("user", "list", by=shop.shopper("ann")).code == 7


def test_blocking_asks_first(cli, shop):
    people = People(shop)
    people.joins("ann")
    people.close()

    assert cli("user", "disable", "nobody", by=shop.staff()).code == 3
    assert cli("user", "disable", "ann", by=shop.staff()).code == 2
    assert cli("user", "disable", "ann", "--yes", "--json", by=shop.staff()).json["disabled"] is True
    assert cli("user", "enable", "ann", "--json", by=shop.staff()).json["disabled"] is False


def test_a_script_signs_in_by_itself_and_nothing_is_stored(cli, home, admin, monkeypatch, tmp_path):
    secret_file = tmp_path / "nightly.secret"
    made = cli("user", "automation", "create", "nightly", "--secret-file", secret_file, "--json")
    assert made.code == 0, made.err
    assert (made.json["name"], made.json["created_by"]) == ("nightly", "ann")
    assert "MICROMART_AUTOMATION__CLIENT_ID=nightly" in made.err
    assert f"MICROMART_AUTOMATION__SECRET_FILE={secret_file}" in made.err
    assert stat.S_IMODE(secret_file.stat().st_mode) == 0o600
    secret = secret_file.read_text().strip()
    assert secret not in made.out + made.err
    cli("auth", "logout")
    before = sorted(path.name for path in (home / "state").iterdir())

    monkeypatch.setenv("MICROMART_AUTOMATION__CLIENT_ID", "nightly")
    monkeypatch.setenv("MICROMART_AUTOMATION__SECRET_FILE", str(secret_file))
    status = cli("auth", "status", "--json").json
    assert (status["user"], status["token_store"]) == ("client:nightly", None)
    assert cli("stock", "list", "--json").code == 0
    assert cli("user", "list").code == 7
    assert cli("profile", "show").code == 7
    assert sorted(path.name for path in (home / "state").iterdir()) == before

    monkeypatch.setenv("MICROMART_AUTOMATION__CLIENT_SECRET", "wrong")
    assert cli("stock", "list").code == 6


def test_clients_are_listed_and_removed(cli, home, admin, tmp_path):
    secret_file = tmp_path / "nightly.secret"
    cli("user", "automation", "create", "nightly", "--secret-file", secret_file)

    assert cli("user", "automation", "list", "--json").json["items"][0]["name"] == "nightly"
    assert cli("user", "automation", "remove", "nightly").code == 0
    assert cli("user", "automation", "remove", "nightly").code == 3


def test_a_secret_is_never_written_over_another_file(cli, home, admin, tmp_path):
    precious = tmp_path / "precious"
    precious.write_text("mine")

    assert cli("user", "automation", "create", "nightly", "--secret-file", precious).code == 4
    assert precious.read_text() == "mine"
    assert cli("user", "automation", "create", "Night ly", "--secret-file", tmp_path / "other").code == 2
    assert cli("user", "automation", "create", "nightly", "--secret-file", tmp_path / "third", "--dry-run").code == 0
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["precious"]
