"""A10: who is known here, what they may do, and how staff changes that."""

import threading
from functools import partial

import pytest

from micromart_core.identity import Credentials
from micromart_core.permissions import Role
from micromart_core.users.service import welcome
from micromart_core.users.service_staff import list_audit, show_user
from micromart_tui.admin.staffing import Staffing
from tests.core.order_stories import TEA, buys, without_address
from tests.people import People, within
from tests.tui.conftest import SIZES, sitting
from tests.tui.doors import Door

pytestmark = pytest.mark.anyio
ISSUER = "https://id.example.org/realms/shop"


@pytest.fixture
def people(shop):
    """A shop with local accounts of bob and cyd, whose first admin is ada."""
    people = People(shop)
    people.desk = people.admin("ada")
    for name in ("bob", "cyd"):
        people.joins(name)
    yield people
    people.close()


def at_people(people, gateway=None, **facts):
    """Sit at the desk's people as ada, or as somebody else."""
    gateway = gateway or people.desk
    authority = people.authority_before(people.desk if isinstance(gateway, Door) else gateway)
    staffing = Staffing(partial(authority.grant, gateway), partial(authority.revoke, gateway))
    return sitting(gateway, at="desk/people", staffing=staffing, **facts)


async def test_people_stand_in_the_order_they_came_with_what_they_may_do(people):
    async with at_people(people) as desk:
        assert await desk.sees("3 people")
        assert "8 people" in desk.lines[1]
        assert "admin" in desk.line_with("ada@example.org")
        assert "shopper" in desk.line_with("bob@example.org")
        assert "active" in desk.line_with("bob@example.org")
        assert "micromart user show ada" in desk.screen


async def test_a_slash_finds_people_by_name_or_address(people):
    async with at_people(people) as desk:
        assert await desk.sees("3 people")
        await desk.press("slash", *"BOB@")
        assert await desk.sees("1 person")
        assert "cyd@example.org" not in desk.screen
        await desk.press(*"zz")
        assert await desk.sees("nobody is called “BOB@zz”")
        assert "micromart user list --search BOB@zz" in desk.screen
        await desk.press("escape")
        assert await desk.sees("3 people")


async def test_a_role_is_given_and_counts_and_is_taken_again(people):
    async with at_people(people) as desk:
        assert await desk.sees("3 people")
        await desk.press("down", "plus", "right")
        assert await desk.sees("micromart user grant bob catalog-manager")
        await desk.press("enter")
        await desk.finds(lambda: "catalog-manager" in desk.line_with("bob@example.org"))
        await desk.press("minus")
        assert await desk.sees("micromart user revoke bob catalog-manager")
        await desk.press("enter")
        await desk.finds(lambda: "shopper" in desk.line_with("bob@example.org"))

    trail = people.desk.run(list_audit, target="user:bob").items
    assert [(entry.actor, entry.action) for entry in trail[:2]] == [("ada", "role.revoke"), ("ada", "role.grant")]


async def test_the_last_admin_stays_one_and_that_is_said(people):
    async with at_people(people) as desk:
        assert await desk.sees("3 people")
        await desk.press("minus", "enter")
        assert await desk.sees("last admin")

    assert Role.ADMIN in people.desk.run(show_user, "ada").roles


async def test_a_person_is_blocked_by_who_types_the_name_and_let_in_again(people):
    async with at_people(people) as desk:
        assert await desk.sees("3 people")
        await desk.press("down", "x", "enter")
        assert await desk.sees("type bob to do it")
        assert "micromart user disable bob" in desk.screen
        await desk.press(*"bob", "enter")
        assert await desk.sees("○ blocked")
        await desk.press("i")
        assert await desk.sees("micromart user enable bob")
        await desk.press("enter")
        await desk.finds(lambda: "○ blocked" not in desk.screen)


async def test_nobody_blocks_himself(people):
    async with at_people(people) as desk:
        assert await desk.sees("3 people")
        await desk.press("x", *"ada", "enter")
        assert await desk.sees("You cannot disable yourself.")


async def test_enter_shows_a_person_with_orders_and_the_trail(people):
    people.shop.stocks(TEA, on_hand=9)
    buyer = without_address(people.shop).shop.gateway(people.identity, lambda: Credentials(people.sign_in("bob"), None))
    order = buys(buyer, TEA, 2)
    people.shop.deliver()
    async with at_people(people) as desk:
        assert await desk.sees("people")
        await desk.press("down", "enter")
        assert await desk.sees("bob@example.org")
        assert await desk.sees("account.create")
        assert await desk.sees(order.number)
        assert f" {order.number} placed " in desk.line_with(order.number)
        assert desk.line_with(order.number).split("placed")[1].strip().startswith("$9.00")
        await desk.press("plus", "enter")
        assert await desk.sees("stock-clerk")
        assert await desk.sees("role.grant")
        await desk.press("escape")
        assert await desk.sees("in the order they came")


async def test_roles_that_an_issuer_keeps_are_said_to_be_there(people):
    within(people.shop, welcome, ISSUER, "s-eve", "eve", "Eve", "eve@example.org")
    async with at_people(people) as desk:
        assert await desk.sees("4 people")
        assert "kept by the issuer" in desk.line_with("eve@example.org")


async def test_somebody_who_comes_in_appears_while_one_looks(people):
    async with at_people(people) as desk:
        assert await desk.sees("3 people")
        within(people.shop, welcome, ISSUER, "s-eve", "eve", "Eve", "eve@example.org")
        assert await desk.sees("4 people")


async def test_rows_that_come_before_the_time_of_the_shop_wait_for_it(people):
    door = Door(people.desk)
    told = door.keeps_waiting("show_shop")
    threading.Timer(0.7, told.set).start()
    async with at_people(people, door) as desk:
        assert await desk.sees("● active")
        assert told.is_set()


async def test_who_may_not_see_people_reads_why_there_are_none(people):
    clerk = people.shop.staff("pam", Role.STOCK_CLERK)
    async with at_people(people, clerk) as desk:
        assert await desk.sees("You may not do this.")
        assert await desk.sees("It needs the permission user:read; pam lacks it.")


@pytest.mark.parametrize("size", [*SIZES.values(), (40, 12)])
async def test_name_and_state_are_read_at_every_size(people, size):
    async with at_people(people, size=size) as desk:
        assert await desk.sees("● active")
        assert "● active" in desk.line_with("cyd" if size[1] > 12 else "ada ")
