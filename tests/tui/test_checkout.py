"""From a cart to an order inside the screens: a newcomer with a letter, double enter, and what may have changed."""

import pytest

from micromart_core.carts.service import set_quantity
from micromart_tui.hold_alarm import UNANSWERED
from micromart_tui.screens.checkout import CheckoutScreen
from tests.conftest import database_url  # noqa: F401 these are run on both databases
from tests.core.order_stories import TEA, lives_at
from tests.tui.conftest import sitting
from tests.tui.doors import Door
from tests.tui.forms import fills_in, reads_the_letter, registers, types

pytestmark = pytest.mark.anyio


async def test_what_is_typed_is_in_sight_on_the_smallest_terminal(shop, here, door):
    shop.stocks(TEA, on_hand=5)
    async with sitting(door, at="cart", sign_in=here, size=(40, 12)) as sits:
        door.run(set_quantity, TEA, 2)
        await sits.sees("The TEA-01")
        await sits.press("enter")
        await sits.sees("Welcome back.")
        await sits.press(*"ann")
        assert await sits.sees(" ann")
        await sits.press("ctrl+u")
        await registers(sits)
        await reads_the_letter(sits, shop)
        await sits.press("enter")
        await sits.sees("say where it should go")
        await sits.press("n", *"Ann Lee", "enter", *"1 Quay", "enter", "enter")
        await sits.sees("like W1J 7NT")
        assert "postcode" in sits.screen


async def test_a_newcomer_registers_reads_the_letter_and_orders(shop, here, door):
    shop.stocks(TEA, on_hand=5)
    async with sitting(door, at="cart", sign_in=here) as sits:
        door.run(set_quantity, TEA, 2)
        await sits.sees("The TEA-01")
        await sits.press("enter")
        await registers(sits)
        await reads_the_letter(sits, shop)
        await sits.press("enter")
        await sits.sees("say where it should go")
        assert (sits.app.person.user, sits.app.cart.extended) == ("ann", True)

        await sits.press("n")
        await fills_in(sits, "Ann Lee", "1 Quay", "", "4000", "Porto", "")
        await types(sits, "pt")
        await sits.press("enter")
        await sits.sees("4000 Porto, PT")
        await sits.press("enter")
        await sits.sees("Thank you, ann.")
        await sits.sees("a letter went to ann@example.org")

    assert shop.raw_stock(TEA) == (3, 0)
    [(email, total)] = shop.rows("SELECT email, total FROM orders")
    assert (email, total) == ("ann@example.org", 900)
    letters = [path.read_text() for path in (shop.folder / "outbox" / "new").iterdir()]
    assert len(letters) == 2


async def test_what_is_refused_is_said_at_its_field_and_nothing_typed_is_lost(shop, here, door):
    shop.stocks(TEA, on_hand=5)
    async with sitting(door, at="cart", sign_in=here) as sits:
        door.run(set_quantity, TEA, 1)
        await sits.sees("The TEA-01")
        await sits.press("enter")
        await fills_in(sits, "ann")
        await types(sits, "no such password")
        await sits.press("enter")
        await sits.sees("The user name or the password is wrong.")
        assert "no such password" not in sits.screen
        await sits.press("ctrl+t")
        await sits.sees("ann")
        assert sits.app.screen.query_one("#field-password").value == "no such password"


async def test_enter_pressed_three_times_is_one_order(shop, here):
    shop.stocks(TEA, on_hand=5)
    lives_at(shop, "ann")
    ann = shop.shopper("ann")
    ann.run(set_quantity, TEA, 2)
    async with sitting(ann, at="cart") as sits:
        await sits.sees("The TEA-01")
        await sits.press("enter")
        await sits.sees("12 Analytical Row")
        await sits.pilot.press("enter", "enter", "enter")
        await sits.settle()
        [(number,)] = shop.rows("SELECT number FROM orders")
        await sits.sees(number)

    assert shop.raw_stock(TEA) == (3, 0)
    assert len(shop.rows("SELECT id FROM orders")) == 1


async def test_an_answer_that_is_lost_and_asked_for_again_is_one_order(shop):
    shop.stocks(TEA, on_hand=5)
    lives_at(shop, "ann")
    ann = shop.shopper("ann")
    ann.run(set_quantity, TEA, 2)
    async with sitting(ann, at="cart") as sits:
        await sits.sees("The TEA-01")
        await sits.press("enter")
        await sits.sees("12 Analytical Row")
        page = sits.app.screen
        assert isinstance(page, CheckoutScreen)
        from micromart_core.orders.service import place_order

        first = await sits.app.ask_once(page._key, place_order, page.shown.id, "adr_home", None)
        await sits.press("enter")
        await sits.sees(first.number)

    assert len(shop.rows("SELECT id FROM orders")) == 1


async def test_whoever_leaves_before_the_answer_is_not_told_that_the_cart_is_held_and_the_order_is_there(shop):
    class UnderAnyKey(Door):
        def under(self, **intent):
            return self

    shop.stocks(TEA, on_hand=5)
    lives_at(shop, "ann")
    ann = shop.shopper("ann")
    ann.run(set_quantity, TEA, 2)
    door = UnderAnyKey(ann)
    answers = door.keeps_waiting("place_order")
    async with sitting(door, at="cart") as sits:
        await sits.sees("The TEA-01")
        await sits.press("enter")
        await sits.sees("12 Analytical Row")
        await sits.pilot.press("enter")
        await sits.finds(lambda: "place_order" in door.asked)

        await sits.pilot.press("q")

        await sits.finds(lambda: sits.app._exit)
        [words] = [str(each) for each in sits.app._exit_renderables]
        answers.set()

    assert words == UNANSWERED.plain
    assert len(shop.rows("SELECT id FROM orders")) == 1


async def test_without_a_way_in_it_is_said(shop):
    shop.stocks(TEA, on_hand=5)
    guest = shop.guest("gus")
    guest.run(set_quantity, TEA, 1)
    async with sitting(guest, at="cart") as sits:
        await sits.sees("The TEA-01")
        await sits.press("enter")
        await sits.sees("auth login")
