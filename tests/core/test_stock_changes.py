"""What is on hand changes by one ledger row each, within its bounds, and never below what carts hold."""

import pytest

from micromart_core.carts.service import set_quantity
from micromart_core.errors import Conflict, InvalidValue
from micromart_core.inventory.model import LARGEST_STOCK, BelowHeld, Reason, Sku, StaleStock, UnknownSku
from micromart_core.inventory.model_changes import BelowZero, TooMuchStock
from micromart_core.inventory.service_ledger import list_movements
from micromart_core.inventory.service_stock import adjust_stock, count_stock

TEA, MUG = Sku("TEA-01"), Sku("MUG-01")
RECEIVED, DAMAGE, COUNT = Reason("received"), Reason("damage"), Reason("count")


def events_of(shop, kind):
    return shop.rows("SELECT key, data FROM outbox WHERE type = :kind ORDER BY id", kind=kind)


def test_an_adjustment_changes_what_is_on_hand_and_leaves_a_ledger_row(shop, clock):
    shop.stocks(TEA, on_hand=5)

    level = shop.staff("stan").run(adjust_stock, TEA, 7, RECEIVED, note="truck 9")

    assert (level.on_hand, level.held, level.available, level.version) == (12, 0, 12, 1)
    newest = shop.staff().run(list_movements, TEA).items[0]
    assert (newest.change, newest.balance, newest.reason, newest.note) == (7, 12, "received", "truck 9")
    assert (newest.actor, newest.order, newest.run_id, newest.at) == ("stan", None, None, clock.now)


def test_others_hear_of_a_change(shop):
    shop.stocks(TEA, on_hand=5)

    shop.staff("stan").run(adjust_stock, TEA, -2, DAMAGE)

    [(key, data)] = events_of(shop, "stock.changed")
    assert key == TEA
    assert data == '{"sku":"TEA-01","change":-2,"balance":3,"reason":"damage","actor":"stan"}'


def test_taking_more_than_there_is_is_refused_with_the_arithmetic(shop):
    shop.stocks(TEA, on_hand=5)

    with pytest.raises(BelowZero) as refusal:
        shop.staff().run(adjust_stock, TEA, -6, DAMAGE)

    assert (refusal.value.on_hand, refusal.value.wanted) == (5, -1)
    assert shop.raw_stock(TEA) == (5, 0)
    assert len(shop.staff().run(list_movements, TEA).items) == 1


def test_going_below_what_carts_hold_is_refused_with_the_arithmetic(shop):
    shop.stocks(TEA, on_hand=5)
    shop.guest("ann").run(set_quantity, TEA, 4)

    with pytest.raises(BelowHeld) as refusal:
        shop.staff().run(adjust_stock, TEA, -2, DAMAGE)

    assert refusal.value.why == "on hand 5, held 4, so at least 4 must stay"
    assert shop.raw_stock(TEA) == (5, 4)


def test_exactly_what_is_held_may_stay(shop):
    shop.stocks(TEA, on_hand=5)
    shop.guest("ann").run(set_quantity, TEA, 4)

    assert shop.staff().run(adjust_stock, TEA, -1, DAMAGE).available == 0
    assert shop.raw_stock(TEA) == (4, 4)


def test_a_hold_that_has_ended_gives_way_to_a_count(shop, clock):
    shop.stocks(TEA, on_hand=5)
    shop.stocks(MUG, on_hand=5)
    shop.guest("ann").run(set_quantity, TEA, 4)
    shop.guest("ann").run(set_quantity, MUG, 4)
    clock.advance(minutes=10)

    level = shop.staff().run(count_stock, TEA, 1, COUNT)

    assert (level.on_hand, level.held) == (1, 0)
    assert shop.raw_stock(TEA) == (1, 0)


def test_a_hundred_and_more_ended_holds_give_way(shop, clock):
    shop.stocks(TEA, on_hand=120)
    for number in range(120):
        shop.guest(f"guest-{number}").run(set_quantity, TEA, 1)
    clock.advance(minutes=10)

    assert shop.staff().run(count_stock, TEA, 0, COUNT).on_hand == 0
    assert shop.raw_stock(TEA) == (0, 0)


def test_a_count_sets_what_is_on_hand(shop):
    shop.stocks(TEA, on_hand=5)

    level = shop.staff().run(count_stock, TEA, 3, COUNT)

    assert (level.on_hand, level.version) == (3, 1)
    assert shop.staff().run(list_movements, TEA).items[0].change == -2


def test_a_count_that_agrees_is_noted_and_changes_no_version(shop):
    shop.stocks(TEA, on_hand=5)

    level = shop.staff().run(count_stock, TEA, 5, COUNT)

    assert (level.on_hand, level.version) == (5, 0)
    newest = shop.staff().run(list_movements, TEA).items[0]
    assert (newest.change, newest.balance, newest.reason) == (0, 5, "count")
    assert events_of(shop, "stock.changed") == []


@pytest.mark.parametrize("by", [0, LARGEST_STOCK + 1, -LARGEST_STOCK - 1])
def test_a_change_has_bounds(shop, by):
    shop.stocks(TEA, on_hand=5)

    with pytest.raises(InvalidValue):
        shop.staff().run(adjust_stock, TEA, by, RECEIVED)


@pytest.mark.parametrize("on_hand", [-1, LARGEST_STOCK + 1])
def test_a_count_has_bounds(shop, on_hand):
    shop.stocks(TEA, on_hand=5)

    with pytest.raises(InvalidValue):
        shop.staff().run(count_stock, TEA, on_hand, COUNT)


def test_a_shelf_has_a_limit(shop):
    shop.stocks(TEA, on_hand=5)

    with pytest.raises(TooMuchStock):
        shop.staff().run(adjust_stock, TEA, LARGEST_STOCK, RECEIVED)

    assert shop.staff().run(adjust_stock, TEA, LARGEST_STOCK - 5, RECEIVED).on_hand == LARGEST_STOCK


@pytest.mark.parametrize(("reason", "note"), [("Received!", None), ("x", None), ("received", "a\x1b[31mb"), ("", None)])
def test_what_is_no_reason_or_note_is_refused_before_anything_else(shop, reason, note):
    with pytest.raises(InvalidValue):
        shop.staff().run(adjust_stock, Sku("NOTHING"), 1, Reason(reason), note=note)


def test_a_product_that_is_not_there_cannot_be_counted(shop):
    with pytest.raises(UnknownSku):
        shop.staff().run(count_stock, Sku("NOTHING"), 1, COUNT)


def test_a_change_made_from_an_old_version_is_refused(shop):
    shop.stocks(TEA, on_hand=5)
    shop.staff().run(adjust_stock, TEA, 1, RECEIVED, if_version=0)

    with pytest.raises(StaleStock) as refusal:
        shop.staff().run(adjust_stock, TEA, 1, RECEIVED, if_version=0)

    assert (refusal.value.expected, refusal.value.actual, refusal.value.exit_code) == (0, 1, 5)
    assert shop.raw_stock(TEA).on_hand == 6


def test_the_same_key_changes_stock_once(shop):
    shop.stocks(TEA, on_hand=5)
    door = shop.staff("stan").under(idempotency_key="delivery-7")

    first = door.run(adjust_stock, TEA, 7, RECEIVED)
    shop.staff().run(adjust_stock, TEA, 1, RECEIVED)

    assert door.run(adjust_stock, TEA, 7, RECEIVED) == first
    assert shop.raw_stock(TEA).on_hand == 13
    with pytest.raises(Conflict):
        door.run(adjust_stock, TEA, 8, RECEIVED)


def test_a_dry_run_shows_and_changes_nothing(shop):
    shop.stocks(TEA, on_hand=5)

    assert shop.staff().under(dry_run=True).run(adjust_stock, TEA, 7, RECEIVED).on_hand == 12
    assert shop.raw_stock(TEA) == (5, 0)
    assert len(shop.staff().run(list_movements, TEA).items) == 1


def test_staff_is_told_once_when_a_change_makes_a_product_low(shop):
    shop.stocks(TEA, on_hand=5, reorder_level=3)

    shop.staff().run(adjust_stock, TEA, -1, DAMAGE)
    assert events_of(shop, "stock.low") == []
    shop.staff().run(adjust_stock, TEA, -1, DAMAGE)
    shop.staff().run(adjust_stock, TEA, -1, DAMAGE)

    [(key, data)] = events_of(shop, "stock.low")
    assert (key, data) == (TEA, '{"sku":"TEA-01","on_hand":3,"reorder_level":3}')
