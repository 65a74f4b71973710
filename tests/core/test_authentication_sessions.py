"""Sessions, roles, automation clients and the first admin of a shop with local accounts."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest
from sqlalchemy import event

from micromart_core.adapters.local_identity import operations
from micromart_core.adapters.local_identity.accounts import LocalAccounts
from micromart_core.adapters.local_identity.allowed import refuse_unless_allowed
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
from micromart_core.authentication.service_sessions import empty_sessions_and_codes
from micromart_core.carts.service import set_quantity, show_cart
from micromart_core.errors import InvalidValue, NotAllowed
from micromart_core.ids import new_secret
from micromart_core.operation import access_to, every_operation
from micromart_core.permissions import STAFF, Role
from micromart_core.settings import DatabaseSettings, IdentitySettings, Settings
from micromart_core.users.service import show_profile
from micromart_core.users.service_staff import disable_user, list_audit, list_users
from tests.people import HERE, People, within


@pytest.fixture
def people(shop):
    people = People(shop)
    yield people
    people.close()


def test_a_session_lasts_thirty_days(people, clock):
    ann = people.door(people.joins("ann"))
    clock.advance(days=29, hours=23)
    assert ann.run(show_profile).username == "ann"

    clock.advance(hours=1)
    with pytest.raises(SessionEnded):
        ann.run(show_profile)


def test_staff_work_needs_a_sign_in_of_the_last_twelve_hours(people, clock):
    admin = people.admin("ada")
    clock.advance(hours=11, minutes=59)
    admin.run(list_users)

    clock.advance(minutes=1)
    with pytest.raises(NotAllowed):
        admin.run(list_users)

    assert admin.run(show_profile).username == "ada"
    people.door(people.sign_in("ada")).run(list_users)


def test_a_session_is_described_without_its_token(people, clock):
    token = people.joins("ann")

    session = people.door(token).run(operations.describe_session, hash_secret(token))

    assert (session.signed_in, session.user, session.email) == (True, "ann", "ann@example.org")
    assert session.issuer == people.door(token).run(show_profile).issuer
    assert (session.expires_at - clock.now).days == 30
    assert token not in repr(session)


def test_knowing_who_is_calling_costs_one_statement(people, shop):
    door = people.door(people.joins("ann"))
    statements = []

    def note(_connection, _cursor, statement, *_rest):
        statements.append(statement)

    event.listen(shop.database.engine, "before_cursor_execute", note)
    with shop.database.begin(writes=False) as opened:
        statements.clear()
        people.identity.identify(opened.connection, opened.now, people.identity.prepare(door.credentials()))
    event.remove(shop.database.engine, "before_cursor_execute", note)

    assert len(statements) == 1


def test_signing_in_takes_the_anonymous_cart_over_and_kills_its_secret(people, shop):
    shop.stocks("TEA-01", on_hand=5)
    secret = new_secret()
    people.door(cart_secret=secret).run(set_quantity, "TEA-01", 2)
    people.register("ann")

    token = people.sign_in("ann", cart_secret=secret)

    assert people.door(token).run(show_cart).item_count == 2
    assert people.door(cart_secret=secret).run(show_cart).item_count == 0
    assert shop.raw_stock("TEA-01").held == 2


def test_a_planted_cart_never_shows_the_victims_lines(people, shop):
    shop.stocks("TEA-01", on_hand=5)
    shop.stocks("MUG-01", on_hand=5)
    planted = new_secret()
    people.door(cart_secret=planted).run(set_quantity, "TEA-01", 1)
    people.register("victim")

    victim = people.door(people.sign_in("victim", cart_secret=planted), cart_secret=planted)
    victim.run(set_quantity, "MUG-01", 1)

    assert people.door(cart_secret=planted).run(show_cart).lines == ()
    people.door(cart_secret=planted).run(set_quantity, "TEA-01", 1)
    assert [line.sku for line in people.door(cart_secret=planted).run(show_cart).lines] == ["TEA-01"]
    assert victim.run(show_cart).quantity_of("MUG-01") == 1


def test_each_sign_in_has_a_token_of_its_own(people):
    first, second = people.joins("ann"), people.sign_in("ann")

    people.accounts.sign_out(first)

    assert first != second
    assert people.door(second).run(show_profile).username == "ann"


def test_a_made_up_token_is_nobodys(people):
    people.joins("ann")
    for token in ("", " ", "x" * 70_000, "\ud800", "' OR 1=1 --", new_secret()):
        door = people.door(token)
        if not token:
            assert door.run(show_cart).lines == ()
            continue
        with pytest.raises(SessionEnded):
            door.run(show_cart)


def test_a_copied_database_lets_nobody_in(people, shop):
    token = people.joins("ann")

    within(shop, empty_sessions_and_codes)

    with pytest.raises(SessionEnded):
        people.door(token).run(show_profile)


def test_the_first_admin_is_made_once_and_written_down(people, shop):
    people.register("ann")
    people.register("bob")

    made = people.authority.bootstrap_admin("ann", dry_run=False)

    assert (made.user, Role.ADMIN in made.roles) == ("ann", True)
    with pytest.raises(AdminExists):
        people.authority.bootstrap_admin("bob", dry_run=False)
    with pytest.raises(UnknownAccount):
        people.authority.bootstrap_admin("nobody", dry_run=False)
    (entry,) = shop.staff().run(list_audit, action="admin.bootstrap")
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
        (entry.actor, entry.action, entry.before, entry.after) for entry in admin.run(list_audit, target="user:stan")
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
    from micromart_core.identity import Credentials, KnownCaller

    caller = gateway.identity.prepare(Credentials()) and gateway.identity._caller
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


def test_account_operations_are_on_no_wire():
    own = [each for each in every_operation().values() if ".local_identity." in each.__module__]

    assert len(own) > 15
    assert [each.__name__ for each in own if access_to(each).on_wire] == []


def test_with_an_issuer_there_are_no_local_accounts(people):
    settings = Settings(identity=IdentitySettings(issuer="https://id.example.org/realms/shop"))

    with pytest.raises(InvalidValue):
        refuse_unless_allowed(settings)
    with pytest.raises(InvalidValue):
        LocalAccounts(replace(people.door(), settings=settings))


def test_on_postgresql_local_accounts_need_the_owners_word():
    shared = DatabaseSettings(url="postgresql+psycopg://shop@db/shop")

    with pytest.raises(InvalidValue):
        refuse_unless_allowed(Settings(database=shared))

    refuse_unless_allowed(Settings(database=shared, identity=IdentitySettings(allow_local=True)))


def test_a_signed_in_caller_is_found_without_importing_what_hashes_or_fetches():
    script = (
        "import sys; import micromart_core.adapters.local_identity.identity;"
        "import micromart_core.adapters.home_credentials;"
        "print([name for name in ('argon2', 'jwt', 'cryptography', 'httpx', 'keyring') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
