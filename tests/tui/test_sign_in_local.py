"""Signing in with an account of the shop's own: a forgotten password, a weak one, too many tries, and leaving again."""

import threading

import pytest

from micromart_cli.letter_box import code_sent_to
from micromart_core.carts.service import set_quantity, show_cart
from tests.conftest import database_url  # noqa: F401 these are run on both databases
from tests.core.order_stories import MUG, TEA
from tests.people import ANOTHER, HERE, PASSWORD, People
from tests.tui.conftest import Sitting, sitting
from tests.tui.forms import fills_in, reads_the_letter, registers, types

pytestmark = pytest.mark.anyio


@pytest.fixture
def people(shop):
    """Ann has an account; tea and mugs are on the shelf."""
    shop.stocks(TEA, on_hand=5)
    shop.stocks(MUG, on_hand=5)
    everybody = People(shop)
    everybody.register("ann")
    yield everybody
    everybody.close()


async def signs_in(sits: Sitting, password: str = PASSWORD) -> None:
    await sits.sees("Welcome back.")
    await fills_in(sits, "ann")
    await types(sits, password)
    await sits.press("enter")


async def test_a_forgotten_password_is_replaced_with_the_code_from_the_letter(people, here, door):
    async with sitting(door, at="account", sign_in=here) as sits:
        await sits.press("i", "ctrl+t", "ctrl+t")
        await sits.sees("A letter brings a code for a new password.")
        await types(sits, "ann@example.org")
        await sits.press("enter")
        await sits.sees("If somebody has the address ann@example.org")
        await fills_in(sits, code_sent_to(people.shop.folder / "outbox", "ann@example.org"))
        await types(sits, ANOTHER)
        await sits.press("enter")
        await sits.sees("here since")
        assert sits.app.person.user == "ann"

    assert people.sign_in("ann", password=ANOTHER)


async def test_on_a_small_terminal_the_whole_refusal_is_in_sight(people, here, door):
    async with sitting(door, at="account", sign_in=here, size=(40, 12)) as sits:
        await sits.press("i")
        await signs_in(sits, ANOTHER)
        await sits.sees("The user name or the password is")
        assert await sits.sees("wrong.")


async def test_whether_somebody_has_an_address_is_not_told(people, here, door):
    async with sitting(door, at="account", sign_in=here) as sits:
        await sits.press("i", "ctrl+t", "ctrl+t")
        await types(sits, "nobody@example.org")
        await sits.press("enter")
        assert await sits.sees("If somebody has the address nobody@example.org")


async def test_a_code_that_is_none_is_refused_at_its_field(people, here, door):
    async with sitting(door, at="account", sign_in=here) as sits:
        await sits.press("i", "ctrl+t", "ctrl+t")
        await types(sits, "ann@example.org")
        await sits.press("enter")
        await sits.sees("If somebody has the address")
        await fills_in(sits, "AAAA-BBBB")
        await types(sits, ANOTHER)
        await sits.press("enter")
        await sits.finds(lambda: sits.app.screen.query_one("#field-code").has_class("-wrong"))
        assert sits.app.person is None


async def test_a_weak_password_is_refused_at_its_field_and_may_be_typed_over(people, here, door):
    async with sitting(door, at="account", sign_in=here) as sits:
        await sits.press("i", "ctrl+t")
        await fills_in(sits, "bob", "bob@example.org")
        await types(sits, "bob")
        await sits.press("enter")
        await sits.sees("This password is too weak. It has 3")
        field = sits.app.screen.query_one("#field-password")
        assert field.has_class("-wrong")
        assert field.query("Input").first().has_focus
        field.value = ""
        await types(sits, ANOTHER)
        await sits.press("enter")
        await reads_the_letter(sits, people.shop, "bob")


async def test_who_tries_too_often_is_told_when_to_try_again(people, here, door):
    for _ in range(12):
        with pytest.raises(Exception, match=r"wrong|too often"):
            people.sign_in("ann", password="not the kettle", source=HERE)
    async with sitting(door, at="account", sign_in=here) as sits:
        await sits.press("i")
        await signs_in(sits)
        await sits.sees("That was tried too often.")
        assert "Try again in" in sits.screen
        assert sits.app.person is None


async def test_i_on_the_cart_signs_in_and_what_is_held_comes_along(people, here, door):
    door.run(set_quantity, TEA, 2)
    async with sitting(door, at="cart", sign_in=here) as sits:
        await sits.sees("The TEA-01")
        await sits.press("i")
        await signs_in(sits)
        await sits.finds(lambda: sits.app.person is not None)
        await sits.sees("check out")

    assert door.run(show_cart).quantity_of(TEA) == 2


async def test_signing_out_is_asked_first_and_the_cart_waits_for_ann(people, here, door):
    async with sitting(door, at="account", sign_in=here) as sits:
        await sits.press("i")
        await signs_in(sits)
        await sits.sees("here since")
        door.run(set_quantity, TEA, 1)
        await sits.finds(lambda: sits.app.cart.item_count == 1)
        await sits.press("i")
        await sits.sees("i again signs you out; 1 thing stays held for you")
        await sits.press("down")
        door.run(set_quantity, TEA, 2)
        await sits.finds(lambda: sits.app.cart.item_count == 2)
        await sits.press("i")
        await sits.sees("i again signs you out; 2 things stay held for you")
        await sits.press("down")
        assert "i again" not in sits.screen

        await sits.press("i", "i")
        await sits.sees("ann is signed out")
        await sits.sees("a guest")
        assert sits.app.cart.lines == ()

        await sits.press("i")
        await signs_in(sits)
        await sits.finds(lambda: sits.app.cart.item_count == 2)


async def test_a_newcomer_on_the_account_page_is_greeted_there(people, here, door):
    async with sitting(door, at="account", sign_in=here) as sits:
        await sits.press("i")
        await registers(sits, "bob")
        await reads_the_letter(sits, people.shop, "bob")
        await sits.press("enter")
        await sits.sees("here since")
        assert sits.app.person.user == "bob"


async def test_letters_right_after_tab_are_in_the_next_field(people, here, door):
    async with sitting(door, at="account", sign_in=here) as sits:
        await sits.press("i", "ctrl+t")
        await sits.pilot.press(*"ann", "tab", *"ann@x.org", "tab", *"secret")
        await sits.settle()
        typed = {name: sits.app.screen.query_one(f"#field-{name}").value for name in ("name", "email", "password")}

    assert typed == {"name": "ann", "email": "ann@x.org", "password": "secret"}


async def test_who_leaves_while_the_password_is_looked_at_is_signed_in_all_the_same_and_told_so(people, here, door):
    is_asked, may_answer = threading.Event(), threading.Event()
    enters = here.local.sign_in

    def enters_late(*words, **facts):
        entered = enters(*words, **facts)
        is_asked.set()
        may_answer.wait(60)
        return entered

    here.local.sign_in = enters_late
    async with sitting(door, at="account", sign_in=here) as sits:
        await sits.press("i")
        await sits.sees("Welcome back.")
        await fills_in(sits, "ann")
        await types(sits, PASSWORD)
        await sits.pilot.press("enter")
        await sits.finds(is_asked.is_set)
        await sits.pilot.press("escape")
        await sits.finds(lambda: sits.app.screen.heading == "account")
        may_answer.set()
        await sits.sees("Signed in as ann")
        assert sits.app.person.user == "ann"
