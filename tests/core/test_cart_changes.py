"""Changing a cart: absolute, bounded, all or nothing."""

import pytest

from micromart_core.carts.model import StaleCart, TooMuch
from micromart_core.carts.service import add_units, clear_cart, remove_lines, set_quantity, show_cart
from micromart_core.errors import InvalidValue
from micromart_core.inventory.model import OutOfStock, Sku, UnknownSku
from micromart_core.products.model import NotForSale

TEA, MUG = Sku("TEA-01"), Sku("MUG-01")


@pytest.mark.parametrize("holds", [None, 0, 2], ids=["no cart", "an empty cart", "a cart with a line"])
def test_only_published_products_can_be_added(shop, holds):
    shop.stocks("OLD-1", on_hand=5, status="archived")
    shop.stocks("NEW-1", on_hand=5, status="draft")
    ann = shop.guest("ann")
    if holds is not None:
        shop.stocks(MUG, on_hand=5)
        ann.run(set_quantity, MUG, 2)
        ann.run(set_quantity, MUG, holds)

    with pytest.raises(NotForSale):
        ann.run(set_quantity, Sku("OLD-1"), 1)
    for sku in ("NEW-1", "NOPE"):
        with pytest.raises(UnknownSku):
            ann.run(set_quantity, Sku(sku), 1)


def test_quantities_are_bounded(shop):
    shop.stocks(TEA, on_hand=500)
    ann = shop.guest("ann")

    with pytest.raises(TooMuch):
        ann.run(set_quantity, TEA, 100)
    with pytest.raises(UnknownSku):
        ann.run(set_quantity, Sku("NOPE"), 100)
    with pytest.raises(InvalidValue):
        ann.run(set_quantity, TEA, -1)
    assert ann.run(set_quantity, TEA, 99).item_count == 99


def test_each_line_keeps_its_own_name_and_price_as_others_come_and_change(shop):
    shop.stocks(TEA, on_hand=9, price="4.50")
    shop.stocks(MUG, on_hand=9, price="12.00")
    shop.stocks("POT-01", on_hand=9, price="30.00")
    ann = shop.guest("ann")

    ann.run(set_quantity, TEA, 1)
    ann.run(set_quantity, MUG, 1)
    ann.run(set_quantity, TEA, 2)
    cart = ann.run(set_quantity, Sku("POT-01"), 1)

    assert [(line.sku, line.quantity, str(line.price)) for line in cart.lines] == [
        (MUG, 1, "12.00"),
        ("POT-01", 1, "30.00"),
        (TEA, 2, "4.50"),
    ]
    assert cart == ann.run(show_cart)


def test_lines_are_bounded(shop):
    ann = shop.guest("ann")
    for number in range(50):
        shop.stocks(f"P-{number}", on_hand=1)
        ann.run(set_quantity, Sku(f"P-{number}"), 1)
    shop.stocks(TEA, on_hand=1)

    with pytest.raises(TooMuch):
        ann.run(set_quantity, TEA, 1)


def test_removing_and_clearing_put_everything_back(shop):
    shop.stocks(TEA, on_hand=5)
    shop.stocks(MUG, on_hand=5)
    ann = shop.guest("ann")
    ann.run(set_quantity, TEA, 2)
    ann.run(set_quantity, MUG, 3)

    assert [line.sku for line in ann.run(remove_lines, (TEA, Sku("NOPE"))).lines] == [MUG]
    assert shop.raw_stock(TEA) == (5, 0)
    assert ann.run(clear_cart).lines == ()
    assert shop.raw_stock(MUG) == (5, 0)


def test_a_refused_change_changes_nothing(shop):
    shop.stocks(TEA, on_hand=2)
    ann = shop.guest("ann")
    before = ann.run(set_quantity, TEA, 1)

    with pytest.raises(OutOfStock):
        ann.run(set_quantity, TEA, 3)

    assert ann.run(show_cart).version == before.version
    assert shop.raw_stock(TEA) == (2, 1)


def test_a_dry_run_changes_nothing(shop):
    shop.stocks(TEA, on_hand=2)

    shown = shop.guest("ann").under(dry_run=True).run(set_quantity, TEA, 2)

    assert shown.item_count == 2
    assert shop.guest("ann").run(show_cart).lines == ()
    assert shop.raw_stock(TEA) == (2, 0)


def test_setting_is_absolute_so_a_repeat_is_harmless(shop):
    shop.stocks(TEA, on_hand=5)
    ann = shop.guest("ann")
    first = ann.run(set_quantity, TEA, 2)

    again = ann.run(set_quantity, TEA, 2, first.version - 1)

    assert again.version == first.version
    assert shop.raw_stock(TEA) == (5, 2)


def test_a_second_window_is_told_that_the_cart_has_changed(shop):
    shop.stocks(TEA, on_hand=5)
    ann = shop.guest("ann")
    seen = ann.run(set_quantity, TEA, 1)
    ann.run(set_quantity, TEA, 2)

    with pytest.raises(StaleCart):
        ann.run(set_quantity, TEA, 3, seen.version)


def test_two_windows_that_add_at_once_are_both_given_what_they_asked_for(shop):
    shop.stocks(TEA, on_hand=5)
    one, other = shop.guest("ann"), shop.guest("ann")
    one.run(set_quantity, TEA, 1)

    one.run(add_units, TEA, 1)
    cart = other.run(add_units, TEA, 1)

    assert cart.quantity_of(TEA) == 3
    assert shop.raw_stock(TEA) == (5, 3)


def test_a_press_that_is_sent_again_adds_once(shop):
    shop.stocks(TEA, on_hand=5)
    press = shop.guest("ann").under(idempotency_key="one press")

    first, again = press.run(add_units, TEA, 2), press.run(add_units, TEA, 2)

    assert first.quantity_of(TEA) == again.quantity_of(TEA) == 2
    assert shop.raw_stock(TEA) == (5, 2)


def test_taking_away_leaves_one_and_begins_nothing(shop):
    shop.stocks(TEA, on_hand=5)
    ann = shop.guest("ann")
    assert ann.run(add_units, TEA, -1).lines == ()

    ann.run(add_units, TEA, 3)

    assert ann.run(add_units, TEA, -1).quantity_of(TEA) == 2
    assert ann.run(add_units, TEA, -7).quantity_of(TEA) == 1


def test_adding_more_than_there_is_changes_nothing(shop):
    shop.stocks(TEA, on_hand=3)
    ann = shop.guest("ann")
    ann.run(add_units, TEA, 2)

    with pytest.raises(OutOfStock) as refused:
        ann.run(add_units, TEA, 2)

    assert refused.value.available == 1
    assert shop.raw_stock(TEA) == (3, 2)
