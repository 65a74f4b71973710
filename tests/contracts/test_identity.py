"""What every identity adapter must hold; an adapter joins by a provider of its own in PROVIDERS."""

import pytest

from micromart_core.caller import Caller
from micromart_core.errors import MicroMartError, NotAllowed, SignInFirst
from micromart_core.identity import Credentials
from micromart_core.inventory.service_stock import adjust_stock
from micromart_core.operation import access_to
from micromart_core.permissions import ANYONE, STAFF, Permission, Role
from micromart_core.users.service import show_profile
from micromart_core.users.service_staff import disable_user, enable_user, list_users
from tests.contracts.identity_providers import KeycloakProvider, LocalProvider

PROVIDERS = [LocalProvider, pytest.param(KeycloakProvider, marks=pytest.mark.servers)]


@pytest.fixture(params=PROVIDERS)
def provider(request, shop, tmp_path):
    if request.param is KeycloakProvider:
        provider = KeycloakProvider(shop, request.getfixturevalue("keycloak"), tmp_path)
    else:
        provider = request.param(shop)
    yield provider
    provider.close()


@pytest.fixture
def who(provider, shop):
    """Say who somebody is."""

    def ask(token: str | None = None, cart_secret: str | None = None, operation=show_profile) -> Caller:
        prepared = provider.identity.prepare(Credentials(token, cart_secret), access_to(operation))
        with shop.database.begin(writes=False) as opened:
            return provider.identity.identify(opened.connection, opened.now, prepared)

    return ask


def test_without_a_token_everybody_is_a_guest(who):
    nobody, guest = who(), who(cart_secret="a-secret")

    assert (nobody.actor, nobody.signed_in, nobody.user_id, nobody.cart_key) == ("guest", False, None, None)
    assert (guest.permissions, guest.email) == (ANYONE, None)
    assert guest.cart_key not in (None, "a-secret")


def test_the_same_cart_secret_is_the_same_guest(who):
    assert who(cart_secret="one").cart_key == who(cart_secret="one").cart_key
    assert who(cart_secret="one").cart_key != who(cart_secret="two").cart_key


def test_a_token_says_who_is_calling(provider, who):
    ann = who(provider.token_of("ann"))

    name = provider.called("ann")
    assert (ann.actor, ann.email, ann.signed_in) == (name, f"{name}@example.org", True)
    assert Permission.ORDER_PLACE in ann.permissions
    assert not ann.permissions & STAFF


def test_whoever_is_signed_in_has_no_anonymous_cart(provider, who):
    assert who(provider.token_of("ann"), cart_secret="planted").cart_key is None


def test_two_people_are_two_users_and_one_stays_one(provider, who):
    ann, bob = provider.token_of("ann"), provider.token_of("bob")

    assert who(ann).user_id == who(ann).user_id
    assert who(ann).user_id != who(bob).user_id


def test_the_profile_is_there_on_the_first_operation(provider, shop):
    token = provider.token_of("ann")
    door = shop.shop.gateway(provider.identity, lambda: Credentials(token))

    assert door.run(show_profile).username == provider.called("ann")


@pytest.mark.parametrize("token", ["x", "x" * 20_000, "a.b.c", "null", "\x00", "\ud800", "é"])
def test_a_made_up_token_is_refused_before_or_in_the_transaction(who, token):
    with pytest.raises(SignInFirst):
        who(token)


def test_a_token_is_in_no_error_and_no_repr(provider, who):
    canary = "canary-3b1f7a"

    with pytest.raises(SignInFirst) as refusal:
        who(canary)

    assert canary not in repr(refusal.value) + str(vars(refusal.value))
    assert canary not in repr(Credentials(canary, canary))


def test_after_signing_out_the_token_is_dead(provider, who):
    token = provider.token_of("ann")
    provider.sign_out(token)

    with pytest.raises(SignInFirst):
        who(provider.later(token))


def test_a_new_password_kills_the_sessions_before_it(provider, who):
    token = provider.token_of("ann")
    provider.change_password("ann")

    with pytest.raises(SignInFirst):
        who(provider.later(token))


def test_a_granted_role_is_felt_and_a_revoked_one_too(provider, who):
    token = provider.token_of("ann")

    provider.grant("ann", Role.STOCK_CLERK)
    token = provider.later(token)
    assert Permission.STOCK_ADJUST in who(token).permissions

    provider.revoke("ann", Role.STOCK_CLERK)
    assert not who(token, operation=adjust_stock).permissions & STAFF
    assert not who(provider.later(token)).permissions & STAFF


def test_a_disabled_user_is_refused_at_the_next_operation(provider, shop, who):
    token = provider.token_of("ann")
    door = shop.shop.gateway(provider.identity, lambda: Credentials(token))
    door.run(show_profile)
    shop.staff().run(disable_user, provider.called("ann"))

    with pytest.raises(NotAllowed):
        door.run(show_profile)

    shop.staff().run(enable_user, provider.called("ann"))
    assert door.run(show_profile).username == provider.called("ann")


def test_a_client_is_no_person(provider, shop, who):
    token = provider.client_token()
    client = who(token)

    assert (client.actor, client.user_id, client.email, client.signed_in) == (
        f"client:{provider.client}",
        None,
        None,
        True,
    )
    for shoppers in (Permission.ORDER_PLACE, Permission.CART_OWN, Permission.PROFILE_OWN):
        assert shoppers not in client.permissions


def test_a_shoppers_token_opens_no_staff_operation(provider, shop):
    token = provider.token_of("ann")
    door = shop.shop.gateway(provider.identity, lambda: Credentials(token))

    with pytest.raises(NotAllowed):
        door.run(list_users)


def test_a_refusal_writes_nothing(provider, shop, who):
    before = shop.rows("SELECT count(*) FROM audit_trail")

    with pytest.raises(MicroMartError):
        who("made-up")

    assert shop.rows("SELECT count(*) FROM audit_trail") == before
