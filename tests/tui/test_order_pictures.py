"""How a shopper's orders, one order and the account look, on terminals of three sizes and in every look."""

import pytest

from micromart_core.carts.service import set_quantity
from micromart_core.inventory.model import Sku
from micromart_core.orders.service import place_order
from micromart_core.orders.service_moves import pack_order, pay_order
from micromart_core.products.demo import seed_demo
from micromart_tui.preferences import Preferences
from tests.core.order_stories import fills, lives_at
from tests.people import within
from tests.tui.busy_desk import MOVES, renumber
from tests.tui.conftest import SIZES

each_size = pytest.mark.parametrize("size", SIZES)
LOOKS = {"paper": {}, "ansi": {}, "ascii": {"is_ascii": True}, "no-colour": {}}


@pytest.fixture
def ada(shop, clock):
    _live_a_month(shop, clock)
    return shop.shopper("ada")


def _live_a_month(shop, clock) -> None:
    """Ada has ordered four times, and her last parcel is packed."""
    within(shop, seed_demo)
    lives_at(shop, "ada")
    ada, staff = shop.shopper("ada"), shop.staff()
    bought = ({"nm_001": 1}, {"cb_250": 6, "fl_096": 1}, {"ns_340": 1}, {"nm_001": 2, "ns_340": 2})
    for number, (lines, moves, days) in enumerate(zip(bought, (MOVES, MOVES[:3], (), ()), (22, 9, 12, 0), strict=True)):
        fills(ada, **lines)
        order = ada.run(place_order)
        for move in moves:
            staff.run(move, order.number)
        if number == len(bought) - 1:
            staff.run(pay_order, order.number)
            clock.advance(minutes=38)
            staff.run(pack_order, order.number)
        renumber(shop, order.number, f"MM-7Q2K{number}A")
        shop.deliver()
        clock.advance(days=days)
    ada.run(set_quantity, Sku("NS-340"), 2)


@each_size
def test_orders(picture, ada):
    assert picture(ada, "orders", "down")


@each_size
def test_no_orders(picture, ada, shop):
    assert picture(shop.shopper("bob"), "orders")


@each_size
def test_orders_of_nobody(picture, ada, shop):
    assert picture(shop.guest("eve"), "orders")


@each_size
def test_an_order(picture, ada):
    assert picture(ada, "orders", "enter")


@each_size
def test_an_order_that_may_be_cancelled(picture, ada):
    assert picture(ada, "orders", "enter", "x")


@each_size
def test_an_account(picture, ada):
    assert picture(ada, "account")


@each_size
def test_a_new_address(picture, ada):
    assert picture(ada, "account", "n")


@each_size
def test_an_account_of_nobody(picture, ada, shop):
    assert picture(shop.guest("eve"), "account")


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("place", ["shop", "orders", "cart", "account"])
def test_other_looks(picture, ada, monkeypatch, place, look, tmp_path):
    if look == "no-colour":
        monkeypatch.setenv("NO_COLOR", "1")
    preferences = Preferences(tmp_path / "state")
    preferences.keep_theme(look if look in ("paper", "ansi") else "lamplight")
    keys = ("enter",) if place == "orders" else ()
    assert picture(ada, place, *keys, preferences=preferences, **LOOKS[look])
