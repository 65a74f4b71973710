"""Sessions of a shop with local accounts: how long they last, what they take over, and where they are refused."""

import subprocess
import sys

import pytest
from msgspec.structs import replace
from sqlalchemy import event

from micromart_core.adapters.local_identity import operations
from micromart_core.adapters.local_identity.accounts import LocalAccounts
from micromart_core.adapters.local_identity.allowed import refuse_unless_allowed
from micromart_core.authentication.model import SessionEnded
from micromart_core.authentication.secrets import hash_secret
from micromart_core.authentication.service_sessions import empty_sessions_and_codes
from micromart_core.carts.service import set_quantity, show_cart
from micromart_core.errors import InvalidValue, SignInFirst
from micromart_core.ids import new_secret
from micromart_core.operation import access_to, every_operation
from micromart_core.products.service import list_products
from micromart_core.settings import DatabaseSettings, IdentitySettings, Settings
from micromart_core.users.service import show_profile
from micromart_core.users.service_staff import list_users
from tests.people import People, within


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
    with pytest.raises(SignInFirst):
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
        people.identity.identify(
            opened.connection, opened.now, people.identity.prepare(door.credentials(), access_to(show_profile))
        )
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


def test_whose_session_has_ended_may_look_around_but_finds_no_cart(people, shop, clock):
    shop.stocks("TEA-01", on_hand=3)
    ann = people.door(people.joins("ann"))
    clock.advance(days=31)

    assert [product.sku for product in ann.run(list_products).items] == ["TEA-01"]
    with pytest.raises(SessionEnded):
        ann.run(show_cart)


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
