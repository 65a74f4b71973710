"""Mailed codes: what registering and recovering send, how long it works, and what it never tells a stranger."""

import pytest

from micromart_core.authentication.model import AlreadyTaken, DeadCode, SessionEnded, WeakPassword, WrongPassword
from micromart_core.users.service import show_profile
from tests.people import ANOTHER, HERE, PASSWORD, People


@pytest.fixture
def people(shop):
    people = People(shop)
    yield people
    people.close()


def test_a_code_is_typed_with_or_without_dashes_in_any_case(people):
    people.accounts.register("ann", "ann@example.org", PASSWORD, HERE)

    typed = people.code_to("ann@example.org").replace("-", " ").lower()

    assert people.accounts.verify(f" {typed}", HERE) == "ann"


def test_a_code_works_once(people):
    people.register("ann")

    with pytest.raises(DeadCode):
        people.accounts.verify(people.code_to("ann@example.org"), HERE)


def test_a_verification_code_dies_after_fifteen_minutes(people, clock):
    people.accounts.register("ann", "ann@example.org", PASSWORD, HERE)
    clock.advance(minutes=15)

    with pytest.raises(DeadCode):
        people.accounts.verify(people.code_to("ann@example.org"), HERE)


def test_a_recovery_code_dies_after_five_minutes(people, clock):
    people.register("ann")
    people.accounts.recover("ann@example.org", HERE)
    clock.advance(minutes=5)

    with pytest.raises(DeadCode):
        people.accounts.recover_with(people.code_to("ann@example.org"), ANOTHER, HERE)


def test_a_new_code_kills_the_older_one(people):
    people.accounts.register("ann", "ann@example.org", PASSWORD, HERE)
    older = people.code_to("ann@example.org")
    people.accounts.register("ann", "Ann@Example.org", PASSWORD, HERE)

    with pytest.raises(DeadCode):
        people.accounts.verify(older, HERE)

    assert people.accounts.verify(people.code_to("Ann@Example.org"), HERE) == "ann"


def test_of_two_registrations_of_one_address_the_newest_code_wins_and_the_older_one_makes_no_account(people, shop):
    people.accounts.register("ann", "ann@example.org", PASSWORD, HERE)
    anns = people.code_to("ann@example.org")
    people.accounts.register("eve", "ann@example.org", ANOTHER, "os:1001")
    eves = people.code_to("ann@example.org")

    with pytest.raises(DeadCode):
        people.accounts.verify(anns, HERE)
    greetings = [letter.text.splitlines()[0] for letter in shop.rows("SELECT text FROM mails ORDER BY id")]
    assert greetings == ["Hello ann,", "Hello eve,"]

    people.accounts.register("ann", "ann@example.org", PASSWORD, HERE)  # as her letter told her to
    assert people.accounts.verify(people.code_to("ann@example.org"), HERE) == "ann"
    with pytest.raises(DeadCode):
        people.accounts.verify(eves, "os:1001")
    with pytest.raises(WrongPassword):
        people.sign_in("eve", password=ANOTHER)


def test_who_has_the_mailbox_takes_over_what_somebody_registered_with_its_address(people):
    people.accounts.register("eve", "ann@example.org", ANOTHER, "os:1001")
    people.accounts.verify(people.code_to("ann@example.org"), HERE)  # ann typed it without reading whose it was
    eves = people.sign_in("eve", password=ANOTHER)

    people.accounts.recover("ann@example.org", HERE)
    assert people.accounts.recover_with(people.code_to("ann@example.org"), PASSWORD, HERE) == "eve"

    with pytest.raises(SessionEnded):
        people.door(eves).run(show_profile)
    with pytest.raises(WrongPassword):
        people.sign_in("eve", password=ANOTHER)


def test_a_registration_with_the_address_of_an_account_changes_nothing_of_it_even_with_its_code(people):
    token = people.joins("ann")
    for name in ("eve", "ann"):
        people.accounts.register(name, "ANN@example.org", ANOTHER, "os:1001")
        with pytest.raises(AlreadyTaken):
            people.accounts.verify(people.code_to("ANN@example.org"), HERE)

    assert people.door(token).run(show_profile).username == "ann"
    assert people.sign_in("ann")
    with pytest.raises(WrongPassword):
        people.sign_in("ann", password=ANOTHER)


def test_a_code_is_for_its_own_purpose(people):
    people.register("ann")
    people.accounts.recover("ann@example.org", HERE)
    with pytest.raises(DeadCode):
        people.accounts.verify(people.code_to("ann@example.org"), HERE)

    people.accounts.register("bob", "bob@example.org", PASSWORD, HERE)
    with pytest.raises(DeadCode):
        people.accounts.recover_with(people.code_to("bob@example.org"), ANOTHER, HERE)


def test_codes_lie_hashed_in_the_database(people, shop):
    people.accounts.register("ann", "ann@example.org", PASSWORD, HERE)
    code = people.code_to("ann@example.org")

    assert code.replace("-", "") not in str(shop.rows("SELECT * FROM codes")).replace("-", "")
    assert len(code.replace("-", "")) == 12


def test_registering_does_not_tell_whether_the_name_or_address_is_taken(people, shop):
    people.register("ann")
    before = shop.rows("SELECT count(*) FROM mails")[0][0]

    people.accounts.register("ann", "ann@example.org", PASSWORD, HERE)
    people.accounts.register("nobody", "nobody@example.org", PASSWORD, HERE)

    letters = shop.rows('SELECT "to", template FROM mails ORDER BY id')[before:]
    assert [tuple(letter) for letter in letters] == [
        ("ann@example.org", "verification"),
        ("nobody@example.org", "verification"),
    ]


def test_recovering_does_not_tell_whether_an_account_exists(people, shop):
    people.register("ann")
    people.accounts.recover("ann@example.org", HERE)
    people.accounts.recover("nobody@example.org", HERE)

    assert shop.rows("SELECT count(*) FROM codes WHERE purpose = 'recover'") == [(2,)]
    letters = shop.rows("SELECT \"to\" FROM mails WHERE template = 'recovery'")
    assert [letter.to for letter in letters] == ["ann@example.org"]


def test_a_recovery_letter_goes_to_the_verified_address_not_to_the_typed_one(people, shop):
    people.register("ann")

    people.accounts.recover("ANN@EXAMPLE.ORG", HERE)

    letters = shop.rows("SELECT \"to\" FROM mails WHERE template = 'recovery'")
    assert [letter.to for letter in letters] == ["ann@example.org"]


def test_a_new_password_kills_all_sessions_and_older_codes(people, shop):
    token = people.joins("ann")
    people.accounts.recover("ann@example.org", HERE)
    code = people.code_to("ann@example.org")
    people.accounts.register("ann2", "ann@example.org", PASSWORD, HERE)

    assert people.accounts.recover_with(code, ANOTHER, HERE) == "ann"

    with pytest.raises(SessionEnded):
        people.door(token).run(show_profile)
    with pytest.raises(WrongPassword):
        people.sign_in("ann")
    with pytest.raises(DeadCode):
        people.accounts.recover_with(code, PASSWORD, HERE)
    assert shop.rows("SELECT count(*) FROM codes") == [(0,)]
    assert people.sign_in("ann", password=ANOTHER)


def test_a_weak_new_password_does_not_use_the_code_up(people):
    people.register("ann")
    people.accounts.recover("ann@example.org", HERE)
    code = people.code_to("ann@example.org")

    with pytest.raises(WeakPassword):
        people.accounts.recover_with(code, "password1234", HERE)

    assert people.accounts.recover_with(code, ANOTHER, HERE) == "ann"
