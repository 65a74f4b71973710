"""Profile, addresses and the audit from the command line."""

import pytest

from tests.people import People

HOME = ("--name", "Ann Brook", "--line1", "1 Mill Lane", "--city", "Ely", "--postcode", "CB7", "--country", "gb")
FIELDS = ["id", "name", "line1", "line2", "city", "region", "postcode", "country", "is_default"]


@pytest.fixture
def people(shop):
    people = People(shop)
    yield people
    people.close()


@pytest.fixture
def ann(people):
    return people.door(people.joins("ann"))


def test_a_profile_is_shown_and_changed(cli, ann):
    assert cli("profile", "show", "--json", by=ann).json["username"] == "ann"
    assert cli("profile", "set", "name=Ann = Brook", "--json", by=ann).json["name"] == "Ann = Brook"
    rehearsed = cli("profile", "set", "name=Other", "--dry-run", "--json", by=ann).json
    assert (rehearsed["name"], rehearsed["dry_run"]) == ("Other", True)
    assert cli("profile", "show", "--json", by=ann).json["name"] == "Ann = Brook"


@pytest.mark.parametrize(("change", "code"), [("name", 2), ("shoe=44", 2), ("name=", 2), ("email=x@example.org", 4)])
def test_what_cannot_be_set(cli, ann, change, code):
    assert cli("profile", "set", change, by=ann).code == code


def test_addresses_are_kept_listed_and_removed(cli, ann):
    home = cli("address", "add", *HOME, "--json", by=ann).json
    work = cli("address", "add", *HOME, "--line2", "3rd floor", "--json", by=ann).json
    assert list(home) == FIELDS
    assert (home["is_default"], home["country"], home["line2"]) == (True, "GB", None)

    assert cli("address", "default", work["id"], "--json", by=ann).json["is_default"] is True
    listed = cli("address", "list", "--json", by=ann).json
    assert ([each["is_default"] for each in listed["items"]], listed["next"]) == ([False, True], None)
    assert cli("address", "remove", work["id"], by=ann).code == 0
    assert cli("address", "remove", work["id"], by=ann).code == 3
    assert cli("address", "list", "-o", "ids", by=ann).out.split() == [home["id"]]


def test_an_address_that_is_none(cli, ann, shop):
    assert cli("address", "add", *HOME[:-1], "zz", by=ann).code == 2
    assert cli("address", "add", *HOME[2:], by=ann).code == 2
    assert cli("address", "list", by=shop.guest("g")).code == 6


def test_a_rehearsed_address_is_not_kept(cli, ann):
    assert cli("address", "add", *HOME, "--dry-run", "--json", by=ann).json["dry_run"] is True
    assert cli("address", "list", "--json", by=ann).json["items"] == []


def test_the_audit_is_filtered_and_paged(cli, people, shop, clock):
    people.admin("ada")
    clock.advance(hours=1)
    people.joins("bob")

    page = cli("audit", "list", "--limit", "2", "--json", by=shop.staff()).json
    assert [entry["actor"] for entry in page["items"]] == ["bob", "bob"]
    rest = cli("audit", "list", "--after", page["next"], "--json", by=shop.staff()).json
    assert [entry["action"] for entry in rest["items"]] == ["admin.bootstrap", "session.sign_in", "account.create"]
    recent = cli("audit", "list", "--since", "2026-01-01T12:30:00Z", "--json", by=shop.staff()).json
    assert recent["items"] == page["items"]
    assert cli("audit", "list", "--actor", "ada", "--action", "account.create", "-o", "ids", by=shop.staff()).code == 0
    assert cli("audit", "list", "--since", "yesterday", by=shop.staff()).code == 2
    assert cli("audit", "list", by=people.door(people.sign_in("bob"))).code == 7
    assert cli("audit", "list", by=shop.guest("g")).code == 6
