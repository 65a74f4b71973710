"""How the products of the staff and their editor look, on terminals of three sizes and in every look."""

import pytest

from micromart_core.inventory.model import Sku
from micromart_core.products.service_edit import archive_product
from micromart_tui.preferences import Preferences
from tests.tui.busy_desk import set_the_desk
from tests.tui.conftest import SIZES

each_size = pytest.mark.parametrize("size", SIZES)


@pytest.fixture
def looks_like(shop, clock, picture):
    """Compare the goods with their picture, after some keys."""
    set_the_desk(shop, clock)
    shop.staff("mia").run(archive_product, Sku("RA-010"))
    return lambda *keys, **facts: picture(shop.staff(), "desk/goods", *keys, **facts)


@each_size
def test_goods_of_every_status_stand_on_their_shelves(looks_like):
    assert looks_like("down", "down")


@each_size
def test_what_becomes_of_a_product_is_chosen(looks_like):
    assert looks_like("t", "right")


@each_size
def test_a_product_is_written_beside_its_page(looks_like):
    assert looks_like("down", "down", "down", "enter", "tab", "X", until="unsaved")


@each_size
def test_a_refusal_stands_at_its_field(looks_like):
    assert looks_like("enter", "tab", "tab", "tab", "x", "ctrl+s", until="not an amount")


@each_size
def test_leaving_asks_what_to_do_with_what_is_unsaved(looks_like):
    assert looks_like("enter", "X", "tab", "Y", "escape")


@each_size
def test_a_new_product_is_empty(looks_like):
    assert looks_like("n")


@pytest.mark.parametrize("size", ["40x24"])
def test_where_it_is_slim_the_page_is_behind_a_key(looks_like):
    assert looks_like("enter", "ctrl+l")


@pytest.mark.parametrize("look", ["paper", "ansi", "ascii"])
def test_other_looks_of_the_editor(looks_like, tmp_path, look):
    preferences = Preferences(tmp_path)
    if look != "ascii":
        preferences.keep_theme(look)
    assert looks_like("enter", "X", preferences=preferences, is_ascii=look == "ascii")
