from micromart_core.carts.model_stats import CartCount, CartsBy
from micromart_core.carts.service_stats import count_carts
from micromart_core.orders.service import place_order
from tests.core.order_stories import TEA, fills, without_address


def test_carts_that_hold_stock_are_counted_by_product(shop, clock):
    shop.stocks(TEA, on_hand=9)
    shop.stocks("NM-001", on_hand=9)
    fills(shop.guest("late"), tea_01=3)
    clock.advance(minutes=11)
    fills(shop.guest("g1"), tea_01=2, nm_001=1)
    fills(shop.shopper("ann"), nm_001=4)

    stats = shop.staff().run(count_carts)

    assert (stats.holding, stats.held_units, stats.overdue) == (2, 7, 1)
    assert stats.counts == (
        CartCount("NM-001", carts=2, ordered=None, ended=None, units=5),
        CartCount(TEA, carts=1, ordered=None, ended=None, units=2),
    )


def test_carts_are_counted_by_the_hour_they_were_begun_in(shop, clock):
    easy = without_address(shop)
    easy.stocks(TEA, on_hand=9)
    fills(easy.shopper("ann"), tea_01=1)
    easy.shopper("ann").run(place_order)
    fills(easy.guest("g1"), tea_01=1)
    clock.advance(hours=1)
    fills(easy.guest("g2"), tea_01=1)

    counts = easy.staff().run(count_carts, CartsBy.HOUR).counts

    assert [(count.key, count.carts, count.ordered) for count in counts] == [
        ("2026-01-01T12:00:00Z", 2, 1),
        ("2026-01-01T13:00:00Z", 1, 0),
    ]
    assert easy.staff().run(count_carts, CartsBy.DAY, clock()).counts == (
        CartCount("2026-01-01T00:00:00Z", carts=1, ordered=0, ended=0, units=None),
    )
    easy.close()
