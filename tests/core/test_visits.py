"""Visitors of a process that serves many: cart and sign-in in memory, and a shopper's permissions at most."""

import pytest

from micromart_core.bootstrap_visit import Visitors
from micromart_core.carts.service import set_quantity, show_cart
from micromart_core.errors import NotAllowed
from micromart_core.home import Home
from micromart_core.inventory.service_levels import list_levels
from micromart_core.users.service_staff import open_desk
from tests.core.order_stories import TEA
from tests.people import HERE, PASSWORD, People


@pytest.fixture
def visitors(shop, tmp_path):
    shop.stocks(TEA, on_hand=5)
    people = People(shop)
    people.admin("ada")
    home = Home(*(tmp_path / "service" / name for name in ("config", "data", "state", "cache")))
    local = people.shop.shop
    yield Visitors(local, home, local.changes)
    people.close()


def test_visits_with_one_secret_have_one_cart_and_others_their_own(visitors):
    visitors.welcome("s" * 43).gateway.run(set_quantity, TEA, 2)

    assert visitors.welcome("s" * 43).gateway.run(show_cart).quantity_of(TEA) == 2
    assert visitors.welcome().gateway.run(show_cart).lines == ()


def test_who_signs_in_keeps_the_cart_and_leaves_the_old_secret_behind(visitors):
    visit = visitors.welcome("s" * 43)
    visit.gateway.run(set_quantity, TEA, 2)
    session, replaced = visit.local.sign_in("ada", PASSWORD, HERE)

    assert (session.user, replaced, session.token_store) == ("ada", "", "memory")
    assert visit.gateway.run(show_cart).quantity_of(TEA) == 2
    assert visitors.welcome("s" * 43).gateway.run(show_cart).lines == ()
    assert visit.sign_out() == ("ada", True)
    assert visit.gateway.run(show_cart).lines == ()


def test_an_admin_who_visits_is_a_shopper(visitors):
    visit = visitors.welcome()
    visit.local.sign_in("ada", PASSWORD, HERE)

    assert visit.status().signed_in
    for staffs in (open_desk, list_levels):
        with pytest.raises(NotAllowed):
            visit.gateway.run(staffs)


def test_a_visit_that_ends_ends_its_session_in_the_shop(visitors):
    visit = visitors.welcome()
    visit.local.sign_in("ada", PASSWORD, HERE)
    credentials = visit.credentials()
    visit.end()

    assert not visit.local.status(credentials).signed_in
    assert visit.status().user is None


def test_a_visit_writes_nothing_into_the_home_of_the_process(visitors):
    visit = visitors.welcome()
    visit.gateway.run(set_quantity, TEA, 1)
    visit.local.sign_in("ada", PASSWORD, HERE)
    visit.end()

    assert not visitors.home.state.parent.exists()
