"""What is in a cart is really held: for one deadline, for one shopper, never twice."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from micromart_core.carts.model import CartStatus, EmptyCart, HoldIsOver
from micromart_core.carts.service import add_units, extend_hold, set_quantity, show_cart
from micromart_core.carts.service_upkeep import sweep_expired
from micromart_core.inventory.model import OutOfStock, Sku

TEA, MUG = Sku("TEA-01"), Sku("MUG-01")


def test_a_new_shopper_has_an_empty_cart(shop):
    cart = shop.guest("ann").run(show_cart)

    assert (cart.id, cart.lines, cart.total.amount, cart.seconds_left) == (None, (), 0, 0)


def test_what_is_in_a_cart_is_held_from_everybody_else(shop):
    shop.stocks(TEA, on_hand=1)
    shop.guest("ann").run(set_quantity, TEA, 1)

    with pytest.raises(OutOfStock) as refusal:
        shop.guest("bob").run(set_quantity, TEA, 1)

    assert refusal.value.available == 0
    assert shop.guest("bob").run(show_cart).lines == ()
    assert shop.raw_stock(TEA) == (1, 1)


def test_the_cart_says_what_it_holds_and_until_when(shop, clock):
    shop.stocks(TEA, on_hand=5, price="4.50")

    cart = shop.guest("ann").run(set_quantity, TEA, 2)

    assert [(line.sku, line.quantity, str(line.total)) for line in cart.lines] == [(TEA, 2, "9.00")]
    assert cart.held_until == clock.now + timedelta(minutes=10)
    assert cart.hold_limit == clock.now + timedelta(minutes=15)
    assert cart.seconds_left == 600


def test_a_hold_ends_after_ten_minutes_even_when_nobody_sweeps(shop, clock):
    shop.stocks(TEA, on_hand=1)
    shop.guest("ann").run(set_quantity, TEA, 1)

    clock.advance(minutes=10)

    assert shop.guest("bob").run(set_quantity, TEA, 1).item_count == 1
    assert shop.raw_stock(TEA) == (1, 1)


def test_one_second_before_the_end_it_is_still_held(shop, clock):
    shop.stocks(TEA, on_hand=1)
    shop.guest("ann").run(set_quantity, TEA, 1)

    clock.advance(minutes=9, seconds=59)

    with pytest.raises(OutOfStock):
        shop.guest("bob").run(set_quantity, TEA, 1)


def test_each_gain_holds_for_ten_more_minutes_but_never_beyond_fifteen(shop, clock):
    shop.stocks(TEA, on_hand=9)
    ann, begun = shop.guest("ann"), clock.now
    ann.run(set_quantity, TEA, 1)

    clock.advance(minutes=4)
    assert ann.run(set_quantity, TEA, 2).held_until == begun + timedelta(minutes=14)
    clock.advance(minutes=4)
    assert ann.run(set_quantity, TEA, 3).held_until == begun + timedelta(minutes=15)


def test_taking_less_gains_nothing(shop, clock):
    shop.stocks(TEA, on_hand=9)
    ann, begun = shop.guest("ann"), clock.now
    ann.run(set_quantity, TEA, 3)
    clock.advance(minutes=4)

    assert ann.run(set_quantity, TEA, 1).held_until == begun + timedelta(minutes=10)
    assert shop.raw_stock(TEA) == (9, 1)


def test_a_cart_that_holds_nothing_loses_its_limit(shop, clock):
    shop.stocks(TEA, on_hand=9)
    ann = shop.guest("ann")
    ann.run(set_quantity, TEA, 1)
    clock.advance(minutes=4)

    assert ann.run(set_quantity, TEA, 0).held_until is None
    assert ann.run(set_quantity, TEA, 1).hold_limit == clock.now + timedelta(minutes=15)


def test_extending_takes_the_hold_to_its_limit_once(shop, clock):
    shop.stocks(TEA, on_hand=9)
    ann, begun = shop.guest("ann"), clock.now
    ann.run(set_quantity, TEA, 1)
    clock.advance(minutes=1)

    once = ann.run(extend_hold)
    twice = ann.run(extend_hold)

    assert once.held_until == twice.held_until == begun + timedelta(minutes=15)
    assert once.extended
    assert once.version == twice.version


def test_an_ended_hold_cannot_be_extended(shop, clock):
    shop.stocks(TEA, on_hand=9)
    ann = shop.guest("ann")
    with pytest.raises(EmptyCart):
        ann.run(extend_hold)
    ann.run(set_quantity, TEA, 1)
    clock.advance(minutes=10)

    with pytest.raises(HoldIsOver):
        ann.run(extend_hold)


def test_an_ended_cart_is_shown_as_expired_with_what_it_had(shop, clock):
    shop.stocks(TEA, on_hand=9)
    ann = shop.guest("ann")
    ann.run(set_quantity, TEA, 2)
    clock.advance(minutes=10)

    unswept = ann.run(show_cart)
    assert shop.operator().run(sweep_expired) == 1
    swept = ann.run(show_cart)

    for cart in (unswept, swept):
        assert (cart.status, cart.lines, cart.held_until) == (CartStatus.EXPIRED, (), None)
        assert [(line.sku, line.quantity) for line in cart.restorable] == [(TEA, 2)]
    assert shop.raw_stock(TEA) == (9, 0)


def test_a_sweep_ends_each_cart_once_and_says_so(shop, clock):
    shop.stocks(TEA, on_hand=9)
    for name in ("ann", "bob"):
        shop.guest(name).run(set_quantity, TEA, 2)
    clock.advance(minutes=10)

    assert [shop.operator().run(sweep_expired) for _ in range(2)] == [2, 0]

    assert len(shop.rows("SELECT id FROM outbox WHERE type = 'cart.expired'")) == 2


def test_the_owner_ends_the_own_cart_by_going_on(shop, clock):
    shop.stocks(TEA, on_hand=2)
    shop.stocks(MUG, on_hand=2)
    ann = shop.guest("ann")
    first = ann.run(set_quantity, TEA, 2)
    clock.advance(minutes=10)

    second = ann.run(set_quantity, MUG, 1)

    assert second.id != first.id
    assert [line.sku for line in second.lines] == [MUG]
    assert [line.sku for line in second.restorable] == [TEA]
    assert (shop.raw_stock(TEA), shop.raw_stock(MUG)) == ((2, 0), (2, 1))
    assert len(shop.rows("SELECT id FROM outbox WHERE type = 'cart.expired'")) == 1


def test_after_a_fill_up_with_expired_holds_all_stock_can_be_sold(shop, clock):
    shop.stocks(TEA, on_hand=30)
    for number in range(30):
        shop.guest(f"hoarder-{number}").run(set_quantity, TEA, 1)
    clock.advance(minutes=10)

    assert shop.guest("ann").run(set_quantity, TEA, 30).item_count == 30


def test_the_price_is_locked_with_the_hold_and_a_lower_one_wins(shop):
    shop.stocks(TEA, on_hand=5, price="4.50")
    ann = shop.guest("ann")
    ann.run(set_quantity, TEA, 1)

    _reprice(shop, TEA, 900)
    assert str(ann.run(set_quantity, TEA, 2).lines[0].price) == "4.50"
    _reprice(shop, TEA, 300)
    assert str(ann.run(show_cart).lines[0].price) == "3.00"


def _reprice(shop, sku, amount):
    from sqlalchemy import update

    from micromart_core.products.tables import products

    with shop.database.begin(writes=True) as opened:
        opened.connection.execute(update(products).where(products.c.sku == sku).values(price=amount))
        opened.commit()


def test_a_cart_whose_last_line_was_released_by_staff_begins_anew(shop, clock):
    from micromart_core.inventory.model import Reason
    from micromart_core.inventory.service_evictions import release_hold

    shop.stocks(TEA, on_hand=5)
    ann = shop.guest("ann")
    cart = ann.run(set_quantity, TEA, 2)
    clock.advance(minutes=8)

    shop.staff().run(release_hold, cart.id, None, Reason("damage"))

    released = ann.run(show_cart)
    assert (released.lines, released.held_until, released.seconds_left) == ((), None, 0)
    assert [line.sku for line in released.restorable] == [TEA]
    assert ann.run(set_quantity, TEA, 1).hold_limit == clock.now + timedelta(minutes=15)


def test_a_press_on_minus_leaves_a_line_that_staff_released_to_be_taken_back(shop):
    from micromart_core.inventory.model import Reason
    from micromart_core.inventory.service_evictions import release_hold

    shop.stocks(TEA, on_hand=5)
    ann = shop.guest("ann")
    cart = ann.run(set_quantity, TEA, 2)
    shop.staff().run(release_hold, cart.id, None, Reason("damage"))

    pressed = ann.run(add_units, TEA, -1)

    assert [(line.sku, line.quantity) for line in pressed.restorable] == [(TEA, 2)]


def test_it_begins_anew_even_before_anybody_has_heard_of_the_release(shop, clock):
    from micromart_core.inventory.model import Reason
    from micromart_core.inventory.service_evictions import release_hold

    shop.stocks(TEA, on_hand=5)
    ann = shop.guest("ann")
    cart = ann.run(set_quantity, TEA, 2)
    clock.advance(minutes=8)

    died_after_the_commit = replace(shop.staff(), after_commit=lambda _events: None)
    died_after_the_commit.run(release_hold, cart.id, None, Reason("damage"))

    gained = ann.run(set_quantity, TEA, 1)
    assert gained.hold_limit == clock.now + timedelta(minutes=15)
    assert gained.held_until == clock.now + timedelta(minutes=10)
