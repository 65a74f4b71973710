"""Local accounts: who may have one, how it is signed in to, and what of it lies in the database."""

import unicodedata

import pytest

from micromart_core.authentication.model import AlreadyTaken, SessionEnded, WrongPassword
from micromart_core.authentication.service import find_shop_id, make_shop_id
from micromart_core.errors import InvalidValue
from micromart_core.identity import UserDisabled
from micromart_core.users.service import show_profile
from micromart_core.users.service_staff import disable_user
from tests.people import ANOTHER, HERE, PASSWORD, People


@pytest.fixture
def people(shop):
    people = People(shop)
    yield people
    people.close()


def test_who_registers_and_types_the_code_can_sign_in(people, shop):
    people.accounts.register("ann", "ann@example.org", PASSWORD, HERE)
    assert people.accounts.verify(people.code_to("ann@example.org"), HERE) == "ann"

    profile = people.door(people.sign_in("ann")).run(show_profile)

    assert (profile.username, profile.email) == ("ann", "ann@example.org")
    assert profile.issuer.startswith("urn:micromart:local:shop_")


def test_without_the_code_there_is_no_account(people):
    people.accounts.register("ann", "ann@example.org", PASSWORD, HERE)

    with pytest.raises(WrongPassword):
        people.sign_in("ann")


def test_verifying_signs_nobody_in(people, shop):
    people.register("ann")

    assert shop.rows("SELECT count(*) FROM sessions") == [(0,)]


def test_a_pending_registration_reserves_no_name(people):
    people.accounts.register("ann", "squatter@example.org", PASSWORD, HERE)
    people.register("ann")

    with pytest.raises(AlreadyTaken):
        people.accounts.verify(people.code_to("squatter@example.org"), HERE)


@pytest.mark.parametrize(
    ("name", "other"), [("éva", "ÉVA"), ("éva", "e\u0301va"), ("strasse", "STRAßE"), ("ann", "\uff41\uff4e\uff4e")]
)
def test_two_spellings_of_a_name_are_one_name(people, name, other):
    people.register(name, email="first@example.org")
    people.accounts.register(other, "second@example.org", PASSWORD, HERE)

    with pytest.raises(AlreadyTaken):
        people.accounts.verify(people.code_to("second@example.org"), HERE)

    assert people.sign_in(other)


def test_one_address_has_one_account(people):
    people.register("ann")
    people.accounts.register("anna", "ANN@example.org", PASSWORD, HERE)

    with pytest.raises(AlreadyTaken):
        people.accounts.verify(people.code_to("ANN@example.org"), HERE)


@pytest.mark.parametrize(
    "name",
    [
        "a",
        "a" * 33,
        "ann brook",
        "ann@example.org",
        "guest",
        "\uff2dicroMart",
        "client:x",
        "-ann",
        "a\x1b[2J",
        "an\u202en",
    ],
)
def test_what_cannot_be_a_user_name(people, name):
    with pytest.raises(InvalidValue):
        people.accounts.register(name, "ann@example.org", PASSWORD, HERE)


@pytest.mark.parametrize(
    "email",
    [
        "=?utf-8?q?=0D=0ABcc=3A_eve?=@example.org",
        "ann",
        "ann@",
        "@example.org",
        "a b@example.org",
        "ann@exa mple.org",
        "ann@example.org\nBcc: all@example.org",
        "ann@exämple.org",
        "a@b@c",
        "Ann <ann@example.org>",
        "ann@example..org",
    ],
)
def test_what_is_no_address_to_write_to(people, email):
    with pytest.raises(InvalidValue):
        people.accounts.register("ann", email, PASSWORD, HERE)


def test_a_wrong_name_and_a_wrong_password_sound_the_same(people):
    people.register("ann")

    with pytest.raises(WrongPassword) as wrong_password:
        people.sign_in("ann", password=ANOTHER)
    with pytest.raises(WrongPassword) as wrong_name:
        people.sign_in("nobody", password=ANOTHER)

    told = [
        (error.value.message, error.value.why, error.value.hint, error.value.details)
        for error in (wrong_password, wrong_name)
    ]
    assert told[0] == told[1]


def test_signing_out_ends_the_session_in_the_database(people):
    token = people.joins("ann")

    assert people.accounts.sign_out(token)

    with pytest.raises(SessionEnded):
        people.door(token).run(show_profile)
    assert not people.accounts.sign_out(token)


def test_a_blocked_person_cannot_sign_in_and_only_he_is_told(people, shop):
    people.joins("bob")
    shop.staff().run(disable_user, "bob")

    with pytest.raises(UserDisabled):
        people.sign_in("bob")
    with pytest.raises(WrongPassword):
        people.sign_in("bob", password=ANOTHER)


def test_a_password_may_be_typed_on_another_keyboard(people):
    composed = "schöner grüner käse"
    people.register("uwe", password=composed)

    assert people.sign_in("uwe", password=unicodedata.normalize("NFD", composed))


def test_sign_ins_failures_and_resets_are_in_the_audit_and_typed_names_are_not(people, shop):
    people.joins("ann")
    for name in ("ann", "my secret passphrase"):
        with pytest.raises(WrongPassword):
            people.sign_in(name, password=ANOTHER)
    people.accounts.recover("ann@example.org", HERE)
    people.accounts.recover_with(people.code_to("ann@example.org"), ANOTHER, HERE)

    trail = shop.rows("SELECT actor, action, target, after FROM audit_trail ORDER BY id")

    assert [tuple(row) for row in trail] == [
        ("ann", "account.create", "user:ann", None),
        ("ann", "session.sign_in", "user:ann", f"from {HERE}"),
        ("?", "session.refused", "user:ann", f"from {HERE}"),
        ("?", "session.refused", "user:?", f"from {HERE}"),
        ("?", "password.recover", "user:ann", f"from {HERE}"),
        ("ann", "password.reset", "user:ann", None),
    ]


def test_no_secret_lies_in_the_database(people, shop):
    token = people.joins("ann")
    people.accounts.recover("ann@example.org", HERE)
    code = people.code_to("ann@example.org")
    people.accounts.recover_with(code, ANOTHER, HERE)
    tables = [row[0] for row in shop.rows(
        "SELECT name FROM sqlite_master WHERE type = 'table'" if shop.database.is_sqlite
        else "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
    )]  # fmt: skip

    everything = {table: str(shop.rows(f'SELECT * FROM "{table}"')) for table in tables}

    assert "ann@example.org" in everything["accounts"]
    for table, text in everything.items():
        assert PASSWORD not in text, table
        assert ANOTHER not in text, table
        assert token not in text, table
        if table != "mails":
            assert code not in text, table
        if table not in ("accounts", "codes"):
            assert "$argon2id$" not in text, table


def test_a_shop_has_one_id_which_its_processes_know_each_other_by(shop):
    assert shop.operator().run(find_shop_id) is None
    made = shop.operator().run(make_shop_id)

    assert made.startswith("shop_")
    assert shop.again().operator().run(make_shop_id) == made
    assert shop.operator().run(find_shop_id) == made
