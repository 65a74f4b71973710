"""What becomes of events when processes die or meet over them (FAULTS F1, F12; invariants I5, I6)."""

import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from micromart_core import outbox
from micromart_core.carts.service import set_quantity
from micromart_core.errors import MicroMartError
from micromart_core.inventory.model import Sku
from micromart_core.orders.service import place_order
from tests.chaos.invariants import violations
from tests.core.order_stories import lives_at

pytestmark = pytest.mark.slow
TEA = Sku("TEA-01")
NOBODY_DELIVERS = {"after_commit": lambda _events: None}
KILLED = """
import os, signal, sys
from pathlib import Path
from msgspec.structs import replace
from micromart_core.bootstrap import open_shop
from micromart_core.caller import Caller
from micromart_core.carts.service import set_quantity
from micromart_core.identity import KnownCaller
from micromart_core.orders.service import place_order
from micromart_core.permissions import Role, permissions_of
from micromart_core.settings import DatabaseSettings, Settings
from tests.conftest import NOON

settings = replace(Settings(), database=DatabaseSettings(url=sys.argv[1]))
shop = open_shop(settings, Path.cwd(), clock=lambda: NOON)
ann = Caller("ann", permissions_of(frozenset({Role.SHOPPER})), "usr_ann", "ann@example.org", signed_in=True)
door = shop.gateway(KnownCaller(ann))
door.run(set_quantity, "TEA-01", 2)
replace(door, after_commit=lambda _events: os.kill(os.getpid(), signal.SIGKILL)).run(place_order)
"""


@pytest.fixture
def stocked(shop):
    shop.stocks(TEA, on_hand=500)
    lives_at(shop, "ann")
    return shop


def letters(shop) -> list:
    return shop.rows("SELECT template, order_id FROM mails WHERE template = 'order-confirmation'")


def test_the_letter_of_an_order_whose_process_was_killed_leaves_with_the_next_writer(stocked, clock):
    killed = subprocess.run([sys.executable, "-c", KILLED, stocked.settings.database.url], check=False, cwd=Path.cwd())
    assert killed.returncode == -9
    [(order,)] = stocked.rows("SELECT id FROM orders")
    assert letters(stocked) == []

    clock.advance(seconds=6)
    stocked.guest("next").run(set_quantity, TEA, 1)

    assert letters(stocked) == [("order-confirmation", order)]
    assert stocked.shop.send_mail(10.0).sent == 1
    assert violations(stocked.database) == []


def leave_orders(shop, count: int) -> None:
    """Place orders whose events nobody delivers."""
    door = replace(shop.shopper("ann"), **NOBODY_DELIVERS)
    for _ in range(count):
        door.run(set_quantity, TEA, 1)
        door.run(place_order)


def test_four_that_drain_the_same_events_write_each_letter_once(stocked):
    leave_orders(stocked, 40)
    drainers = [stocked, *(stocked.again() for _ in range(3))]
    waiting = stocked.shop.delivery._list_left_behind(timedelta(seconds=-1))
    start = threading.Barrier(4)

    def deliver(shop) -> None:
        start.wait()
        shop.shop.delivery.deliver(waiting)

    threads = [threading.Thread(target=deliver, args=(shop,)) for shop in drainers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    stocked.deliver()

    orders = [order for (order,) in stocked.rows("SELECT id FROM orders")]
    assert sorted(order for _, order in letters(stocked)) == sorted(orders)
    assert len(orders) == 40
    assert violations(stocked.database) == []


def test_an_order_is_acknowledged_though_the_database_is_lost_before_its_delivery(stocked, monkeypatch, clock):
    door = stocked.shopper("ann")
    door.run(set_quantity, TEA, 1)

    def lose_it(events) -> None:
        monkeypatch.setattr(stocked.shop.delivery, "_database", Gone())
        stocked.shop._after_commit(events)

    number = replace(door, after_commit=lose_it).run(place_order).number
    monkeypatch.undo()

    assert stocked.rows("SELECT number FROM orders") == [(number,)]
    assert stocked.rows("SELECT attempts FROM outbox WHERE type = 'order.placed'") == [(0,)]
    clock.advance(seconds=6)
    stocked.again().guest("next").run(set_quantity, TEA, 1)
    assert len(letters(stocked)) == 1


class Gone:
    """A database that is down."""

    def begin(self, *, writes: bool):
        from sqlalchemy.exc import OperationalError

        raise OperationalError("BEGIN", None, Exception("gone"), connection_invalidated=True)


def test_a_lost_database_costs_an_event_none_of_its_tries(stocked):
    leave_orders(stocked, 3)
    waiting = stocked.shop.delivery._list_left_behind(timedelta(seconds=-1))
    delivery = type(stocked.shop.delivery)(Gone(), stocked.settings, lambda: None, lambda _tx, _letter: None)

    for _ in range(10):
        assert delivery.deliver(waiting) == 0
        with pytest.raises(MicroMartError):
            delivery.drain()

    with stocked.database.begin(writes=False) as opened:
        assert outbox.count_waiting(opened.connection) >= 3
    assert {row.attempts for row in stocked.rows("SELECT attempts FROM outbox")} == {0}
    stocked.deliver()
    assert len(letters(stocked)) == 3
