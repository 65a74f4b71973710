"""Roles, automation clients and the first admin of a shop with local accounts."""

import os
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from msgspec.structs import replace

from micromart_core.adapters.local_identity import operations
from micromart_core.authentication.model import (
    AdminExists,
    ClientExists,
    LastAdmin,
    OnlyForClients,
    SessionEnded,
    UnknownAccount,
    UnknownClient,
    WrongClient,
)
from micromart_core.authentication.secrets import hash_secret
from micromart_core.errors import InvalidValue, NotAllowed
from micromart_core.ids import new_secret
from micromart_core.permissions import STAFF, Role
from micromart_core.users.service import show_profile
from micromart_core.users.service_staff import disable_user, list_audit, list_users
from tests.people import HERE, People


@pytest.fixture
def people(shop):
    people = People(shop)
    yield people
    people.close()


def test_the_first_admin_is_made_once_and_written_down(people, shop):
    people.register("ann")
    people.register("bob")

    made = people.authority.bootstrap_admin("ann", dry_run=False)

    assert (made.user, Role.ADMIN in made.roles) == ("ann", True)
    with pytest.raises(AdminExists):
        people.authority.bootstrap_admin("bob", dry_run=False)
    with pytest.raises(UnknownAccount):
        people.authority.bootstrap_admin("nobody", dry_run=False)
    (entry,) = shop.staff().run(list_audit, action="admin.bootstrap").items
    assert (entry.target, entry.after) == ("user:ann", "admin, shopper")
    assert entry.actor.startswith("owner:")


def test_only_the_owner_of_the_file_makes_the_first_admin(people, shop, monkeypatch):
    people.register("ann")
    if not shop.database.is_sqlite:
        pytest.skip("a server's database has no owner of a file")
    monkeypatch.setattr(os, "geteuid", lambda: 54321)

    with pytest.raises(NotAllowed):
        people.authority.bootstrap_admin("ann", dry_run=False)


def test_a_role_is_granted_and_revoked_at_once_and_written_down(people, shop):
    admin = people.admin("ada")
    stan = people.door(people.joins("stan"))

    assert people.authority.grant(admin, "STAN", Role.ADMIN).roles == (Role.ADMIN, Role.SHOPPER)
    stan.run(list_users)
    people.authority.grant(admin, "stan", Role.ADMIN)
    assert people.authority.revoke(admin, "stan", Role.ADMIN).roles == (Role.SHOPPER,)
    with pytest.raises(NotAllowed):
        stan.run(list_users)

    trail = [
        (entry.actor, entry.action, entry.before, entry.after)
        for entry in admin.run(list_audit, target="user:stan").items
    ]
    assert trail[:2] == [
        ("ada", "role.revoke", "admin, shopper", "shopper"),
        ("ada", "role.grant", "shopper", "admin, shopper"),
    ]
    assert [action for _, action, _, _ in trail].count("role.grant") == 1


def test_nobody_grants_what_he_lacks(people, shop):
    people.admin("ada")
    people.register("bob")
    clerk = shop.staff("sue", Role.STOCK_CLERK)
    granter = replace(clerk, identity=_with(clerk, "user:grant"))

    with pytest.raises(NotAllowed):
        people.authority.grant(clerk, "bob", Role.STOCK_CLERK)
    with pytest.raises(NotAllowed):
        people.authority.grant(granter, "bob", Role.ADMIN)
    with pytest.raises(NotAllowed):
        people.authority.revoke(granter, "ada", Role.ADMIN)
    with pytest.raises(NotAllowed):
        people.authority.create_client(granter, "nightly", new_secret())
    assert people.authority.grant(granter, "bob", Role.STOCK_CLERK).roles == (Role.SHOPPER, Role.STOCK_CLERK)


def _with(gateway, permission):
    from micromart_core.identity import KnownCaller

    caller = gateway.identity._caller
    return KnownCaller(replace(caller, permissions=caller.permissions | {permission}))


def test_the_last_admin_cannot_remove_himself(people):
    admin = people.admin("ada")

    with pytest.raises(LastAdmin):
        people.authority.revoke(admin, "ada", Role.ADMIN)

    people.register("bob")
    people.authority.grant(admin, "bob", Role.ADMIN)
    assert people.authority.revoke(admin, "ada", Role.ADMIN).roles == (Role.SHOPPER,)


def test_two_admins_who_remove_each_other_at_once_leave_one(live_shop):
    people = People(live_shop)
    doors = {"ada": people.admin("ada"), "bob": people.door(people.joins("bob"))}
    people.authority.grant(doors["ada"], "bob", Role.ADMIN)
    begin = Barrier(2)

    def revoke(pair: tuple[str, str]) -> bool:
        who, whom = pair
        begin.wait()
        try:
            people.authority.revoke(doors[who], whom, Role.ADMIN)
        except (LastAdmin, NotAllowed):
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(revoke, [("ada", "bob"), ("bob", "ada")]))
    people.close()

    assert sorted(done) == [False, True]
    assert live_shop.rows("SELECT count(*) FROM account_roles WHERE role = 'admin'") == [(1,)]


def test_a_blocked_admin_does_not_count_as_another_one(people):
    admin = people.admin("ada")
    people.joins("bob")
    people.authority.grant(admin, "bob", Role.ADMIN)
    admin.run(disable_user, "bob")

    with pytest.raises(LastAdmin):
        people.authority.revoke(admin, "ada", Role.ADMIN)


def test_nobody_blocks_the_last_admin(people, shop):
    admin = people.admin("ada")
    people.joins("bob")

    with pytest.raises(LastAdmin):
        shop.staff().run(disable_user, "ada")

    people.authority.grant(admin, "bob", Role.ADMIN)
    assert shop.staff().run(disable_user, "ada").disabled
    with pytest.raises(LastAdmin):
        shop.staff().run(disable_user, "bob")


def test_no_person_is_a_client_and_no_stranger_gets_a_role(people):
    admin = people.admin("ada")

    with pytest.raises(OnlyForClients):
        people.authority.grant(admin, "ada", Role.AUTOMATION)
    with pytest.raises(UnknownAccount):
        people.authority.grant(admin, "nobody", Role.ADMIN)


def test_an_automation_client_signs_in_for_five_minutes(people, clock):
    admin = people.admin("ada")
    secret = new_secret()
    made = people.authority.create_client(admin, "nightly", secret)

    door = people.door(people.authority.sign_in_client("nightly", secret, HERE))

    assert (made.name, made.created_by) == ("nightly", "ada")
    with pytest.raises(NotAllowed):
        door.run(show_profile)
    clock.advance(minutes=5)
    with pytest.raises(SessionEnded):
        door.run(show_profile)


def test_a_client_without_its_secret_stays_outside(people):
    admin = people.admin("ada")
    people.authority.create_client(admin, "nightly", new_secret())

    for name in ("nightly", "nobody"):
        with pytest.raises(WrongClient):
            people.authority.sign_in_client(name, new_secret(), HERE)


def test_a_removed_client_is_out_at_once(people):
    admin = people.admin("ada")
    secret = new_secret()
    people.authority.create_client(admin, "nightly", secret)
    door = people.door(people.authority.sign_in_client("nightly", secret, HERE))

    with pytest.raises(ClientExists):
        people.authority.create_client(admin, "nightly", new_secret())
    assert [client.name for client in people.authority.list_clients(admin)] == ["nightly"]
    people.authority.remove_client(admin, "nightly")

    with pytest.raises(SessionEnded):
        door.run(show_profile)
    with pytest.raises(UnknownClient):
        people.authority.remove_client(admin, "nightly")


@pytest.mark.parametrize("name", ["", "n", "Nightly", "night ly", "1st", "x" * 33, "a:b"])
def test_what_cannot_name_a_client(people, name):
    with pytest.raises(InvalidValue):
        people.authority.create_client(people.admin("ada"), name, new_secret())


def test_clients_have_staff_rights_and_no_cart(people):
    admin = people.admin("ada")
    secret = new_secret()
    people.authority.create_client(admin, "nightly", secret)
    token = people.authority.sign_in_client("nightly", secret, HERE)

    session = people.door(token).run(operations.describe_session, hash_secret(token))

    assert session.user == "client:nightly"
    assert set(session.permissions) <= STAFF
