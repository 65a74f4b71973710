"""A6: what carts hold, until when, and how staff lets it go."""

import pytest

from micromart_core.carts.service import set_quantity, show_cart
from micromart_core.carts.service_restore import restore_cart
from micromart_core.carts.service_upkeep import sweep_expired
from micromart_core.inventory.model import Sku
from tests.core.order_stories import lives_at
from tests.tui.conftest import SIZES, sitting

TEA = Sku("TEA-01")
pytestmark = pytest.mark.anyio


@pytest.fixture
def held(shop, clock):
    """Ann holds two, and five minutes later a guest one."""
    shop.stocks(TEA, on_hand=9)
    lives_at(shop, "ann")
    shop.shopper("ann").run(set_quantity, TEA, 2)
    clock.advance(minutes=5)
    shop.guest("gus").run(set_quantity, TEA, 1)
    return shop


async def test_the_cart_that_ends_first_stands_first_with_the_time_it_has_left(held):
    async with sitting(held.staff(), at="desk/carts", tick=lambda: 0.0) as desk:
        assert await desk.sees("05:00")
        first = next(line for line in desk.lines if "05:00" in line)
        assert "ann" in first
        assert "$9.00" in first
        assert "10:00" in desk.screen
        assert "2 carts" in desk.screen
        assert "3 units held" in desk.screen
        assert "$13.50 in carts" in desk.screen


async def test_time_goes_on_by_the_clock_of_the_shop(held):
    seconds = [0.0]
    async with sitting(held.staff(), at="desk/carts", tick=lambda: seconds[0]) as desk:
        assert await desk.sees("05:00")
        seconds[0] = 62.0
        assert await desk.sees("03:58")


async def test_a_hold_is_let_go_with_a_reason_and_its_shopper_keeps_nothing(held):
    async with sitting(held.staff(), at="desk/carts", tick=lambda: 0.0) as desk:
        assert await desk.sees("05:00")
        await desk.press("z", "right")
        assert await desk.sees("micromart stock release cart_")
        assert await desk.sees("--reason count")
        await desk.press("enter")
        assert await desk.sees("1 cart ")

    assert held.raw_stock(TEA).held == 1
    assert held.shopper("ann").run(show_cart).lines == ()


async def test_what_the_sweep_put_back_stands_below(held, clock):
    clock.advance(minutes=5, seconds=1)
    held.operator().run(sweep_expired)
    async with sitting(held.staff(), at="desk/carts", tick=lambda: 0.0) as desk:
        assert await desk.sees("the last one just now")
        assert "ann" in desk.screen


async def test_what_its_shopper_picked_up_again_is_told_so(held, clock):
    clock.advance(minutes=5, seconds=1)
    held.operator().run(sweep_expired)
    held.shopper("ann").run(restore_cart)
    async with sitting(held.staff(), at="desk/carts", tick=lambda: 0.0) as desk:
        assert await desk.sees("the last one just now")
        assert "ann" in desk.line_with("picked up again")


async def test_a_new_cart_appears_while_one_looks(held):
    async with sitting(held.staff(), at="desk/carts", tick=lambda: 0.0) as desk:
        held.guest("hal").run(set_quantity, TEA, 1)

        assert await desk.sees("3 carts")


async def test_an_empty_shop_says_so(shop):
    async with sitting(shop.staff(), at="desk/carts") as desk:
        assert await desk.sees("no cart holds anything now")


@pytest.mark.parametrize("size", SIZES)
async def test_the_time_left_is_never_clipped(held, size):
    async with sitting(held.staff(), size=SIZES[size], at="desk/carts", tick=lambda: 0.0) as desk:
        assert await desk.sees("05:00")
        assert "10:00" in desk.screen
