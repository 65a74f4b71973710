"""What may change while somebody stands at the checkout: a price, the hold, the address, and who is signed in."""

import pytest

from micromart_core.carts.service import set_quantity, show_cart
from micromart_core.users.service_addresses import add_address, list_addresses
from micromart_core.users.service_staff import disable_user
from tests.conftest import database_url  # noqa: F401 these are run on both databases
from tests.core.order_stories import TEA, lives_at, reprices
from tests.people import PASSWORD, People
from tests.tui.conftest import Sitting, sitting
from tests.tui.forms import fills_in, types

pytestmark = pytest.mark.anyio


@pytest.fixture
def ann(shop):
    """A shopper who lives somewhere and holds two teas of five."""
    shop.stocks(TEA, on_hand=5)
    lives_at(shop, "ann")
    ann = shop.shopper("ann")
    ann.run(set_quantity, TEA, 2)
    return ann


async def goes_to_checkout(sits: Sitting) -> None:
    await sits.sees("The TEA-01")
    await sits.press("enter")
    await sits.sees("12 Analytical Row")


async def test_a_price_that_rose_is_said_at_its_line_and_taken_only_with_y(shop, ann, clock):
    async with sitting(ann, at="cart", tick=lambda: 0.0) as sits:
        await goes_to_checkout(sits)
        clock.advance(minutes=20)
        reprices(shop, TEA, 600)
        await sits.press("enter")
        await sits.sees("was $4.50, is $6.00")
        await sits.sees("Nothing was charged.")
        assert shop.rows("SELECT id FROM orders") == []
        assert "↵ place" not in sits.screen

        await sits.press("y")
        await sits.sees("$12.00")
        assert await sits.sees("↵ place")
        await sits.press("enter")
        await sits.sees("Thank you")

    assert shop.rows("SELECT total FROM orders") == [(1200,)]


async def test_a_hold_that_ends_at_the_checkout_is_told_and_orders_nothing(shop, ann, clock):
    async with sitting(ann, at="cart", tick=lambda: 0.0) as sits:
        await goes_to_checkout(sits)
        clock.advance(minutes=20)
        shop.guest("bob").run(set_quantity, TEA, 4)
        await sits.press("enter")
        await sits.sees("only 1 left")
        await sits.sees("Nothing was charged.")
        await sits.press("escape")
        await sits.sees("Your hold ended.")

    assert shop.rows("SELECT id FROM orders") == []


async def test_the_address_is_changed_and_stays_the_one_that_orders_go_to(ann):
    async with sitting(ann, at="cart") as sits:
        await goes_to_checkout(sits)
        await sits.press("e")
        await sits.sees("Where should it go?")
        street = sits.app.screen.query_one("#field-line1")
        street.value = ""
        await sits.press("down")
        await types(sits, "7 New Lane")
        await sits.press("down", "down", "down", "down", "down", "enter")
        await sits.sees("7 New Lane")
        assert "12 Analytical Row" not in sits.screen

    [kept] = ann.run(list_addresses)
    assert (kept.line1, kept.city, kept.is_default) == ("7 New Lane", "London", True)


async def test_a_country_that_is_none_is_refused_in_the_form_and_nothing_typed_is_lost(ann):
    async with sitting(ann, at="cart") as sits:
        await goes_to_checkout(sits)
        await sits.press("n")
        await fills_in(sits, "Ann", "1 Quay", "", "4000", "Porto", "")
        await types(sits, "xx")
        await sits.press("enter")
        await sits.sees("This is no country code.")
        assert "1 Quay" in sits.screen

    assert len(ann.run(list_addresses)) == 1


async def test_what_an_address_lacks_is_named_and_typed_next(ann):
    async with sitting(ann, at="cart") as sits:
        await goes_to_checkout(sits)
        await sits.press("n", *"Ann", *["enter"] * 7)
        assert await sits.sees("The street is still missing.")
        await sits.press(*"1 Quay")
        assert sits.app.screen.query_one("#field-line1").value == "1 Quay"


async def test_letters_right_after_tab_are_in_the_next_line_of_the_address(ann):
    async with sitting(ann, at="cart") as sits:
        await goes_to_checkout(sits)
        await sits.press("n")
        await sits.pilot.press(*"Ann", "tab", *"1 Quay")
        await sits.settle()
        typed = [sits.app.screen.query_one(f"#field-{name}").value for name in ("name", "line1")]

    assert typed == ["Ann", "1 Quay"]


async def test_who_was_signed_out_elsewhere_is_asked_to_sign_in_and_keeps_the_cart(shop, here, door):
    shop.stocks(TEA, on_hand=5)
    people = People(shop)
    people.register("ann")
    here.local.sign_in("ann", PASSWORD, in_checkout=False)
    door.run(set_quantity, TEA, 2)
    async with sitting(door, at="cart", sign_in=here) as sits:
        await sits.sees("The TEA-01")
        await sits.press("enter")
        await sits.sees("say where it should go")
        with shop.database.begin(writes=True) as opened:
            opened.connection.exec_driver_sql("DELETE FROM sessions")
            opened.commit()
        await sits.press("enter")
        await sits.sees("Welcome back.")
        await fills_in(sits, "ann")
        await types(sits, PASSWORD)
        await sits.press("enter")
        await sits.sees("Where should it go?")

    assert door.run(show_cart).quantity_of(TEA) == 2
    assert shop.rows("SELECT id FROM orders") == []
    people.close()


async def test_who_is_blocked_at_the_checkout_reads_so_in_whole_sentences(shop, here, door):
    shop.stocks(TEA, on_hand=5)
    people = People(shop)
    people.register("ann")
    here.local.sign_in("ann", PASSWORD, in_checkout=False)
    door.run(add_address, "Ann", "1 Quay", city="Porto", postcode="4000", country="PT")
    door.run(set_quantity, TEA, 2)
    async with sitting(door, at="cart", sign_in=here) as sits:
        await sits.sees("The TEA-01")
        await sits.press("enter")
        await sits.sees("4000 Porto, PT")
        shop.staff().run(disable_user, "ann")
        await sits.press("enter")
        await sits.sees("placed are kept.")
        assert "this shop's staff" not in sits.screen

    assert shop.rows("SELECT id FROM orders") == []
    people.close()
