"""Shops that share a Redis: their line to it, and what their people ask."""

import pytest

from micromart_core.carts.service_stats import count_carts
from micromart_core.inventory.service_stats import count_movements
from micromart_core.orders.service_stats import show_sales
from micromart_core.products.service_search import search_products
from micromart_core.settings import CheckoutSettings, RedisSettings
from tests.core.order_stories import MUG, TEA
from tests.ear import PATIENCE

FREELY = CheckoutSettings(require_address=False)


def connected(shop):
    """Return the shop once its line to Redis is open."""
    assert link_of(shop).wait_until_up(PATIENCE)
    return shop


def link_of(shop):
    return shop.shop._neighbours.link


def names(shop, query: str) -> list[str]:
    return [product.name for product in shop.guest("eve").run(search_products, query).items]


def numbers(shop) -> tuple:
    """What staff look at, without the moments at which it was counted."""
    staff = shop.staff()
    carts = staff.run(count_carts)
    return (
        carts.holding,
        carts.held_units,
        carts.counts,
        staff.run(show_sales).items,
        staff.run(count_movements).items,
    )


@pytest.fixture
def open_shop(live_shop, own_redis):
    """Open the same shop again and again, as other processes do, all with one Redis."""
    live_shop.stocks(TEA, on_hand=50, price="4.50")
    live_shop.stocks(MUG, on_hand=50, price="24.00")

    def open_one(url: str = own_redis.url, **sections):
        return live_shop.again(redis=RedisSettings(url=url), checkout=FREELY, **sections)

    return open_one
