"""How signing in, the checkout and the order that was placed look, on terminals of three sizes."""

import pytest
from msgspec.structs import replace

from micromart_cli.sign_in_here import SignInHere
from micromart_core.adapters.keycloak.device_flow import DeviceFlow
from micromart_core.adapters.keycloak.link import IssuerLink
from micromart_core.carts.service import set_quantity
from micromart_core.home import Home
from micromart_core.inventory.model import Sku
from micromart_core.orders.service import place_order
from micromart_core.settings import IdentitySettings
from micromart_tui.app import MartApp
from micromart_tui.screens.placed import PlacedScreen
from tests.core.order_stories import lives_at, reprices
from tests.elsewhere import beside_the_database
from tests.home_elsewhere import opened_at, person_at
from tests.identity.issuer import ISSUER, Issuer
from tests.tui.busy_desk import renumber
from tests.tui.conftest import SIZES, Sitting
from tests.tui.test_sign_in_link import CODE, PENDING

MUG, COFFEE = Sku("NM-001"), Sku("NS-340")
LETTER = "K7QM-2TXB"
each_size = pytest.mark.parametrize("size", SIZES)


def fills_cart(gateway) -> None:
    gateway.run(set_quantity, MUG, 2)
    gateway.run(set_quantity, COFFEE, 2)


@pytest.fixture
def ada(demo):
    """A shopper with an address, and four things in the cart."""
    lives_at(demo, "ada")
    ada = demo.shopper("ada")
    fills_cart(ada)
    return ada


@pytest.fixture
def bob(demo):
    """A shopper who has never said where orders go."""
    lives_at(demo, "bob")
    with demo.database.begin(writes=True) as opened:
        opened.connection.exec_driver_sql("DELETE FROM addresses")
        opened.commit()
    bob = demo.shopper("bob")
    fills_cart(bob)
    return bob


def home_in(folder) -> Home:
    return Home(*(folder / "home" / name for name in ("config", "data", "state", "cache")))


@pytest.fixture
def posed(snap_compare, size):
    """Compares a page that a pose takes, from the cart on, with its picture."""

    def compare(door, pose, **facts) -> bool:
        app = MartApp(door, at="cart", **facts)

        async def take(pilot) -> None:
            sits = Sitting(app, pilot)
            await sits.rests()
            await pose(sits)
            await sits.rests()

        return snap_compare(app, run_before=take, terminal_size=SIZES[size])

    return compare


@pytest.fixture
def signs_in(picture, demo, here, door, told_time):
    """Compare a step of signing in before the checkout with its picture."""

    def compare(*keys: str, until: str = "") -> bool:
        fills_cart(door)
        return picture(door, "cart", "enter", *keys, until=until, sign_in=here, tick=told_time)

    return compare


@each_size
def test_signing_in(signs_in):
    assert signs_in(*"ada", until="Welcome back.")


@each_size
def test_somebody_is_new_here(signs_in):
    assert signs_in("ctrl+t")


@each_size
def test_a_password_was_forgotten(signs_in):
    assert signs_in("ctrl+t", "ctrl+t")


@each_size
def test_a_code_brings_a_new_password(signs_in):
    forgot = ("ctrl+t", "ctrl+t", *"ada@example.org", "enter")
    assert signs_in(*forgot, until="set the password")


@beside_the_database("the letter of an offline shop lies beside that shop")
@each_size
def test_a_letter_lies_beside_the_shop(posed, demo, here, door, told_time):
    fills_cart(door)

    async def pose(sits: Sitting) -> None:
        typed = ("ctrl+t", *"ada", "down", *"ada@example.org", "down", *"copper kettle on the hob")
        await sits.press("enter")
        await sits.sees("Welcome back.")
        await sits.pilot.press(*typed)
        await sits.press("enter")
        await sits.sees("Hello ada,")
        sits.app.screen.code = sits.app.screen.query_one("#field-code").value = LETTER
        sits.app.screen.repaint()
        await sits.rests()

    assert posed(door, pose, sign_in=here, tick=told_time)


@each_size
def test_an_issuer_is_asked_by_a_link(posed, demo, told_time, tmp_path, monkeypatch):
    monkeypatch.setattr(DeviceFlow, "seconds_left", lambda _, code: float(code.expires_in))  # else a slow host is seen
    issuer = Issuer()
    issuer.answers |= {"/auth/device": [(200, CODE)], "/token": [PENDING] * 100}
    served = demo.again(identity=IdentitySettings(issuer=ISSUER))
    served.shop.issuer._link = IssuerLink(ISSUER, issuer.wire)
    home = home_in(tmp_path)
    here = SignInHere(lambda: opened_at(served, home), home)
    door = person_at(here.shop, home)
    fills_cart(door)

    async def pose(sits: Sitting) -> None:
        await sits.press("enter")
        await sits.sees("ABCD-EFGH")

    assert posed(door, pose, sign_in=here, tick=told_time)


@each_size
def test_everything_is_said_on_one_page(picture, ada, told_time):
    assert picture(ada, "cart", "enter", tick=told_time)


@each_size
def test_nobody_knows_where_it_should_go(picture, bob, told_time):
    assert picture(bob, "cart", "enter", tick=told_time)


@each_size
def test_an_address_is_written_at_the_checkout(picture, bob, told_time):
    assert picture(bob, "cart", "enter", "n", *"Bob", tick=told_time)


@each_size
def test_a_price_has_risen_at_the_checkout(posed, demo, ada, clock):
    async def pose(sits: Sitting) -> None:
        await sits.press("enter")
        await sits.sees("12 Analytical Row")
        clock.advance(minutes=20)
        reprices(demo, COFFEE, 2150)
        await sits.press("enter")
        await sits.sees("was $19.00, is $21.50")

    assert posed(ada, pose, tick=lambda: 0.0)


@each_size
def test_thank_you(posed, demo, ada, told_time):
    async def pose(sits: Sitting) -> None:
        order = ada.run(place_order)
        renumber(demo, order.number, "MM-7Q2K0A")
        sits.app.push_screen(PlacedScreen(replace(order, number="MM-7Q2K0A")))
        await sits.sees("Thank you")
        await sits.finds(lambda: sits.app.screen.check_action("open_order", ()))

    assert posed(ada, pose, tick=told_time)
