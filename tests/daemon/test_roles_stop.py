"""Each role, told to stop in the middle of a long backlog, finishes what it holds and leaves the rest."""

import threading

import pytest
from sqlalchemy import text

from micromart_daemon.consumer import ConsumerRole
from micromart_daemon.relay import RelayRole
from micromart_daemon.stopping import Bell, Stop
from micromart_daemon.sweeper import SweeperRole
from tests.conftest import ShopUnderTest, _empty
from tests.daemon.process import eventually
from tests.servers.broker_stories import Tower, heard

pytestmark = pytest.mark.servers
MANY = 6_000
OVERDUE = f"""INSERT INTO carts (id, cart_key, status, held_until, hold_limit, created_at)
    SELECT 'cart_' || number, 'key_' || number, 'open', now(), now(), now() FROM generate_series(1, {MANY}) AS number"""
STILL_OPEN = "SELECT count(*) FROM carts WHERE status = 'open'"
UNPUBLISHED = "SELECT count(*) FROM outbox WHERE published_at IS NULL"


@pytest.fixture
def tower(postgresql_url, broker_url, tmp_path):
    heard.clear()
    _empty(postgresql_url)
    shop = ShopUnderTest(postgresql_url, None, tmp_path)
    yield Tower(shop, broker_url)
    shop.close()


def stops_in_the_middle(tower, role, left: str) -> int:
    """Let a role work until less is left, tell it to stop, and return how much is left when it has ended."""
    before, stop = count(tower, left), Stop()
    working = threading.Thread(target=role.work, args=(stop,))
    working.start()
    eventually(lambda: count(tower, left) < before)
    stop.set()
    working.join(5)
    assert not working.is_alive()
    return count(tower, left)


def count(tower, statement: str) -> int:
    return tower.shop.rows(statement)[0][0]


def test_the_relay_leaves_what_it_has_not_begun(tower):
    tower.rings(*(f"c{number}" for number in range(MANY)))

    left = stops_in_the_middle(tower, RelayRole(tower.shop.shop, Bell()), UNPUBLISHED)
    assert left > 0
    assert sum(tower.depths().values()) == MANY - left


def test_the_consumer_gives_back_what_it_has_not_begun(tower):
    tower.rings(*(f"c{number}" for number in range(MANY)))
    while tower.relays():
        pass
    taken_in = f"SELECT {MANY} - count(*) FROM inbox"

    left = stops_in_the_middle(tower, ConsumerRole(tower.shop.shop, Bell()), taken_in)
    assert left > 0
    assert len(heard) == MANY - left
    assert sum(tower.depths().values()) == left  # no acknowledgement was lost with the connection
    tower.takes_in()
    assert len(heard) == len(set(heard)) == MANY


def test_the_sweeper_leaves_the_carts_it_has_not_begun(tower):
    with tower.shop.database.begin(writes=True) as opened:
        opened.connection.execute(text(OVERDUE))
        opened.commit()

    left = stops_in_the_middle(tower, SweeperRole(tower.shop.shop, Bell()), STILL_OPEN)
    assert left > 0
    assert count(tower, "SELECT count(*) FROM outbox WHERE type = 'cart.expired'") == MANY - left


@pytest.mark.parametrize("role_of", [ConsumerRole, RelayRole, SweeperRole])
def test_a_role_that_has_nothing_to_do_stops_at_once(tower, role_of):
    stop = Stop()
    working = threading.Thread(target=role_of(tower.shop.shop, Bell()).work, args=(stop,))
    working.start()
    working.join(2)  # by then it waits, for up to a minute
    assert working.is_alive()

    stop.set()
    working.join(3)
    assert not working.is_alive()


def test_the_bell_brings_the_relay_back_from_a_long_rest(tower):
    bell, stop = Bell(), Stop()
    working = threading.Thread(target=RelayRole(tower.shop.shop, bell).work, args=(stop,))
    working.start()
    working.join(2)
    tower.rings("c1")
    bell.ring()

    eventually(lambda: count(tower, UNPUBLISHED) == 0)
    stop.set()
    working.join(5)
    assert not working.is_alive()
