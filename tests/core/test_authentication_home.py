"""One session a home: what signing in and out leaves in the shop and in the home's files."""

import os
from concurrent.futures import ThreadPoolExecutor

import pytest

from micromart_core.adapters.home_credentials import credentials_of_home
from micromart_core.adapters.session_store import SessionStore
from micromart_core.authentication.model import SessionEnded, WrongPassword
from micromart_core.cart_secret import cart_secret_of
from micromart_core.carts.service import set_quantity, show_cart
from micromart_core.database_errors import unreachable
from micromart_core.home import FolderUnusable, find_home
from micromart_core.users.service import show_profile
from tests.people import ANOTHER, HERE, PASSWORD, People


@pytest.fixture
def people(shop):
    people = People(shop)
    yield people
    people.close()


@pytest.fixture
def home(tmp_path):
    return find_home({"MICROMART_HOME": str(tmp_path / "home")})


def test_signing_in_keeps_the_session_and_renews_the_cart_secret(people, shop, home):
    people.register("ann")
    shop.stocks("TEA-01", on_hand=5)
    before = cart_secret_of(home)
    door = shop.shop.gateway(people.identity, lambda: credentials_of_home(home))
    door.run(set_quantity, "TEA-01", 2)

    session, replaced = people.shop.shop.sign_in_of(home).sign_in("ann", PASSWORD, HERE)

    assert (session.user, session.token_store, replaced) == ("ann", "file", "")
    assert door.run(show_profile).username == "ann"
    assert door.run(show_cart).item_count == 2
    assert cart_secret_of(home) != before
    assert people.door(cart_secret=before).run(show_cart).lines == ()


def test_signing_in_anew_replaces_the_session_for_the_same_person_too(people, home):
    people.register("ann")
    sign_in = people.shop.shop.sign_in_of(home)
    sign_in.sign_in("ann", PASSWORD, HERE)
    older = SessionStore(home).load().token

    _, replaced = sign_in.sign_in("ann", PASSWORD, HERE)

    assert replaced == "ann"
    with pytest.raises(SessionEnded):
        people.door(older).run(show_profile)
    assert people.door(SessionStore(home).load().token).run(show_profile).username == "ann"


def test_a_wrong_password_leaves_the_session_as_it_was(people, home):
    people.register("ann")
    sign_in = people.shop.shop.sign_in_of(home)
    sign_in.sign_in("ann", PASSWORD, HERE)
    kept, secret = SessionStore(home).load(), cart_secret_of(home)

    with pytest.raises(WrongPassword):
        sign_in.sign_in("ann", ANOTHER, HERE)

    assert (SessionStore(home).load(), cart_secret_of(home)) == (kept, secret)
    assert people.door(kept.token).run(show_profile).username == "ann"


def test_signing_out_ends_it_in_the_shop_and_here(people, home):
    people.register("ann")
    sign_in = people.shop.shop.sign_in_of(home)
    sign_in.sign_in("ann", PASSWORD, HERE)
    token = SessionStore(home).load().token

    assert sign_in.sign_out() == ("ann", True)

    assert SessionStore(home).load() is None
    with pytest.raises(SessionEnded):
        people.door(token).run(show_profile)
    assert sign_in.sign_out() is None


def test_a_session_that_cannot_be_kept_is_ended_again(people, shop, home, monkeypatch):
    people.register("ann")

    def full(_file):
        raise OSError(28, "No space left on device")

    cart_secret_of(home)
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(FolderUnusable):
        people.shop.shop.sign_in_of(home).sign_in("ann", PASSWORD, HERE)

    assert SessionStore(home).load() is None
    assert shop.rows("SELECT count(*) FROM sessions") == [(0,)]


def test_who_is_signed_in_anew_is_so_though_the_old_session_could_not_be_ended(people, home, monkeypatch):
    people.register("ann")
    sign_in = people.shop.shop.sign_in_of(home)
    sign_in.sign_in("ann", PASSWORD, HERE)
    older = SessionStore(home).load().token

    def away(token):
        raise unreachable("it went away")

    monkeypatch.setattr(sign_in._accounts, "sign_out", away)
    session, replaced = sign_in.sign_in("ann", PASSWORD, HERE)

    assert (session.user, replaced) == ("ann", "ann")
    assert SessionStore(home).load().token != older


def test_the_status_of_an_ended_session_is_signed_out(people, home, clock):
    people.register("ann")
    sign_in = people.shop.shop.sign_in_of(home)
    sign_in.sign_in("ann", PASSWORD, HERE)
    assert sign_in.status(credentials_of_home(home)).user == "ann"

    clock.advance(days=30)

    assert not sign_in.status(credentials_of_home(home)).signed_in


def test_sign_ins_of_one_home_at_once_leave_one_living_session(live_shop, home):
    people = People(live_shop)
    people.register("ann")

    with ThreadPoolExecutor(4) as pool:
        sign_in = people.shop.shop.sign_in_of
        list(pool.map(lambda number: sign_in(home).sign_in("ann", PASSWORD, f"host:{number}"), range(4)))

    assert live_shop.rows("SELECT count(*) FROM sessions") == [(1,)]
    assert people.door(SessionStore(home).load().token).run(show_profile).username == "ann"
    people.close()
