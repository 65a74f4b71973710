"""The stockroom proves its numbers, and repairs only what it counts as held."""

import pytest
from sqlalchemy import insert, update

from micromart_core.carts.service import set_quantity
from micromart_core.carts.tables import carts
from micromart_core.inventory.model import Reason, Sku
from micromart_core.inventory.service_stock import adjust_stock
from micromart_core.inventory.service_verify import repair_held, verify_stock
from micromart_core.inventory.store_levels import stock, stock_movements

TEA, MUG = Sku("TEA-01"), Sku("MUG-01")


def behind_its_back(shop, statement):
    with shop.database.begin(writes=True) as opened:
        opened.connection.execute(statement)
        opened.commit()


def found(shop):
    return [(each.sku, each.kind, each.stored, each.expected) for each in shop.staff().run(verify_stock).violations]


@pytest.fixture
def busy_shop(shop):
    shop.stocks(TEA, on_hand=5)
    shop.stocks(MUG, on_hand=5)
    shop.guest("ann").run(set_quantity, TEA, 2)
    shop.staff().run(adjust_stock, TEA, 3, Reason("received"))
    return shop


def test_a_shop_that_works_is_proven(busy_shop):
    report = busy_shop.staff().run(verify_stock)

    assert (report.ok, report.violations, report.products, report.movements) == (True, (), 2, 3)


def test_units_that_no_ledger_row_explains_are_found(busy_shop):
    behind_its_back(busy_shop, update(stock).where(stock.c.sku == MUG).values(on_hand=9))

    assert found(busy_shop) == [(MUG, "ledger", 9, 5)]


def test_a_balance_that_does_not_follow_is_found(busy_shop):
    row = {"sku": MUG, "change": 0, "balance": 7, "reason": "odd", "actor": "nobody"}
    with busy_shop.database.begin(writes=True) as opened:
        opened.connection.execute(insert(stock_movements).values(**row, at=opened.now))
        opened.commit()

    assert found(busy_shop) == [(MUG, "balance", 7, 5)]


def test_a_hold_that_nobody_would_ever_free_is_found(busy_shop):
    behind_its_back(busy_shop, update(carts).values(held_until=None, hold_limit=None))

    assert found(busy_shop) == [(TEA, "ownerless", 2, 0)]


def test_a_wrong_held_counter_is_found_and_repaired_and_audited(busy_shop):
    behind_its_back(busy_shop, update(stock).where(stock.c.sku == TEA).values(held=4))
    assert found(busy_shop) == [(TEA, "held", 4, 2)]

    report = busy_shop.staff("stan").run(repair_held)

    assert (report.ok, report.repaired) == (True, (TEA,))
    assert busy_shop.raw_stock(TEA) == (8, 2)
    assert busy_shop.rows("SELECT actor, action, target, before, after FROM audit_trail") == [
        ("stan", "stock.repair_held", TEA, "4 held", "2 held")
    ]


def test_a_repair_never_touches_the_ledger_or_what_is_on_hand(busy_shop):
    behind_its_back(busy_shop, update(stock).where(stock.c.sku == MUG).values(on_hand=9))

    report = busy_shop.staff().run(repair_held)

    assert (report.ok, report.repaired) == (False, ())
    assert busy_shop.raw_stock(MUG) == (9, 0)
    assert busy_shop.rows("SELECT count(*) FROM stock_movements") == [(3,)]
