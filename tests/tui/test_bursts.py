"""What is typed right behind enter is meant for what enter leads to."""

import pytest

from micromart_core.carts.service import set_quantity
from micromart_core.orders.service_lists import my_orders, show_order
from micromart_core.orders.service_moves import pay_order
from micromart_core.users.service_addresses import list_addresses
from micromart_tui.widgets.address_form import AddressForm
from micromart_tui.widgets.still_input import StillInput
from tests.core.order_stories import TEA, buys, lives_at, without_address
from tests.people import PASSWORD, People
from tests.tui.conftest import sitting
from tests.tui.forms import bursts

pytestmark = pytest.mark.anyio
QUAY = (*"Ann", "enter", *"Quay", "enter", "enter", *"4050", "enter", *"Porto", "enter", "enter", *"PT", "enter")


async def test_a_whole_address_typed_at_once_is_kept_line_by_line(shop):
    lives_at(shop, "ann")
    ann = shop.shopper("ann")
    async with sitting(ann, at="account") as sits:
        await sits.sees("here since")
        await sits.press("n")
        await bursts(sits, *QUAY)
        await sits.sees("Quay, 4050 Porto")

    [kept] = [each for each in ann.run(list_addresses) if each.line1 == "Quay"]
    assert (kept.name, kept.line1, kept.line2, kept.postcode) == ("Ann", "Quay", None, "4050")
    assert (kept.city, kept.region, kept.country) == ("Porto", None, "PT")


async def test_an_address_typed_right_behind_the_key_that_asks_for_it_leads_to_no_other_page(shop):
    lives_at(shop, "ann")
    ann = shop.shopper("ann")
    async with sitting(ann, at="account") as sits:
        await sits.sees("here since")
        await bursts(sits, "n", *QUAY)
        await sits.sees("Quay, 4050 Porto")

    assert [each.name for each in ann.run(list_addresses) if each.line1 == "Quay"] == ["Ann"]


async def test_at_the_till_likewise_and_no_order_is_placed_by_its_enters(shop):
    shop.stocks(TEA, on_hand=9)
    ann = shop.shopper("ann")
    ann.run(set_quantity, TEA, 1)
    async with sitting(ann, at="cart") as sits:
        await sits.sees("check out")
        await sits.press("enter")
        await sits.sees("say where it should go")
        await bursts(sits, "n", *QUAY)
        await sits.sees("4050 Porto, PT")

    assert [each.name for each in ann.run(list_addresses)] == ["Ann"]
    assert ann.run(my_orders).items == ()


async def test_a_name_typed_right_behind_enter_is_the_name(shop):
    lives_at(shop, "ann")
    async with sitting(shop.shopper("ann"), at="account") as sits:
        await sits.sees("here since")
        await bursts(sits, "enter", *"Ann Soares", "enter")
        await sits.sees("Ann Soares")


async def test_a_letter_typed_right_behind_those_that_take_letters_away_stays(shop):
    lives_at(shop, "ann")
    async with sitting(shop.shopper("ann"), at="account") as sits:
        await sits.sees("here since")
        await sits.press("n")
        await bursts(
            sits, *"Bob", *("backspace",) * 3, *"Amx", "left", "backspace", "n", "delete", "n", "home", "ctrl+k"
        )
        await bursts(sits, *"A B", "ctrl+u", *"Ann")

        name, *_ = sits.app.screen.query(StillInput)
        assert name.value == "Ann"


async def test_a_form_taken_away_before_it_stands_takes_nothing_with_it(shop):
    lives_at(shop, "ann")
    async with sitting(shop.shopper("ann"), at="account") as sits:
        await sits.sees("here since")
        form = AddressForm()
        sits.app.screen.query_one("#stage").mount(form)
        form.remove()
        await sits.settle()
        assert sits.app.crash is None


async def test_a_name_and_a_password_typed_at_once_sign_in(shop, here, door):
    people = People(shop)
    people.register("ann")
    async with sitting(door, at="account", sign_in=here) as sits:
        await sits.press("i")
        await sits.sees("Welcome back.")
        await bursts(sits, *"ann", "enter", *PASSWORD, "enter")
        await sits.sees("here since")
        assert sits.app.person.user == "ann"
    people.close()


async def test_enter_on_the_first_field_goes_to_the_one_that_is_empty_and_no_letter_stays_behind(shop, here, door):
    async with sitting(door, at="account", sign_in=here) as sits:
        await sits.press("i", "ctrl+t")
        await sits.sees("A name, a place for letters")
        await bursts(sits, *"ann", "enter", *"a@b.example", "enter", *"xyz")

        typed = {name: sits.app.screen.query_one(f"#field-{name}").value for name in ("name", "email", "password")}
        assert typed == {"name": "ann", "email": "a@b.example", "password": "xyz"}


async def test_a_count_typed_right_behind_its_key_is_counted_and_leads_to_no_other_page(shop):
    shop.stocks(TEA, on_hand=9)
    async with sitting(shop.staff(), at="desk/stock") as desk:
        await desk.sees("The TEA-01")
        await bursts(desk, "equals_sign", "1", "2", "enter")
        await desk.sees("1 changed")

    assert shop.raw_stock(TEA) == (12, 0)


async def test_what_confirms_a_refund_may_be_typed_right_behind_its_key(shop):
    shop.stocks(TEA, on_hand=9)
    selling = without_address(shop)
    order = buys(selling.shopper("ann"), TEA, 2)
    selling.staff().run(pay_order, order.number)
    async with sitting(selling.staff(), at="desk/orders") as desk:
        await desk.press("right")
        await desk.sees(order.number)
        await bursts(desk, "R", *order.number.lower(), "enter")
        await desk.settle()

    assert selling.staff().run(show_order, order.number).payment_status == "refunded"


async def test_a_product_typed_at_once_stands_field_by_field(shop):
    shop.stocks(TEA, on_hand=9)
    async with sitting(shop.staff(), at="desk/goods") as desk:
        await desk.sees("1 product")
        await desk.press("n")
        await bursts(desk, *"mug-01", "tab", *"Mug", "tab", *"black", "tab", *"desk", "tab", *"19", "shift+tab", *"s")

        names = ("sku", "name", "tagline", "category", "price")
        typed = {name: desk.app.screen.query_one(f"#field-{name}").value for name in names}
        assert typed == {"sku": "mug-01", "name": "Mug", "tagline": "black", "category": "desks", "price": "19"}
