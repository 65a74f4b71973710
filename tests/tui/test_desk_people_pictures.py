"""How the people of the shop look at the desk, on terminals of three sizes."""

from collections import defaultdict
from functools import partial
from itertools import count

import pytest

from micromart_core.permissions import Role
from micromart_core.users.service import welcome
from micromart_core.users.service_staff import disable_user
from micromart_tui.admin.staffing import Staffing
from tests.elsewhere import beside
from tests.people import People, within
from tests.tui.conftest import SIZES

each_size = pytest.mark.parametrize("size", SIZES)
ISSUER = "https://id.example.org/realms/shop"


@pytest.fixture
def people(shop, clock, monkeypatch):
    """An admin, staff and shoppers who came one after the other."""
    numbers = defaultdict(partial(count, 100))
    monkeypatch.setattr("micromart_core.users.service.new_id", lambda prefix: f"{prefix}_{next(numbers[prefix])}")
    people = People(shop)
    people.desk = people.admin("ada")
    for name, role in (("noor", Role.STOCK_CLERK), ("linus", Role.ORDER_MANAGER), ("grace", None)):
        clock.advance(hours=5)
        people.joins(name)
        if role is not None:
            people.authority.grant(beside(people.shop.staff("ada")), name, role)
    within(people.shop, welcome, ISSUER, "s-eve", "eve", "Eve Ng", "eve@example.org")
    clock.advance(hours=2)
    people.shop.staff("ada").run(disable_user, "grace")
    yield people
    people.close()


@pytest.fixture
def looks_like(people, picture):
    """Compare the people with their picture, after some keys."""
    gateway = people.shop.staff("ada")
    authority = people.authority_before(gateway)
    staffing = Staffing(partial(authority.grant, gateway), partial(authority.revoke, gateway))
    return lambda *keys: picture(gateway, "desk/people", *keys, staffing=staffing)


@each_size
def test_people_stand_with_their_roles(looks_like):
    assert looks_like("down")


@each_size
def test_a_role_is_chosen_for_somebody(looks_like):
    assert looks_like("down", "plus", "right")


@each_size
def test_blocking_asks_for_the_name(looks_like):
    assert looks_like("down", "x")


@each_size
def test_a_person_is_shown_whole(looks_like):
    assert looks_like("down", "enter")


@each_size
def test_nobody_of_that_name(looks_like):
    assert looks_like("slash", "z", "z")
