"""Staff hears that a product is low from the order that made it so, and from no other."""

import msgspec
import pytest

from micromart_core.inventory.model import Reason, Sku
from micromart_core.inventory.service_ledger import list_movements
from micromart_core.inventory.service_stock import adjust_stock
from micromart_core.inventory.service_verify import verify_stock
from tests.core.order_stories import TEA, buys, without_address


@pytest.fixture
def easy(shop):
    easy = without_address(shop)
    easy.stocks(TEA, on_hand=6, reorder_level=3)
    yield easy
    easy.close()


def low_ones(shop):
    shop.deliver()
    rows = shop.rows("SELECT data FROM outbox WHERE type = 'stock.low' ORDER BY id")
    return [msgspec.json.decode(row.data) for row in rows]


def test_the_order_that_reaches_the_level_tells(easy):
    buys(easy.shopper("ann"), TEA, 2)
    assert low_ones(easy) == []

    buys(easy.shopper("bob"), TEA, 2)
    buys(easy.shopper("cat"), TEA, 1)

    assert low_ones(easy) == [{"sku": TEA, "on_hand": 2, "reorder_level": 3}]


def test_an_order_that_comes_after_more_was_received_tells_again(easy):
    buys(easy.shopper("ann"), TEA, 3)
    easy.staff().run(adjust_stock, Sku(TEA), 3, Reason("received"))
    buys(easy.shopper("bob"), TEA, 4)

    assert [low["on_hand"] for low in low_ones(easy)] == [3, 2]


def test_a_sale_is_in_the_ledger_with_its_order_and_shopper(easy):
    order = buys(easy.shopper("ann"), TEA, 2)

    newest = easy.staff().run(list_movements, Sku(TEA)).items[0]

    assert (newest.change, newest.balance, newest.order, newest.actor) == (-2, 4, order.id, "ann")
    assert easy.staff().run(verify_stock).ok
