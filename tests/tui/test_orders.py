"""S9 and S10: a shopper looks through the orders, follows one, cancels it, buys it again and keeps its receipt."""

import pytest

from micromart_core.carts.service import set_quantity, show_cart
from micromart_core.inventory.model import Sku
from micromart_core.orders.service_lists import show_order
from micromart_core.orders.service_moves import deliver_order, pack_order, pay_order, ship_order
from tests.core.order_stories import MUG, TEA, buys, lives_at, without_address
from tests.tui.conftest import SIZES, sitting

pytestmark = pytest.mark.anyio


@pytest.fixture
def selling(shop):
    shop.stocks(TEA, on_hand=300)
    shop.stocks(MUG, on_hand=3, price="24.00")
    return without_address(shop)


@pytest.fixture
def ann(selling):
    return selling.shopper("ann")


@pytest.fixture
def order(ann):
    return buys(ann, TEA, 2)


async def test_an_order_is_found_in_the_list_and_opened_with_enter(ann, order):
    async with sitting(ann, at="orders") as ann_sits:
        assert await ann_sits.sees(order.number)
        assert "2 things" in ann_sits.screen
        assert "● placed" in ann_sits.screen
        await ann_sits.press("enter")
        assert await ann_sits.sees("letters")
        await ann_sits.press("escape")
        assert "2 things" in ann_sits.screen


async def test_without_orders_a_key_leads_to_the_shop(ann):
    async with sitting(ann, at="orders") as ann_sits:
        assert await ann_sits.sees("No orders yet.")
        assert "s the shop is this way" in ann_sits.screen


async def test_a_guest_is_told_whose_orders_they_would_be(selling):
    async with sitting(selling.guest("eve"), at="orders") as eve:
        assert await eve.sees("Nobody is signed in")
        assert "i sign in" in eve.screen


async def test_hundreds_of_orders_scroll_and_only_some_are_kept(ann):
    oldest = buys(ann, TEA)
    for _ in range(69):
        newest = buys(ann, TEA)
    async with sitting(ann, at="orders") as ann_sits:
        assert await ann_sits.sees(newest.number)
        assert oldest.number not in ann_sits.screen
        await ann_sits.press("G", "G")
        assert await ann_sits.sees(oldest.number)
        await ann_sits.press("g")
        assert await ann_sits.sees(newest.number)


async def test_a_typed_number_goes_to_its_order(ann, order):
    for _ in range(30):
        buys(ann, MUG) if _ == 0 else buys(ann, TEA)
    async with sitting(ann, at="orders") as ann_sits:
        assert await ann_sits.sees("● placed")
        await ann_sits.press("slash", *order.number[3:].lower(), "enter")
        assert await ann_sits.sees("letters")
        assert order.number in ann_sits.screen


async def test_a_number_of_nobody_is_told(ann, order):
    async with sitting(ann, at="orders") as ann_sits:
        assert await ann_sits.sees(order.number)
        await ann_sits.press("slash", *"zz", "enter")
        assert await ann_sits.sees("There is no order ZZ.")


async def test_the_way_of_an_order_is_followed_while_one_looks(selling, ann, order):
    async with sitting(ann, at="orders") as ann_sits:
        await ann_sits.press("enter")
        assert await ann_sits.sees("not paid yet")
        staff = selling.staff()
        for move in (pay_order, pack_order):
            staff.run(move, order.number)
        staff.run(ship_order, order.number, "RM42")
        assert await ann_sits.sees("RM42")
        assert "not paid yet" not in ann_sits.screen
        staff.run(deliver_order, order.number)
        selling.deliver()
        assert await ann_sits.sees("your order")


async def test_an_order_is_cancelled_once_after_a_question_and_its_things_are_back(selling, ann, order):
    async with sitting(ann, at="orders") as ann_sits:
        await ann_sits.press("enter", "x")
        assert await ann_sits.sees("Cancel this order?")
        assert "2 things go back on the shelf." in ann_sits.screen
        await ann_sits.press("escape")
        assert ann.run(show_order, order.number).status == "placed"
        await ann_sits.press("x")
        await ann_sits.pilot.press("enter", "enter")
        assert await ann_sits.sees("cancelled")

    assert ann.run(show_order, order.number).status == "cancelled"
    assert selling.raw_stock(TEA).on_hand == 300


async def test_what_has_left_the_house_cannot_be_cancelled(selling, ann, order):
    for move in (pack_order, ship_order):
        selling.staff().run(move, order.number)
    async with sitting(ann, at="orders") as ann_sits:
        await ann_sits.press("enter")
        assert await ann_sits.sees("shipped")
        await ann_sits.press("x")
        assert "Cancel" not in ann_sits.screen
        assert "x cancel" not in ann_sits.screen


async def test_an_order_is_bought_again(ann, order):
    async with sitting(ann, at="orders") as ann_sits:
        assert await ann_sits.sees(order.number)
        await ann_sits.press("b")
        assert await ann_sits.sees("2 things are in your cart.")

    assert ann.run(show_cart).quantity_of(TEA) == 2


async def test_buying_again_takes_what_is_left_and_says_what_is_not(selling, ann):
    buys(ann, MUG, 2)
    buys(selling.shopper("cem"), TEA)
    selling.guest("bob").run(set_quantity, Sku(MUG), 1)
    ann.run(set_quantity, Sku(TEA), 1)
    async with sitting(ann, at="orders") as ann_sits:
        await ann_sits.press("enter", "b")
        assert await ann_sits.sees("The NM-001 is sold out")
        assert await ann_sits.sees("Nothing of it can be had now.")

    assert ann.run(show_cart).quantity_of(TEA) == 1


async def test_a_receipt_is_written_beside_the_one_that_is_there(ann, order, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    async with sitting(ann, at="orders") as ann_sits:
        await ann_sits.press("enter", "p")
        assert await ann_sits.sees("The receipt is written.")
        (tmp_path / f"receipt-{order.number}.txt").write_text("mine")
        await ann_sits.press("p")

    assert (tmp_path / f"receipt-{order.number}.txt").read_text() == "mine"
    assert order.number in (tmp_path / f"receipt-{order.number}-2.txt").read_text()


@pytest.mark.parametrize("size", SIZES)
async def test_orders_and_an_order_stay_within_every_terminal(selling, ann, size):
    lives_at(selling, "ann")
    order = buys(ann, MUG)
    async with sitting(ann, size=SIZES[size], at="orders") as ann_sits:
        assert await ann_sits.sees(order.number)
        assert max(len(line) for line in ann_sits.lines) <= SIZES[size][0]
        await ann_sits.press("enter")
        assert await ann_sits.sees("delivered")
        assert max(len(line) for line in ann_sits.lines) <= SIZES[size][0]
