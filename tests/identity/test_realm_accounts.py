"""Accounts in the real realm by its pages and letters: registering, passwords, recovering, and guessing."""

import pytest

from micromart_core.permissions import Role, permissions_of
from tests.identity.person import ANOTHER
from tests.identity.real_keycloak import parts_of, permissions_in

pytestmark = pytest.mark.servers
WEAK = {
    "short": "copper kett",
    "too long": "copper kettle " * 10,
    "common": "1qaz2wsx3edc",
    "common in capitals": "1QAZ2WSX3EDC",
}


def test_one_link_leads_from_registering_over_the_letter_to_tokens(keycloak):
    ann, device = keycloak.newcomer(), keycloak.begin()
    ann.open(device.link)
    ann.register()
    assert not ann.sees("accept"), "nobody goes on before the address is confirmed"

    ann.follow_letter()
    ann.approve()

    token = keycloak.finish(device).body["access_token"]
    assert permissions_in(token) == permissions_of(frozenset({Role.SHOPPER}))
    claims = parts_of(token)[1]
    assert (claims["preferred_username"], claims["email"], claims["email_verified"]) == (ann.name, ann.email, True)


@pytest.mark.parametrize("password", WEAK.values(), ids=WEAK)
def test_a_weak_password_is_refused(keycloak, password):
    ann = keycloak.newcomer()
    ann.open(keycloak.begin().link)

    ann.register(password)

    assert ann.sees("password-confirm", "email")
    assert "nvalid password" in ann.page.text
    assert ann.letters() == []


def test_the_own_name_is_no_password(keycloak):
    ann = keycloak.newcomer()
    ann.open(keycloak.begin().link)

    ann.register(ann.name)

    assert "must not be equal to the username" in ann.page.text
    assert ann.sees("password-confirm", "email")


def test_whoever_registers_with_the_address_as_password_goes_nowhere_before_choosing_another(keycloak):
    ann, device = keycloak.newcomer(), keycloak.begin()
    ann.open(device.link)

    ann.register(ann.email)
    ann.choose_password(ann.email)

    assert "must not be equal to the email" in ann.page.text
    ann.choose_password(ANOTHER)
    ann.follow_letter()
    ann.approve()
    assert keycloak.finish(device).status == 200


@pytest.mark.parametrize("password", ["c" + "é" * 127, "twelve signs"], ids=["128 signs", "12 signs"])
def test_a_password_of_any_signs_and_of_either_length_is_taken(keycloak, password):
    ann, device = keycloak.newcomer(), keycloak.begin()
    ann.open(device.link)
    ann.register(password)
    ann.follow_letter()
    ann.approve()

    again = keycloak.begin()
    ann.open(again.link)
    ann.sign_in(password)
    ann.approve()

    assert keycloak.finish(again).status == 200


def test_a_wrong_password_gets_the_same_form_again_whether_or_not_the_name_exists(keycloak):
    said = []
    for person in (keycloak.person(), keycloak.newcomer()):
        person.open(keycloak.begin().link)
        said.append(person.sign_in("copper kettle on the shelf").text.replace(person.name, "NAME"))
        assert person.sees("username", "password")

    assert said[0] == said[1]


def test_guessing_pauses_an_account_even_for_the_right_password_and_does_not_end_it(keycloak):
    ann, device = keycloak.person(), keycloak.begin()
    ann.open(device.link)
    for _ in range(5):
        ann.sign_in("copper kettle on the shelf")

    ann.sign_in()

    assert ann.sees("username", "password")
    assert keycloak.finish(device).error == "authorization_pending"
    user = keycloak.id_of(ann)
    assert keycloak.admin("GET", f"/attack-detection/brute-force/users/{user}").body["disabled"] is True
    assert keycloak.admin("GET", f"/users/{user}").body["enabled"] is True


def test_a_forgotten_password_is_chosen_anew_by_letter_and_the_old_one_is_dead(keycloak):
    ann, device = keycloak.person(), keycloak.begin()
    ann.open(device.link)
    ann.forget_password()
    ann.follow_letter()
    ann.choose_password(ANOTHER)
    ann.approve()
    assert keycloak.finish(device).status == 200

    ann.open(keycloak.begin().link)
    ann.sign_in()
    assert ann.sees("username", "password")
    ann.sign_in(ANOTHER)
    assert ann.sees("accept", "cancel")


def test_a_weak_password_is_refused_in_recovering_too(keycloak):
    ann = keycloak.person()
    ann.open(keycloak.begin().link)
    ann.forget_password()
    ann.follow_letter()

    ann.choose_password(WEAK["common"])

    assert ann.sees("password-new", "password-confirm")


def test_recovering_tells_nobody_whether_an_account_exists(keycloak):
    said = []
    for person in (keycloak.person(), keycloak.newcomer()):
        person.open(keycloak.begin().link)
        said.append(person.forget_password().text)

    assert said[0] == said[1]


def test_the_links_of_letters_live_five_minutes(keycloak):
    ann, bob = keycloak.newcomer(), keycloak.person()
    ann.open(keycloak.begin().link)
    ann.register()
    bob.open(keycloak.begin().link)
    bob.forget_password()

    for person in (ann, bob):
        _, claims = parts_of(person.link_in_letter().partition("key=")[2].partition("&")[0])
        assert claims["exp"] - claims["iat"] == 300


def test_a_taken_name_or_address_is_not_given_twice(keycloak):
    ann = keycloak.person()
    other = keycloak.newcomer()
    other.name = ann.name.upper()
    other.open(keycloak.begin().link)

    other.register()

    assert other.sees("password-confirm", "email")
    assert len(keycloak.admin("GET", f"/users?username={ann.name}").body) == 1


def test_the_pages_lead_nobody_away_from_where_they_were_opened(keycloak):
    ann = keycloak.person()
    page = ann.open(keycloak.begin().link)

    assert {link for link in page.links if not link.startswith(keycloak.url)} == set()
