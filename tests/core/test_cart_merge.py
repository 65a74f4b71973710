"""Signing in brings the anonymous cart along."""

from datetime import timedelta

import pytest

from micromart_core.caller import UserId
from micromart_core.carts.service import clear_cart, extend_hold, set_quantity, show_cart
from micromart_core.carts.service_merge import merge_at_sign_in
from micromart_core.inventory.model import Sku
from micromart_core.operation import operation
from micromart_core.products.service_edit import archive_product
from micromart_core.transaction import Transaction
from tests.core.order_stories import CountsStatements

TEA, MUG = Sku("TEA-01"), Sku("MUG-01")


@operation("ops:run", repeatable=True)
def sign_in_ann(tx: Transaction, in_checkout: bool = False) -> bool:  # noqa: FBT001, FBT002
    """Ann, who was the guest `ann`, signs in."""
    merge_at_sign_in(tx, UserId("usr_ann"), "key-of-ann", in_checkout=in_checkout)
    return True


@pytest.fixture(autouse=True)
def shelves(shop):
    shop.stocks(TEA, on_hand=5)
    shop.stocks(MUG, on_hand=5)


def test_the_anonymous_cart_becomes_the_users(shop):
    before = shop.guest("ann").run(set_quantity, TEA, 2)

    shop.operator().run(sign_in_ann)

    after = shop.shopper("ann").run(show_cart)
    assert (after.id, after.held_until, after.item_count) == (before.id, before.held_until, 2)


def test_the_old_cart_secret_opens_nothing_any_more(shop):
    shop.guest("ann").run(set_quantity, TEA, 2)

    shop.operator().run(sign_in_ann)

    assert shop.guest("ann").run(show_cart).id is None


def test_two_carts_are_united_by_the_larger_quantity_and_need_no_new_stock(shop, clock):
    shop.shopper("ann").run(set_quantity, TEA, 2)
    shop.shopper("ann").run(set_quantity, MUG, 1)
    clock.advance(minutes=2)
    shop.guest("ann").run(set_quantity, TEA, 3)

    shop.operator().run(sign_in_ann)

    cart = shop.shopper("ann").run(show_cart)
    assert {line.sku: line.quantity for line in cart.lines} == {MUG: 1, TEA: 3}
    assert (shop.raw_stock(TEA), shop.raw_stock(MUG)) == ((5, 3), (5, 1))


def test_the_united_cart_has_the_earlier_limit_and_the_later_deadline_within_it(shop, clock):
    begun = clock.now
    shop.shopper("ann").run(set_quantity, TEA, 1)
    clock.advance(minutes=8)
    shop.guest("ann").run(set_quantity, MUG, 1)

    shop.operator().run(sign_in_ann)

    cart = shop.shopper("ann").run(show_cart)
    assert cart.hold_limit == begun + timedelta(minutes=15)
    assert cart.held_until == begun + timedelta(minutes=15)


def test_merging_twice_is_merging_once(shop):
    shop.shopper("ann").run(set_quantity, TEA, 2)
    shop.guest("ann").run(set_quantity, TEA, 3)

    shop.operator().run(sign_in_ann)
    shop.operator().run(sign_in_ann)

    assert shop.shopper("ann").run(show_cart).quantity_of(TEA) == 3
    assert shop.raw_stock(TEA) == (5, 3)


def test_expired_carts_are_settled_first(shop, clock):
    shop.shopper("ann").run(set_quantity, TEA, 2)
    clock.advance(minutes=11)
    shop.guest("ann").run(set_quantity, MUG, 1)

    shop.operator().run(sign_in_ann)

    cart = shop.shopper("ann").run(show_cart)
    assert [line.sku for line in cart.lines] == [MUG]
    assert [line.sku for line in cart.restorable] == [TEA]
    assert shop.raw_stock(TEA) == (5, 0)


def test_in_the_checkout_the_cart_in_hand_wins_and_the_other_is_parked(shop):
    shop.shopper("ann").run(set_quantity, TEA, 2)
    shop.guest("ann").run(set_quantity, MUG, 1)
    shop.guest("ann").run(extend_hold)

    shop.operator().run(sign_in_ann, in_checkout=True)

    cart = shop.shopper("ann").run(show_cart)
    assert [line.sku for line in cart.lines] == [MUG]
    assert [line.sku for line in cart.restorable] == [TEA]
    assert (shop.raw_stock(TEA), shop.raw_stock(MUG)) == ((5, 0), (5, 1))


def test_what_neither_cart_holds_any_more_is_kept_by_the_larger_quantity(shop):
    shop.shopper("ann").run(set_quantity, TEA, 1)
    shop.guest("ann").run(set_quantity, TEA, 3)
    shop.staff().run(archive_product, TEA, recall=True)

    shop.operator().run(sign_in_ann)

    assert [line.quantity for line in shop.shopper("ann").run(show_cart).restorable] == [3]
    assert shop.raw_stock(TEA) == (5, 0)


def test_uniting_many_lines_takes_no_more_statements_than_uniting_one(shop):
    skus = [Sku(f"X-{number:02}") for number in range(12)]
    for sku in skus:
        shop.stocks(sku, on_hand=9)

    def statements(*filled: Sku) -> int:
        for sku in filled:
            shop.shopper("ann").run(set_quantity, sku, 2)
            shop.guest("ann").run(set_quantity, sku, 3)
        with CountsStatements(shop) as counted:
            shop.operator().run(sign_in_ann)
        shop.shopper("ann").run(clear_cart)
        return counted.count

    assert statements(*skus) == statements(TEA)
