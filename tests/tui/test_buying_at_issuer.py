"""A newcomer to this shop fills a cart on the screens, signs in at the real Keycloak elsewhere, and orders here."""

import asyncio

import pytest

from micromart_cli.sign_in_here import SignInHere
from micromart_core.carts.service import set_quantity
from micromart_core.home import find_home
from micromart_core.settings import IdentitySettings
from tests.core.order_stories import TEA
from tests.home_elsewhere import opened_at, person_at
from tests.tui.conftest import Sitting, sitting
from tests.tui.test_checkout import fills_in, types

pytestmark = [pytest.mark.anyio, pytest.mark.servers]
PATIENCE = 30.0


@pytest.fixture
def here(shop, keycloak, tmp_path):
    """The home of whoever sits at this terminal, in a shop whose people sign in at Keycloak."""
    served = shop.again(identity=IdentitySettings(issuer=keycloak.issuer, token_store="file"))
    home = find_home({"MICROMART_HOME": str(tmp_path / "home")})
    return SignInHere(lambda: opened_at(served, home), home)


@pytest.fixture
def door(here):
    return person_at(here.shop, here.home)


def approves(person, link: str) -> None:
    person.open(link)
    person.sign_in()
    person.approve()


async def takes_the_link(sits: Sitting) -> str:
    """Copy the link that is drawn as a picture, as somebody does whose browser is on this computer."""
    await sits.sees("type this code", PATIENCE)
    assert "Only approve this if" in sits.screen
    await sits.press("y")
    return sits.app.clipboard


async def test_a_cart_is_filled_a_link_is_approved_and_the_order_is_placed(shop, keycloak, here, door):
    ann = keycloak.person()
    shop.stocks(TEA, on_hand=5)
    async with sitting(door, at="cart", sign_in=here) as sits:
        door.run(set_quantity, TEA, 2)
        await sits.sees("The TEA-01")
        await sits.press("enter")
        link = await takes_the_link(sits)
        await asyncio.to_thread(approves, ann, link)
        await sits.sees("say where it should go", PATIENCE)
        assert (sits.app.person.user, sits.app.cart.item_count) == (ann.name, 2)

        await sits.press("n")
        await fills_in(sits, "Ann Lee", "1 Quay", "", "4000", "Porto", "")
        await types(sits, "pt")
        await sits.press("enter")
        await sits.sees("4000 Porto, PT")
        await sits.press("enter")
        await sits.sees(f"Thank you, {ann.name}.")
        await sits.sees(f"a letter went to {ann.email}")

    assert shop.raw_stock(TEA) == (3, 0)
    assert [tuple(row) for row in shop.rows("SELECT email, total FROM orders")] == [(ann.email, 900)]


async def test_who_leaves_before_it_is_approved_stays_a_guest_whoever_approves_then(shop, keycloak, here, door):
    ann = keycloak.person()
    shop.stocks(TEA, on_hand=5)
    async with sitting(door, at="cart", sign_in=here) as sits:
        door.run(set_quantity, TEA, 1)
        await sits.sees("The TEA-01")
        await sits.press("enter")
        link = await takes_the_link(sits)
        await sits.press("escape")
        await sits.sees("check out")
        await asyncio.to_thread(approves, ann, link)
        await asyncio.sleep(6)  # longer than Keycloak wants between two questions
        assert (sits.app.person, here.status().signed_in) == (None, False)

    assert not (here.home.state / "identity").exists() or not list((here.home.state / "identity").glob("*.json"))
    assert shop.rows("SELECT id FROM users") == []
