"""The shop as a person sits in it: browsing, choosing, adding, and what others do meanwhile."""

import pytest
from sqlalchemy import text

from micromart_core.carts.service import set_quantity, show_cart
from micromart_core.inventory.model import Sku
from tests.tui.conftest import sitting

pytestmark = pytest.mark.anyio


async def test_the_shelf_opens_with_the_first_product_and_its_page(demo):
    async with sitting(demo.guest("ann")) as ann:
        assert await ann.sees("Cold Boot")
        assert await ann.sees("nitro cold brew")
        assert await ann.sees("96 in stock")
        assert await ann.sees("add to cart")


async def test_enter_adds_the_chosen_number_to_what_the_cart_has(demo):
    guest = demo.guest("ann")
    guest.run(set_quantity, Sku("CB-250"), 1)
    async with sitting(guest) as ann:
        assert await ann.sees("1 in your cart")
        await ann.press("right", "right", "enter")

        assert await ann.sees("Cold Boot is held for 10:00.")
        assert await ann.sees("4 in your cart")
        assert guest.run(show_cart).quantity_of(Sku("CB-250")) == 4


async def test_units_in_ones_own_cart_are_not_in_other_carts(demo):
    demo.guest("bob").run(set_quantity, Sku("CB-250"), 3)
    guest = demo.guest("ann")
    guest.run(set_quantity, Sku("CB-250"), 2)
    async with sitting(guest) as ann:
        assert await ann.sees("91 in stock")
        assert await ann.sees("3 held in other carts")


async def test_a_hold_taken_at_another_terminal_is_seen_within_a_second(demo):
    async with sitting(demo.guest("ann")) as ann:
        await ann.press("G")
        bob = demo.again()
        bob.guest("bob").run(set_quantity, Sku("CB-250"), 93)
        await ann.press("g")

        assert await ann.sees("only 3 left", patience=1.0 if demo.database.is_sqlite else 8.0)
        assert await ann.sees("93 held in other carts")


async def test_what_is_sold_out_cannot_be_added(demo):
    demo.guest("bob").run(set_quantity, Sku("CB-250"), 96)
    async with sitting(demo.guest("ann")) as ann:
        await ann.press("enter")

        assert await ann.sees("○ sold out")
        assert "add to cart" not in ann.screen
        assert ann.app.cart.lines == ()


async def test_an_empty_shop_says_so(shop):
    async with sitting(shop.guest("ann")) as ann:
        assert await ann.sees("The shelves are being filled.")
        assert await ann.sees("Come back soon.")


async def test_a_shelf_that_goes_on_below_says_so_until_its_end_is_in_sight(demo):
    async with sitting(demo.guest("ann"), (40, 24)) as ann:
        count = len(ann.app.screen.aisle.products)
        seen = ann.app.screen.shelf.in_sight
        assert await ann.sees(f"↓ {count - len(seen)} more")
        for at in range(1, count):
            await ann.press("down")
            assert at in ann.app.screen.shelf.in_sight
        assert "more" not in ann.screen.partition("? ")[0]


async def test_no_heading_stands_alone_over_how_much_more_there_is(demo):
    async with sitting(demo.guest("ann")) as ann:
        shelf = ann.app.screen.shelf
        rows = [shelf.render_line(y).text.strip() for y in range(shelf.size.height)]
        at = rows.index("↓ 2 more")
        assert "wear" not in ann.screen
        assert rows[at - 2]
        assert not any(rows[at - 1 : at])
        await ann.pilot.click(shelf, offset=(5, at))
        await ann.settle()
        assert ann.app.screen.aisle.lit > 9


async def test_a_click_where_the_shelf_says_that_it_goes_on_lights_what_is_a_page_further(demo):
    async with sitting(demo.guest("ann"), (40, 24)) as ann:
        shelf, last = ann.app.screen.shelf, ann.app.screen.shelf.in_sight[-1]
        at = next(y for y, line in enumerate(ann.lines) if "↓ 5 more" in line)
        await ann.pilot.click(offset=(5, at))
        await ann.settle()

        assert ann.app.screen.aisle.lit > last
        assert ann.app.screen.aisle.lit in shelf.in_sight


@pytest.mark.parametrize("size", [(40, 24), (40, 12)], ids=["40x24", "40x12"])
async def test_where_it_is_narrow_enter_opens_the_product_and_esc_the_shelf(demo, size):
    async with sitting(demo.guest("ann"), size) as ann:
        await ann.press("j", "enter")

        assert await ann.sees("dark roast, whole bean")
        assert await ann.sees("add $19.00")
        await ann.press("right", "enter")
        assert await ann.sees("2 in your cart")

        await ann.press("escape")
        assert await ann.sees("Cold Boot")


async def test_a_click_on_a_row_lights_it_and_a_click_on_plus_takes_one_more(demo):
    async with sitting(demo.guest("ann")) as ann:
        await ann.pilot.click("Shelf", offset=(3, 2))
        await ann.settle()
        assert await ann.sees("dark roast, whole bean")

        row = next(y for y, line in enumerate(ann.lines) if "add to cart" in line)
        await ann.pilot.click(offset=(ann.lines[row].index("+"), row))
        assert await ann.sees("$38.00")


async def test_the_shop_opens_at_the_product_that_was_looked_at_last(demo):
    async with sitting(demo.guest("ann"), lit=Sku("NM-001")) as ann:
        assert await ann.sees("stoneware, 330 ml")
        await ann.press("c", "s")
        assert await ann.sees("stoneware, 330 ml")


async def test_names_that_drive_a_terminal_are_shown_as_signs(demo):
    name = "Evil\x1b[31m\x9b2J\u202egnp.exe 字" + "\u0301" * 60
    with demo.database.begin(writes=True) as opened:
        statement = text("UPDATE products SET name = :name, tagline = :name, description = :name WHERE sku = 'CB-250'")
        opened.connection.execute(statement, {"name": name})
        opened.commit()
    async with sitting(demo.guest("ann")) as ann:
        assert await ann.sees("Evil␛[31m")
        assert not {"\x1b", "\x9b", "\u202e"} & set(ann.screen)
        assert {len(line) for line in ann.lines} <= set(range(101))


@pytest.mark.parametrize("size", [(100, 30), (80, 24)], ids=["100x30", "80x24"])
async def test_what_is_told_never_covers_what_buys(demo, size):
    async with sitting(demo.guest("ann"), size) as ann:
        await ann.press("enter")
        assert await ann.sees("Cold Boot is held for 10:00.")
        assert "add to cart" in ann.screen


async def test_the_light_stays_where_it_is_when_the_shelf_is_read_again_from_far_along_it(shop):
    for number in range(220):
        shop.stocks(Sku(f"BARE-{number:03}"), on_hand=1)
    async with sitting(shop.guest("ann")) as ann:
        page = ann.app.screen
        while page.aisle.lit < 140:
            await ann.press("pagedown")
        lit = page.aisle.lit_product

        page.renew()
        await ann.settle()

        assert page.aisle.lit_product == lit


async def test_whoever_comes_back_to_the_shelf_is_offered_to_browse_it(shop):
    for number in range(120):
        shop.stocks(Sku(f"BARE-{number:03}"), on_hand=1)
    async with sitting(shop.guest("ann")) as ann:
        await ann.press("c", "s")

        assert await ann.sees("↑↓ browse")
