"""What staff sees of the shelves."""

import pytest

from micromart_core.carts.service import set_quantity
from micromart_core.errors import NotAllowed, SignInFirst
from micromart_core.inventory.model import Reason, Sku, UnknownSku
from micromart_core.inventory.model_reports import StatsBy
from micromart_core.inventory.service_levels import explain_level, list_levels, list_low, show_level
from micromart_core.inventory.service_stats import count_movements
from micromart_core.inventory.service_stock import adjust_stock

TEA, MUG, POT = Sku("TEA-01"), Sku("MUG-01"), Sku("POT-01")


def test_levels_are_listed_page_by_page(shop):
    for sku in (TEA, MUG, POT):
        shop.stocks(sku, on_hand=3)
    shop.guest("ann").run(set_quantity, MUG, 2)

    first = shop.staff().run(list_levels, limit=2)
    rest = shop.staff().run(list_levels, after=first.next, limit=2)

    assert [(level.sku, level.available) for level in first.items] == [(MUG, 1), (POT, 3)]
    assert ([level.sku for level in rest.items], rest.next) == ([TEA], None)


def test_low_ones_can_be_listed_alone(shop):
    shop.stocks(TEA, on_hand=3, reorder_level=3)
    shop.stocks(MUG, on_hand=3, reorder_level=2)
    shop.stocks(POT, on_hand=0)

    page = shop.staff().run(list_low)

    assert [level.sku for level in page.items] == [POT, TEA]


def test_ended_holds_count_for_nobody(shop, clock):
    shop.stocks(TEA, on_hand=3)
    shop.guest("ann").run(set_quantity, TEA, 2)
    clock.advance(minutes=10)

    level = shop.staff().run(show_level, TEA)

    assert (level.held, level.available) == (0, 3)


def test_a_level_explains_itself(shop):
    shop.stocks(TEA, on_hand=7)
    ann = shop.guest("ann").run(set_quantity, TEA, 2)
    bob = shop.guest("bob").run(set_quantity, TEA, 1)

    explained = shop.staff().run(explain_level, TEA)

    assert explained.arithmetic == "7 on hand - 3 held in 2 carts = 4 available"
    assert (explained.available, explained.low) == (4, False)
    assert {(hold.cart, hold.quantity, hold.until) for hold in explained.holds} == {
        (ann.id, 2, ann.held_until),
        (bob.id, 1, bob.held_until),
    }


def test_a_product_that_is_not_there_has_no_level(shop):
    with pytest.raises(UnknownSku):
        shop.staff().run(show_level, TEA)
    with pytest.raises(UnknownSku):
        shop.staff().run(explain_level, TEA)


def test_shoppers_do_not_see_the_stockroom(shop):
    with pytest.raises(SignInFirst):
        shop.guest("ann").run(list_levels)
    with pytest.raises(NotAllowed):
        shop.shopper("ann").run(list_levels)


def test_movements_are_counted_by_product_day_and_hour(shop, clock):
    shop.stocks(TEA, on_hand=5)
    shop.stocks(MUG, on_hand=2)
    clock.advance(hours=1)
    shop.staff().run(adjust_stock, TEA, -3, Reason("damage"))
    clock.advance(days=1)
    began = clock.now
    shop.staff().run(adjust_stock, TEA, 10, Reason("received"))

    def counted(by, **kwargs):
        return [(each.key, each.added, each.removed) for each in shop.staff().run(count_movements, by, **kwargs).items]

    assert counted(StatsBy.PRODUCT) == [(MUG, 2, 0), (TEA, 15, 3)]
    assert counted(StatsBy.DAY) == [("2026-01-01T00:00:00Z", 7, 3), ("2026-01-02T00:00:00Z", 10, 0)]
    assert [key for key, *_ in counted(StatsBy.HOUR)][:2] == ["2026-01-01T12:00:00Z", "2026-01-01T13:00:00Z"]
    assert counted(StatsBy.PRODUCT, since=began) == [(TEA, 10, 0)]
    first = shop.staff().run(count_movements, StatsBy.DAY, limit=1)
    assert [each[0] for each in counted(StatsBy.DAY, after=first.next)] == ["2026-01-02T00:00:00Z"]
