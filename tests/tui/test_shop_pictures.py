"""How the shelf, the search and a product look, and what stands there when something is missing, at three sizes."""

import pytest

from micromart_core.carts.service import set_quantity
from micromart_core.inventory.model import Sku
from micromart_tui.app import MartApp
from tests.tui.conftest import SIZES, Sitting
from tests.tui.doors import Door

FIRST, MUG = Sku("CB-250"), Sku("NM-001")
each_size = pytest.mark.parametrize("size", SIZES)


@each_size
def test_the_first_shelf(picture, demo):
    assert picture(demo.guest("ann"), "shop")


@each_size
def test_a_product_is_sold_out(picture, demo):
    demo.guest("bob").run(set_quantity, FIRST, 96)
    assert picture(demo.guest("ann"), "shop")


@each_size
def test_few_are_left_and_some_are_in_the_cart(picture, demo, told_time):
    demo.guest("bob").run(set_quantity, MUG, 1)
    ann = demo.guest("ann")
    ann.run(set_quantity, MUG, 2)
    assert picture(ann, "shop", lit=MUG, tick=told_time)


@each_size
def test_the_shelves_are_empty(picture, shop):
    assert picture(shop.guest("ann"), "shop")


@each_size
def test_something_is_found(picture, demo):
    assert picture(demo.guest("ann"), "shop", "slash", *"null", until="2 of 16")


@each_size
def test_nothing_is_found(picture, demo):
    assert picture(demo.guest("ann"), "shop", "slash", *"nulx", until="Did you mean")


@each_size
def test_a_product_has_a_page_of_its_own(picture, demo):
    assert picture(demo.guest("ann"), "shop", "enter", lit=MUG)


@pytest.fixture
def posed(snap_compare, size):
    """Compares a page in the middle of something, where a pose takes it, with its picture."""

    def compare(door, pose, cells=None, **facts) -> bool:
        app = MartApp(door, tick=lambda: 0.0, **facts)
        return snap_compare(app, run_before=lambda pilot: pose(Sitting(app, pilot)), terminal_size=cells or SIZES[size])

    return compare


@each_size
def test_the_shelf_is_being_read(posed, demo):
    door = Door(demo.guest("ann"))
    door.keeps_waiting("list_products")

    async def pose(sits: Sitting) -> None:
        await sits.sees("──────────────\n")

    assert posed(door, pose)


@each_size
def test_the_shop_goes_away_and_what_was_read_stays(posed, demo):
    door = Door(demo.guest("ann"))

    async def pose(sits: Sitting) -> None:
        await sits.rests()
        door.is_away = True
        sits.app.screen.renew()
        await sits.rests()
        await sits.sees("as of 12:00")

    assert posed(door, pose)


@each_size
def test_the_shop_is_away_from_the_first(posed, demo):
    async def pose(sits: Sitting) -> None:
        await sits.rests()
        await sits.sees("try again")

    assert posed(Door(demo.guest("ann"), is_away=True), pose)


def test_a_terminal_is_too_small_and_the_clock_goes_on(posed, demo, told_time):
    demo.guest("ann").run(set_quantity, MUG, 2)

    async def pose(sits: Sitting) -> None:
        await sits.rests()
        await sits.sees("held for you")

    assert posed(demo.guest("ann"), pose, (39, 11))
