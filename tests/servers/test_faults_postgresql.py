"""PostgreSQL killed, cut off, silent or crowded: nobody hangs, nothing is lost or done twice (FAULTS F4, F7, F8)."""

import os
import random
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select, text

from micromart_core.carts.service import set_quantity, show_cart
from micromart_core.errors import NotFound, TryAgain
from micromart_core.every_table import load_tables
from micromart_core.inventory.model import Sku
from micromart_core.inventory.service_verify import verify_stock
from micromart_core.operation import operation
from micromart_core.orders.service import place_order
from micromart_core.transaction import Transaction
from tests.chaos.invariants import violations
from tests.servers.conftest import LIMIT, open_at
from tests.servers.customers import Customers

pytestmark = [pytest.mark.servers, pytest.mark.slow]
TEA = Sku("TEA-01")
FIND_OPEN = "SELECT id FROM carts WHERE id = :cart AND status = 'open' FOR UPDATE"
SLOW_COMMITS = (
    "INSERT INTO carts (id, created_at) VALUES ('cart_1', now())",
    "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(1); RETURN NULL; END'",
    "CREATE CONSTRAINT TRIGGER slow AFTER UPDATE ON carts INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION slow()",
)
CUSTOMERS, ORDERS_OF_EACH, KILLS = 6, 25, 2


class Took:
    """How long the block took."""

    def __enter__(self):
        self._began = time.monotonic()
        return self

    def __exit__(self, *_):
        self.seconds = time.monotonic() - self._began


@pytest.fixture
def customers(tmp_path):
    customers = Customers(tmp_path)
    yield customers
    customers.leave()


def test_a_database_killed_amid_checkouts_keeps_every_order_it_acknowledged(private, customers, tmp_path):
    url = private.settings()["MICROMART_DATABASE__URL"]
    shop = open_at(url, tmp_path)
    load_tables().create_all(shop.database.engine)
    shop.stocks(TEA, on_hand=1000)
    for number in range(CUSTOMERS):
        customers.come("buy_until_told", url, f"c{number}", str(ORDERS_OF_EACH))
    customers.begin()
    for _ in range(KILLS):
        time.sleep(1)
        os.kill(private.pid_of("postgresql"), 9)
        private.up()
    said = customers.finish()
    assert shop.staff().run(verify_stock).violations == ()
    shop.deliver()

    numbers = {word["key"]: word["number"] for word in said if "number" in word}
    told = [word for word in said if "told" in word]
    assert len(numbers) == CUSTOMERS * ORDERS_OF_EACH
    assert sorted(numbers.values()) == sorted(number for (number,) in shop.rows("SELECT number FROM orders"))
    assert {word["told"] for word in told} <= {69, 75}
    assert len(told) > 0
    assert max(word["seconds"] for word in told) < 10
    assert violations(shop.database) == []
    shop.close()


def test_three_hundred_orders_with_a_tenth_of_the_answers_lost_are_three_hundred_orders(shop_with, proxy):
    shop = shop_with(proxy.url)
    shop.stocks(TEA, on_hand=400)
    chance = random.Random(7)
    numbers = {}
    for key in map(str, range(300)):
        shop.shopper("ann").run(set_quantity, TEA, 1)
        if chance.random() < 0.1:
            proxy.cut_answer_to(b"COMMIT")
        numbers[key] = shop.shopper("ann").under(idempotency_key=key).run(place_order).number

    assert proxy.cuts >= 20
    assert sorted(numbers.values()) == sorted(number for (number,) in shop.rows("SELECT number FROM orders"))
    assert len(set(numbers.values())) == 300
    again = {key: shop.shopper("ann").under(idempotency_key=key).run(place_order).number for key in numbers}
    assert again == numbers
    assert shop.raw_stock(TEA) == (100, 0)
    shop.deliver()
    assert violations(shop.database) == []


@operation("ops:run")
def park(tx: Transaction, cart: str) -> str:
    """Park a cart that is open, or raise NotFound."""
    row = tx.connection.execute(text(FIND_OPEN), {"cart": cart}).first()
    if row is None:
        raise NotFound("There is no such open cart.")
    tx.connection.execute(text("UPDATE carts SET status = 'parked' WHERE id = :cart"), {"cart": cart})
    return cart


@pytest.fixture
def slow_commits(shop_with):
    """Whoever changes a cart commits for a second."""
    shop = shop_with()
    for statement in SLOW_COMMITS:
        with shop.database.begin(writes=True) as opened:
            opened.connection.exec_driver_sql(statement)
            opened.commit()
    yield
    with shop.database.begin(writes=True) as opened:
        opened.connection.exec_driver_sql("DROP FUNCTION slow CASCADE")
        opened.commit()


def test_a_commit_that_goes_on_after_its_connection_broke_is_waited_for(shop_with, proxy, slow_commits):
    """Whoever looked at once would find no answer, try anew, and be refused because of what was just done."""
    shop = shop_with(proxy.url, timeout_seconds=5)
    shop.guest("ann").run(show_cart)
    proxy.cut_answer_to(b"COMMIT")

    assert shop.operator().run(park, "cart_1") == "cart_1"
    assert proxy.cuts == 1


def test_more_callers_than_connections_are_told_that_the_shop_is_busy(shop_with):
    shop = shop_with(pool_size=1)
    with shop.database.begin(writes=False), pytest.raises(TryAgain, match="busy") as told, Took() as took:
        shop.guest("ann").run(show_cart)

    assert told.value.exit_code == 75
    assert LIMIT <= took.seconds < 2 * LIMIT
    assert shop.guest("ann").run(show_cart).item_count == 0


def test_a_pool_of_connections_that_all_died_costs_nobody_an_answer(shop_with):
    shop, other = shop_with(pool_size=15), shop_with()
    shop.stocks(TEA, on_hand=10)
    everybody = threading.Barrier(15)

    def occupy(_: int) -> None:
        with shop.database.begin(writes=False) as opened:
            opened.connection.execute(select(1))
            everybody.wait()

    with ThreadPoolExecutor(15) as pool:
        list(pool.map(occupy, range(15)))
    ended = other.rows(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )

    assert len(ended) >= 15
    assert shop.guest("ann").run(set_quantity, TEA, 1).item_count == 1


def test_whoever_lies_idle_in_a_transaction_loses_it_and_others_go_on(shop_with):
    """The one who comes back loses nothing: it is run again."""
    shop, other = shop_with(), shop_with()
    shop.stocks(TEA, on_hand=10)
    shop.guest("ann").run(set_quantity, TEA, 1)
    waits = Counter()
    with shop.database.begin(writes=True) as idle:
        idle.connection.execute(text("SELECT * FROM carts FOR UPDATE"))
        ends = time.monotonic() + 12 * LIMIT
        while time.monotonic() < ends:
            try:
                other.guest("ann").run(set_quantity, TEA, 2)
                break
            except TryAgain:
                waits["busy"] += 1
        with pytest.raises(Exception, match=r"idle-in-transaction|closed"):
            idle.connection.execute(select(1))

    assert 1 <= waits["busy"] <= 8
    assert other.raw_stock(TEA) == (10, 2)
    assert shop.guest("ann").run(set_quantity, TEA, 3).item_count == 3
