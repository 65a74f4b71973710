"""What every identity adapter must hold; an adapter joins by a provider of its own in PROVIDERS."""

from typing import Protocol

import pytest

from micromart_core.caller import Caller
from micromart_core.errors import MicroMartError, NotAllowed, SignInFirst
from micromart_core.identity import Credentials, Identity
from micromart_core.permissions import ANYONE, STAFF, Permission, Role
from micromart_core.users.service import show_profile
from micromart_core.users.service_staff import disable_user, enable_user, list_users
from tests.people import HERE, People


class Provider(Protocol):
    """What a test needs of whoever keeps the accounts; `patience` is how late, in seconds, a change may be seen."""

    identity: Identity
    patience: float

    def token_of(self, name: str) -> str: ...

    def client_token(self) -> str: ...

    def grant(self, name: str, role: Role) -> None: ...

    def revoke(self, name: str, role: Role) -> None: ...

    def sign_out(self, token: str) -> None: ...

    def change_password(self, name: str) -> None: ...

    def close(self) -> None: ...


class LocalProvider:
    """Accounts in the shop's own database: every change is seen at once."""

    patience = 0.0

    def __init__(self, shop) -> None:
        self.people = People(shop)
        self.identity = self.people.identity
        self._admin = self.people.admin("root-admin")

    def token_of(self, name: str) -> str:
        return self.people.joins(name)

    def client_token(self) -> str:
        self.people.authority.create_client(self._admin, "nightly", "a-secret")
        return self.people.authority.sign_in_client("nightly", "a-secret", HERE)

    def grant(self, name: str, role: Role) -> None:
        self.people.authority.grant(self._admin, name, role)

    def revoke(self, name: str, role: Role) -> None:
        self.people.authority.revoke(self._admin, name, role)

    def sign_out(self, token: str) -> None:
        self.people.accounts.sign_out(token)

    def change_password(self, name: str) -> None:
        self.people.accounts.recover(f"{name}@example.org", HERE)
        self.people.accounts.recover_with(
            self.people.code_to(f"{name}@example.org"), "three tall ships, one gull", HERE
        )

    def close(self) -> None:
        self.people.close()


PROVIDERS = [LocalProvider]


@pytest.fixture(params=PROVIDERS)
def provider(request, shop):
    provider = request.param(shop)
    yield provider
    provider.close()


@pytest.fixture
def who(provider, shop, clock):
    """Say who somebody is, after the time this adapter may take to hear of a change."""

    def ask(token: str | None = None, cart_secret: str | None = None) -> Caller:
        clock.advance(seconds=provider.patience)
        prepared = provider.identity.prepare(Credentials(token, cart_secret))
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

    assert (ann.actor, ann.email, ann.signed_in) == ("ann", "ann@example.org", True)
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

    assert door.run(show_profile).username == "ann"


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
        who(token)


def test_a_new_password_kills_the_sessions_before_it(provider, who):
    token = provider.token_of("ann")
    provider.change_password("ann")

    with pytest.raises(SignInFirst):
        who(token)


def test_a_granted_role_is_felt_and_a_revoked_one_too(provider, who):
    token = provider.token_of("ann")

    provider.grant("ann", Role.STOCK_CLERK)
    assert Permission.STOCK_ADJUST in who(token).permissions

    provider.revoke("ann", Role.STOCK_CLERK)
    assert not who(token).permissions & STAFF


def test_a_disabled_user_is_refused_at_the_next_operation(provider, shop, who):
    token = provider.token_of("ann")
    door = shop.shop.gateway(provider.identity, lambda: Credentials(token))
    door.run(show_profile)
    shop.staff().run(disable_user, "ann")

    with pytest.raises(NotAllowed):
        door.run(show_profile)

    shop.staff().run(enable_user, "ann")
    assert door.run(show_profile).username == "ann"


def test_a_client_is_no_person(provider, shop, who):
    token = provider.client_token()
    client = who(token)

    assert (client.actor, client.user_id, client.email, client.signed_in) == ("client:nightly", None, None, True)
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
