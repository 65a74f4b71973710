"""A5: an order goes its way from the desk, step by step."""

import pytest

from micromart_core.orders.service_lists import show_order
from micromart_core.orders.service_moves import (
    cancel_order,
    deliver_order,
    pack_order,
    pay_order,
    refund_order,
    ship_order,
)
from tests.core.order_stories import TEA, buys, without_address
from tests.tui.conftest import SIZES, sitting
from tests.tui.doors import Door

pytestmark = pytest.mark.anyio


@pytest.fixture
def selling(shop):
    shop.stocks(TEA, on_hand=30)
    return without_address(shop)


@pytest.fixture
def order(selling):
    return buys(selling.shopper("ann"), TEA, 2)


async def test_an_order_goes_its_whole_way_with_two_keys_a_step(selling, order):
    async with sitting(selling.staff(), at="desk/orders") as desk:
        assert await desk.sees(order.number)
        for verb in ("pay", "pack"):
            await desk.press("m")
            assert await desk.sees(f"micromart order {verb} {order.number}")
            await desk.press("enter", "right")
        await desk.press("m", *"RM42", "enter")
        await desk.press("right", "m", "enter", "right")
        assert await desk.sees(f"micromart order show {order.number}")

    done = selling.staff().run(show_order, order.number)
    assert (done.status, done.payment_status, done.tracking) == ("delivered", "paid", "RM42")


async def test_the_command_follows_what_is_typed(selling, order):
    selling.staff().run(pay_order, order.number)
    selling.staff().run(pack_order, order.number)
    async with sitting(selling.staff(), at="desk/orders") as desk:
        await desk.press("right", "right", "m", *"A b")

        assert await desk.sees(f"micromart order ship {order.number} --tracking 'A b'")


async def test_enter_pressed_twice_moves_an_order_once(selling, order):
    async with sitting(selling.staff(), at="desk/orders") as desk:
        await desk.press("m")
        await desk.pilot.press("enter", "enter")
        await desk.settle()

    paid = selling.staff().run(show_order, order.number)
    assert [step.status for step in paid.history] == ["placed", "paid"]


async def test_a_refund_waits_until_the_number_was_typed(selling, order):
    selling.staff().run(pay_order, order.number)
    async with sitting(selling.staff(), at="desk/orders") as desk:
        await desk.press("right", "R", "enter")
        assert await desk.sees(f"type {order.number} to do it")
        assert selling.staff().run(show_order, order.number).payment_status == "paid"

        await desk.press(*order.number.lower(), "enter")

    assert selling.staff().run(show_order, order.number).payment_status == "refunded"


@pytest.mark.parametrize("at", ["desk/orders", "orders"])
async def test_money_that_went_back_does_not_look_as_if_the_things_had_arrived(selling, order, at):
    staff = selling.staff()
    staff.run(pay_order, order.number)
    staff.run(refund_order, order.number)
    async with sitting(selling.shopper("ann") if at == "orders" else staff, at=at) as sits:
        assert await sits.sees(order.number)
        await sits.press(*["enter"] if at == "orders" else ["right"])
        assert await sits.sees("refunded")
        steps = [word for word in sits.line_with("refunded").split() if word.isalpha()]
        assert steps[:3] == ["placed", "paid", "refunded"]


async def test_a_move_that_a_colleague_made_unneeded_is_told_and_the_page_shows_what_is_true(selling, order):
    selling.staff().run(pay_order, order.number)
    async with sitting(selling.staff(), at="desk/orders") as desk:
        await desk.press("right", "m")
        selling.staff("pam").run(cancel_order, order.number)
        await desk.press("enter")

        assert await desk.sees("cannot be packed: it is cancelled")
        await desk.press("right", "right", "right", "right")
        assert await desk.sees(f"micromart order show {order.number}")


async def test_escape_leaves_everything_as_it_was(selling, order):
    async with sitting(selling.staff(), at="desk/orders") as desk:
        await desk.press("x")
        assert await desk.sees("Cancel")
        await desk.press("escape")
        assert await desk.sees(f"micromart order show {order.number}")

    assert selling.staff().run(show_order, order.number).status == "placed"


async def test_a_line_comes_back_from_the_order_s_own_page(selling, order):
    staff = selling.staff()
    for move in (pay_order, pack_order, ship_order, deliver_order):
        staff.run(move, order.number)
    async with sitting(staff, at="desk/orders") as desk:
        await desk.press("right", "right", "right", "right", "enter")
        assert await desk.sees("steps")
        await desk.press("b", "right")
        assert await desk.sees("--no-restock")
        await desk.press("left", "enter")
        assert await desk.sees("back on the shelf")

    assert staff.run(show_order, order.number).status == "returned"
    assert selling.raw_stock(TEA).on_hand == 30


async def test_what_is_typed_narrows_the_lanes_and_escape_shows_all_again(selling, order):
    other = buys(selling.shopper("bob"), TEA)
    async with sitting(selling.staff(), at="desk/orders") as desk:
        assert other.number in desk.screen
        await desk.press("slash", *order.number[3:])
        assert other.number not in desk.screen
        assert order.number in desk.screen
        await desk.press("escape")
        assert other.number in desk.screen


@pytest.mark.parametrize("size", SIZES)
async def test_the_lanes_stay_within_every_terminal(selling, order, size):
    async with sitting(selling.staff(), size=SIZES[size], at="desk/orders") as desk:
        assert await desk.sees(order.number)
        assert await desk.sees("placed")
        assert max(len(line) for line in desk.lines) <= SIZES[size][0]


async def test_an_order_of_somebody_else_appears_while_one_looks(selling, order):
    async with sitting(selling.staff(), at="desk/orders") as desk:
        other = buys(selling.shopper("bob"), TEA)

        assert await desk.sees(other.number)


async def test_the_light_stays_where_it_was_moved_while_the_lanes_were_read(selling, order):
    newer = buys(selling.shopper("bob"), TEA, 1)
    door = Door(selling.staff())
    async with sitting(door, at="desk/orders") as desk:
        await desk.sees(f"micromart order show {newer.number}")
        asked, waits = door.asked.count("list_all_orders"), door.keeps_waiting("list_all_orders")
        desk.app.screen.renew()
        await desk.finds(lambda: door.asked.count("list_all_orders") > asked)
        await desk.pilot.press("down")
        waits.set()
        await desk.settle()
        assert desk.app.screen.order.number == order.number
