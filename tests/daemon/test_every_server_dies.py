"""Each daemon and each server is killed in turn while people buy: what was acknowledged is kept to the letter."""

import threading
import time
from collections import Counter

import pytest
from msgspec.structs import replace

from micromart_core.settings import DatabaseSettings
from tests.conftest import ShopUnderTest
from tests.daemon.persistent import Newcomer, Shopper
from tests.daemon.process import eventually
from tests.daemon.served import Served
from tests.servers.test_stack import Stack

pytestmark = [pytest.mark.servers, pytest.mark.slow, pytest.mark.alone]
SERVERS = ("postgresql", "redis", "rabbitmq", "mail")
DOWN_SECONDS, WELL_SECONDS = 1.5, 3.0
LETTER_IN_DEAD_HANDS = 150.0
"""Seconds after which a letter that a killed daemon had claimed has certainly left: the claim, and one pause."""


@pytest.fixture
def stack(tmp_path):
    stack = Stack(tmp_path / "stack", *SERVERS)
    stack.up()
    yield stack
    stack.run("remove")


@pytest.fixture
def everything(stack, tmp_path):
    """A shop on servers of its own, all of them, with two daemons."""
    settings = stack.settings()
    served = Served(
        settings["MICROMART_DATABASE__URL"],
        settings["MICROMART_BROKER__URL"],
        settings["MICROMART_MAIL__URL"],
        tmp_path,
    )
    served.letters_folder = stack.folder / "mail" / "mailbox"
    served.env |= {
        "MICROMART_REDIS__URL": settings["MICROMART_REDIS__URL"],
        "MICROMART_MAIL__TIMEOUT_SECONDS": "2",
        "MICROMART_DATABASE__TIMEOUT_SECONDS": "3",
        "MICROMART_SHOP__STAFF_EMAIL": "staff@example.org",
    }
    for _ in range(2):
        served.daemon()
    yield served
    served.close()


def buyers_of(served: Served) -> ShopUnderTest:
    """The door of shoppers who do not wait long for a server that is away."""
    shop = ShopUnderTest(served.url, None, served.folder, served.shop.settings)
    hurried = DatabaseSettings(url=served.url, timeout_seconds=2)
    return shop.again(database=hurried, redis=replace(shop.settings.redis, url=served.env["MICROMART_REDIS__URL"]))


def kill_each_in_turn(served: Served, stack: Stack) -> None:
    for number in range(2):
        served.daemons[number].dies()
        time.sleep(DOWN_SECONDS)
        served.daemons[number] = served.begins("run").runs()
        time.sleep(WELL_SECONDS)
    for server in SERVERS:
        stack.run("kill", server)
        time.sleep(DOWN_SECONDS)
        stack.run("start", server)
        time.sleep(WELL_SECONDS)


def test_whoever_was_told_of_an_order_has_it_and_its_letter(everything, stack):
    served = everything
    served.stocks(on_hand=100_000)
    shop = buyers_of(served)
    shoppers = [Shopper(shop, f"s{number}") for number in range(3)]
    stop = threading.Event()
    threads = [shopper.begin(stop) for shopper in shoppers]
    told: list[str] = []
    newcomer = threading.Thread(target=lambda: told.append(Newcomer(served, "ann").buys_something("TEA-01")))
    newcomer.start()
    kill_each_in_turn(served, stack)
    newcomer.join()
    stop.set()
    for thread in threads:
        thread.join()

    assert [shopper.failed for shopper in shoppers] == [None] * 3
    assert len(told) == 1
    numbers = told + [number for shopper in shoppers for number in shopper.numbers]
    served.shop.database.engine.dispose()  # its connections died with the first PostgreSQL
    served.comes_to_rest(LETTER_IN_DEAD_HANDS)
    assert sorted(numbers) == sorted(number for (number,) in served.shop.rows("SELECT number FROM orders"))
    assert all(len(shopper.numbers) > 10 for shopper in shoppers)
    assert_recorded_with_its_user(served)
    assert_each_letter_came(served)
    assert served.shop.rows("SELECT type, error FROM dead_letters") == []
    assert served.is_sound()
    assert all(item["ok"] for item in eventually(lambda: all_well(served)).values())
    shop.close()


def all_well(served: Served) -> dict | None:
    health = served.daemons[0].health()
    return health if all(item["ok"] for item in health.values()) else None


def assert_recorded_with_its_user(served: Served) -> None:
    missing = "SELECT number FROM orders WHERE id NOT IN (SELECT order_id FROM user_orders)"
    assert served.shop.rows(missing) == []


def assert_each_letter_came(served: Served) -> None:
    """Each order's letter is there, under one Message-ID, and no oftener than it was tried."""
    came = Counter(letter["Message-ID"] for letter in served.letters())
    mails = served.shop.rows("SELECT message_id, attempts, order_id, status FROM mails")
    orders = {order for (order,) in served.shop.rows("SELECT id FROM orders")}

    assert {order for _, _, order, _ in mails if order} == orders
    assert {status for *_, status in mails} == {"sent"}
    assert [row for row in mails if not 1 <= came[row[0]] <= row[1]] == []
    assert came.keys() == {row[0] for row in mails}
