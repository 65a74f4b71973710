"""How the cart, an ended hold, the help and the palette look, on terminals of three sizes."""

import pytest

from micromart_core.carts.service import set_quantity
from micromart_core.inventory.model import Sku
from micromart_core.products.model import ProductChanges
from micromart_core.products.service_edit import update_product
from tests.tui.conftest import SIZES

MUG, COFFEE, KEY = Sku("NM-001"), Sku("NS-340"), Sku("EK-104")
each_size = pytest.mark.parametrize("size", SIZES)


@pytest.fixture
def looks_like(demo, told_time, picture):
    """Compare a page with its picture, after some keys."""

    def compare(*keys: str, until: str = "") -> bool:
        return picture(demo.guest("ann"), "cart", *keys, until=until, tick=told_time)

    return compare


@pytest.fixture
def holds(demo):
    """A function that puts things in the cart."""

    def hold(**quantities: int) -> None:
        for sku, quantity in quantities.items():
            demo.guest("ann").run(set_quantity, Sku(sku.replace("_", "-")), quantity)

    return hold


@each_size
def test_one_thing_is_held(looks_like, holds):
    holds(NM_001=2)
    assert looks_like()


@each_size
def test_three_things_are_held(looks_like, holds, clock):
    holds(NM_001=2, NS_340=2, EK_104=1)
    clock.advance(minutes=3, seconds=37)
    assert looks_like("down")


@each_size
def test_it_is_late(looks_like, holds, clock):
    holds(NM_001=2, NS_340=2)
    clock.advance(minutes=9, seconds=31)
    assert looks_like()


@each_size
def test_nothing_is_held(looks_like):
    assert looks_like()


@each_size
def test_the_hold_ended(looks_like, holds, demo, clock):
    holds(NM_001=2, NS_340=2, EK_104=1)
    clock.advance(minutes=10)
    demo.guest("bob").run(set_quantity, MUG, 6)
    demo.guest("bob").run(set_quantity, KEY, 3)
    assert looks_like()


@each_size
def test_a_price_has_risen(looks_like, holds, demo, clock):
    holds(NM_001=2, NS_340=2)
    clock.advance(minutes=10)
    demo.staff().run(update_product, COFFEE, ProductChanges(price="21.50"), 1)
    assert looks_like("r")


@each_size
def test_the_help_lies_over_the_cart(looks_like, holds):
    holds(NM_001=2)
    assert looks_like("question_mark")


@each_size
def test_the_palette_lies_over_the_cart(looks_like, holds):
    holds(NM_001=2)
    assert looks_like("ctrl+p", "m", "u", "g", until="add Null Mug")
