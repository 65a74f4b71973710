"""The ledger is never changed, is read page by page, and says what was on hand at any moment."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from micromart_core.caller import THE_SHOP
from micromart_core.errors import InvalidValue
from micromart_core.inventory.model import Reason, Sku, StockSold, UnknownSku
from micromart_core.inventory.model_changes import RestockedBefore, StockHasMoved
from micromart_core.inventory.service_ledger import list_movements
from micromart_core.inventory.service_levels import show_level
from micromart_core.inventory.service_stock import (
    adjust_stock,
    create_stock,
    receive_many,
    remove_stock,
    restock,
    set_reorder_level,
)
from micromart_core.inventory.service_verify import verify_stock
from micromart_core.inventory.store_levels import stock, stock_movements
from micromart_core.transaction import Transaction
from tests.core.order_stories import buys, lives_at, without_address

TEA, MUG, POT = Sku("TEA-01"), Sku("MUG-01"), Sku("POT-01")
RECEIVED, CANCELLED, RETURNED = Reason("received"), Reason("cancelled"), Reason("return")


@pytest.fixture
def within(shop):
    """Run what other services call, in a transaction of its own."""

    def run(function, *args, **kwargs):
        with shop.database.begin(writes=True) as opened:
            result = function(
                Transaction(opened.connection, opened.now, THE_SHOP, shop.settings, "trace"), *args, **kwargs
            )
            opened.commit()
            return result

    return run


@pytest.mark.parametrize("statement", [update(stock_movements).values(change=99), delete(stock_movements)])
def test_the_database_refuses_to_change_or_delete_a_movement(shop, statement):
    shop.stocks(TEA, on_hand=5)

    with pytest.raises(DBAPIError, match="append-only"), shop.database.begin(writes=True) as opened:
        opened.connection.execute(statement)

    assert shop.rows("SELECT change FROM stock_movements") == [(5,)]


@pytest.mark.parametrize("values", [{"held": 6}, {"held": -1}, {"on_hand": 0, "held": 1}])
def test_the_database_refuses_to_oversell(shop, values):
    shop.stocks(TEA, on_hand=5)

    with pytest.raises(IntegrityError), shop.database.begin(writes=True) as opened:
        opened.connection.execute(update(stock).values(**values))


def test_history_comes_newest_first_page_by_page(shop):
    shop.stocks(TEA, on_hand=5)
    for change in (1, 2, 3):
        shop.staff().run(adjust_stock, TEA, change, RECEIVED)

    first = shop.staff().run(list_movements, TEA, limit=3)
    rest = shop.staff().run(list_movements, TEA, after=first.next, limit=3)

    assert [movement.balance for movement in first.items] == [11, 8, 6]
    assert [movement.balance for movement in rest.items] == [5]
    assert rest.next is None


def test_history_says_what_was_on_hand_at_a_moment(shop, clock):
    shop.stocks(TEA, on_hand=5)
    clock.advance(hours=1)
    between = clock.now - timedelta(minutes=1)
    shop.staff().run(adjust_stock, TEA, 2, RECEIVED)
    clock.advance(hours=1)
    shop.staff().run(adjust_stock, TEA, 3, RECEIVED)

    assert shop.staff().run(list_movements, TEA, at=between).items[0].balance == 5
    assert shop.staff().run(list_movements, TEA, at=clock.now).items[0].balance == 10
    assert [each.change for each in shop.staff().run(list_movements, TEA, since=between).items] == [3, 2]
    assert shop.staff().run(list_movements, TEA, at=between - timedelta(days=9)).items == ()


def test_a_history_needs_a_product_and_a_cursor_of_its_own(shop):
    with pytest.raises(UnknownSku):
        shop.staff().run(list_movements, TEA)
    shop.stocks(TEA, on_hand=5)
    with pytest.raises(InvalidValue):
        shop.staff().run(list_movements, TEA, after="yesterday")


def test_a_line_of_an_order_comes_back_once(shop, within):
    shop.stocks(TEA, on_hand=5, reorder_level=9)
    shop.stocks(MUG, on_hand=5)

    within(restock, "ord_1", [StockSold(TEA, 2)], RETURNED)
    within(restock, "ord_1", [StockSold(MUG, 1)], RETURNED)
    with pytest.raises(RestockedBefore) as refusal:
        within(restock, "ord_1", [StockSold(TEA, 2), StockSold(MUG, 1)], CANCELLED)

    assert refusal.value.skus == (MUG, TEA)
    assert (shop.raw_stock(TEA).on_hand, shop.raw_stock(MUG).on_hand) == (7, 6)
    newest = shop.staff().run(list_movements, TEA).items[0]
    assert (newest.order, newest.reason, newest.actor) == ("ord_1", "return", "micromart")


def test_the_database_itself_refuses_a_second_restock(shop, within):
    shop.stocks(TEA, on_hand=5)
    within(restock, "ord_1", [StockSold(TEA, 2)], RETURNED)
    row = {"sku": TEA, "change": 2, "balance": 9, "reason": "cancelled", "actor": "x", "order_id": "ord_1"}

    with pytest.raises(IntegrityError), shop.database.begin(writes=True) as opened:
        opened.connection.execute(stock_movements.insert().values(**row, at=opened.now))


def test_opening_stock_is_received_for_many_products_at_once(shop, within):
    for sku in (TEA, MUG, POT):
        within(create_stock, sku, 2)

    within(receive_many, {TEA: 5, MUG: 7, POT: 0}, RECEIVED, "opening", "seed-1")

    assert [shop.raw_stock(sku).on_hand for sku in (TEA, MUG, POT)] == [5, 7, 0]
    rows = shop.rows("SELECT sku, change, balance, note, run_id FROM stock_movements ORDER BY sku")
    assert rows == [(MUG, 7, 7, "opening", "seed-1"), (TEA, 5, 5, "opening", "seed-1")]
    assert shop.staff().run(verify_stock).ok


def test_only_a_shelf_that_never_moved_can_be_removed(shop, within):
    shop.stocks(TEA, on_hand=1)
    within(create_stock, POT, 2)

    within(remove_stock, POT)

    with pytest.raises(UnknownSku):
        shop.staff().run(show_level, POT)
    with pytest.raises(StockHasMoved):
        within(remove_stock, TEA)
    with pytest.raises(UnknownSku):
        within(remove_stock, POT)


def test_the_reorder_level_says_what_counts_as_low(shop, within):
    shop.stocks(TEA, on_hand=3)

    within(set_reorder_level, TEA, 3)

    assert shop.staff().run(show_level, TEA).low
    with pytest.raises(InvalidValue):
        within(set_reorder_level, TEA, -1)
    with pytest.raises(UnknownSku):
        within(set_reorder_level, POT, 1)


def test_each_row_names_the_intent_that_caused_it(shop):
    store = without_address(shop)
    store.stocks("TEA-01", on_hand=5)
    lives_at(store, "bob")
    buys(store.shopper("bob"), "TEA-01", 1)
    store.staff().run(adjust_stock, Sku("TEA-01"), 3, Reason("delivery"))

    traces = store.rows("SELECT reason, trace_id FROM stock_movements WHERE reason <> 'received' ORDER BY id")
    [placed] = store.rows("SELECT trace_id FROM outbox WHERE type = 'order.placed'")
    assert traces[0] == ("order", placed[0])
    assert [reason for reason, trace in traces if trace] == ["order", "delivery"]
