"""Profiles: made at the first sign-in, kept by issuer and subject, changed by their owner, blocked by staff."""

import pytest

from micromart_core.caller import Caller, UserId
from micromart_core.errors import InvalidValue, NotAllowed, SignInFirst
from micromart_core.identity import KnownCaller, UserDisabled
from micromart_core.permissions import EVERYTHING, Role, permissions_of
from micromart_core.users.model import EmailIsTheIssuers, NotYourself, UnknownUser
from micromart_core.users.service import profile_of, set_profile, show_profile, welcome
from micromart_core.users.service_staff import disable_user, enable_user, list_audit, list_users, show_user
from tests.core.order_stories import CountsStatements
from tests.people import People, within

ISSUER = "https://id.example.org/realms/shop"


def signs_in(shop, subject: str, username: str, email: str):
    return within(shop, welcome, ISSUER, subject, username, username, email)


def test_the_first_sign_in_makes_one_profile_and_says_so_once(shop):
    first = signs_in(shop, "s-1", "ann", "ann@example.org")
    again = signs_in(shop, "s-1", "ann", "ann@example.org")

    assert again.id == first.id
    told = shop.rows("SELECT data FROM outbox WHERE type = 'user.registered'")
    assert [row.data for row in told] == [f'{{"user_id":"{first.id}","username":"ann"}}']


def test_a_person_is_known_by_subject_not_by_name_or_address(shop, clock):
    before = signs_in(shop, "s-1", "ann", "ann@example.org")
    clock.advance(minutes=1)

    after = signs_in(shop, "s-1", "anna", "anna@example.net")
    other = signs_in(shop, "s-2", "ann", "ann@example.org")

    assert after.id == before.id
    assert (after.username, after.email, after.last_seen_at) == ("anna", "anna@example.net", clock.now)
    assert other.id != before.id


def person(shop, name: str, *roles: Role):
    made = signs_in(shop, f"s-{name}", name, f"{name}@example.org")
    permissions = permissions_of(frozenset({Role.SHOPPER, *roles}))
    return shop.shop.gateway(KnownCaller(Caller(name, permissions, user_id=made.id, signed_in=True)))


def test_a_person_changes_his_name_and_his_issuer_does_not_change_it_back(shop):
    ann = person(shop, "ann")

    assert ann.run(set_profile, name="  Ann Élise Brook ").name == "Ann Élise Brook"

    person(shop, "ann")
    assert ann.run(show_profile).name == "Ann Élise Brook"
    assert ann.run(show_profile).version == 2


def test_a_name_may_not_drive_a_terminal(shop):
    with pytest.raises(InvalidValue):
        person(shop, "ann").run(set_profile, name="Ann\x1b[2J")


def test_an_address_nobody_verified_is_not_taken_for_letters(shop):
    ann = person(shop, "ann")

    with pytest.raises(EmailIsTheIssuers):
        ann.run(set_profile, email="somebody.else@example.org")

    assert ann.run(set_profile, email="ann@example.org").email == "ann@example.org"


def test_a_guest_has_no_profile(shop):
    with pytest.raises(SignInFirst):
        shop.guest("g").run(show_profile)


def test_an_automation_client_has_no_profile_either(shop):
    client = shop.shop.gateway(KnownCaller(Caller("client:nightly", EVERYTHING, signed_in=True)))
    with pytest.raises(SignInFirst):
        client.run(show_profile)


def test_staff_find_people_by_name_however_spelled_and_by_id(shop):
    person(shop, "Éva")
    staff = shop.staff()

    found = staff.run(show_user, "éva").profile

    assert found.username == "Éva"
    assert staff.run(show_user, "E\u0301VA").profile == found
    assert staff.run(show_user, found.id).profile == found
    with pytest.raises(UnknownUser):
        staff.run(show_user, "eve")


def test_whose_name_is_an_id_is_not_taken_for_who_has_it(shop, clock):
    ann = signs_in(shop, "a", "ann", "ann@example.org")
    clock.advance(hours=1)
    signs_in(shop, "b", ann.id, "eve@example.org")

    assert shop.staff().run(show_user, ann.id).profile.username == "ann"


def test_nobody_reads_everybody_at_once(shop):
    with pytest.raises(InvalidValue):
        shop.staff().run(list_users, None, 1_001)
    with pytest.raises(InvalidValue):
        shop.staff().run(list_audit, limit=0)


def test_people_are_listed_a_page_at_a_time(shop):
    for name in ("ann", "bob", "cid"):
        person(shop, name)
    staff = shop.staff()

    first = staff.run(list_users, None, 2)
    rest = staff.run(list_users, first.next, 2)

    assert [each.profile.username for each in first.items + rest.items] == ["ann", "bob", "cid"]
    assert rest.next is None
    assert staff.run(list_users, None, 3).next is None


def test_people_are_found_by_what_stands_in_their_name_or_address(shop):
    for name in ("ann", "joanna", "bob"):
        person(shop, name)
    staff = shop.staff()

    def found(words: str) -> list[str]:
        return [each.profile.username for each in staff.run(list_users, search=words).items]

    assert found("ANN") == ["ann", "joanna"]
    assert found("bob@example") == ["bob"]
    assert found("%") == []
    assert found("  ") == ["ann", "joanna", "bob"]


def test_people_are_listed_with_their_roles_in_as_many_statements_as_one(shop):
    people, staff = People(shop), shop.staff()
    people.admin("ada")
    with CountsStatements(shop) as for_one:
        (ada,) = staff.run(list_users).items
    for name in ("bob", "cid", "dan"):
        people.joins(name)
    signs_in(shop, "a", "eve", "eve@example.org")
    with CountsStatements(shop) as for_all:
        listed = staff.run(list_users).items
    people.close()

    assert ada.roles == (Role.ADMIN, Role.SHOPPER)
    assert {each.profile.username: each.roles for each in listed} == {
        "ada": (Role.ADMIN, Role.SHOPPER), "bob": (Role.SHOPPER,), "cid": (Role.SHOPPER,), "dan": (Role.SHOPPER,),
        "eve": None,
    }  # fmt: skip
    assert for_one.count == for_all.count


def test_a_shopper_may_not_look_at_people(shop):
    with pytest.raises(NotAllowed):
        person(shop, "ann").run(list_users)


def test_staff_block_a_person_and_let_him_in_again(shop):
    person(shop, "bob")
    staff = shop.staff("stan")

    assert staff.run(disable_user, "bob").disabled
    assert staff.run(disable_user, "BOB").disabled
    assert not staff.run(enable_user, "bob").disabled

    trail = shop.rows("SELECT actor, action, target, before, after FROM audit_trail ORDER BY id")
    assert [tuple(row) for row in trail] == [
        ("stan", "user.disable", "user:bob", "enabled", "disabled"),
        ("stan", "user.enable", "user:bob", "disabled", "enabled"),
    ]


def test_nobody_blocks_himself(shop):
    admin = person(shop, "ada", Role.ADMIN)
    with pytest.raises(NotYourself):
        admin.run(disable_user, "ada")


def test_who_was_blocked_meanwhile_blocks_nobody(shop):
    ada, bob = person(shop, "ada", Role.ADMIN), person(shop, "bob", Role.ADMIN)
    ada.run(disable_user, "bob")

    with pytest.raises(UserDisabled):  # his gateway here still vouches for him, as one late by a moment would
        bob.run(disable_user, "ada")


def test_nobody_has_a_profile_before_he_came(shop):
    with pytest.raises(UnknownUser):
        within(shop, profile_of, UserId("usr_nobody"))
