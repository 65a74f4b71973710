"""The broker or the database is lost in the middle: nothing is settled that was not committed, nothing is lost."""

import threading
import time
from contextlib import closing

import pytest
from msgspec.structs import replace
from sqlalchemy.engine import make_url

from micromart_core.adapters.rabbitmq.topology import queue_name
from micromart_core.bootstrap_broker import intake_of, relay_of
from micromart_core.broker import BrokerDown
from micromart_core.burial import DIED, SECOND_CHANCES
from micromart_core.delivery import ATTEMPTS
from micromart_core.errors import TryAgain, Unavailable
from micromart_core.settings import DatabaseSettings
from tests.conftest import ShopUnderTest, _empty
from tests.servers.broker_stories import Tower, broken, heard, works_off
from tests.servers.cutting_proxy import CuttingProxy

pytestmark = pytest.mark.servers


@pytest.fixture(autouse=True)
def silence():
    heard.clear()
    broken.clear()


@pytest.fixture
def proxied(postgresql_url, broker_url, tmp_path):
    """A tower whose way to PostgreSQL can be cut."""
    _empty(postgresql_url)
    url = make_url(postgresql_url)
    proxy = CuttingProxy(url.host, url.port)
    own = url.set(host="127.0.0.1", port=proxy.port).render_as_string(hide_password=False)
    shop = ShopUnderTest(own, None, tmp_path)
    shop.settings = replace(shop.settings, database=DatabaseSettings(url=own, timeout_seconds=1))
    yield Tower(shop, broker_url), proxy
    shop.close()
    proxy.close()


def works_until_it_fails(intake) -> None:
    ends = time.monotonic() + 30
    while time.monotonic() < ends:
        intake.work(wait_seconds=0.5)


def test_what_is_in_hand_waits_there_while_the_database_is_away_and_counts_as_no_failure(proxied):
    tower, proxy = proxied
    tower.rings("a", "b")
    tower.relays()
    with closing(intake_of(tower.shop.shop)) as intake:
        proxy.fall_silent()
        with pytest.raises((Unavailable, TryAgain)):
            works_until_it_fails(intake)
        with pytest.raises((Unavailable, TryAgain)):
            intake.work(wait_seconds=0.1)
        assert heard == []

        proxy.speak_again()
        works_off(intake)
    assert set(heard) == {"a", "b"}
    assert tower.shop.rows("SELECT attempts FROM outbox") == [(0,), (0,)]
    assert (tower.dead(), tower.depths()) == ([], {})


def test_a_lost_answer_to_the_commit_of_a_batch_makes_nothing_happen_twice(proxied):
    tower, proxy = proxied
    tower.rings("a", "b")
    tower.relays()
    with closing(intake_of(tower.shop.shop)) as intake:
        proxy.cut_answer_to(b"COMMIT")
        with pytest.raises(Unavailable):
            works_until_it_fails(intake)
        assert heard == ["a", "b"]
        works_off(intake)

    assert heard == ["a", "b"]
    assert tower.depths() == {}


def test_a_lost_answer_to_the_mark_publishes_again_and_takes_effect_once(proxied):
    tower, proxy = proxied
    tower.rings("a")
    proxy.cut_before(b"COMMIT")
    with pytest.raises(Unavailable):
        tower.relays()
    assert tower.waiting() == 1

    assert tower.relays() == 1
    assert tower.depths() == {queue_name("carts"): 2}
    tower.takes_in()
    assert heard == ["a"]


def test_an_event_whose_handler_fails_rests_between_its_tries(shop_with, broker_url):
    tower = Tower(shop_with(), broker_url)
    broken.add("a")
    tower.rings("a")
    tower.relays()
    ends = time.monotonic() + 1.2
    with closing(intake_of(tower.shop.shop)) as intake:
        while time.monotonic() < ends:
            intake.work(wait_seconds=0.1)

    [(attempts,)] = tower.shop.rows("SELECT attempts FROM outbox")
    assert attempts in (1, 2)  # at once, after 0.5 s, after another one
    assert tower.dead() == []


def dies_holding(tower) -> None:
    """Be brought an event and die, as often as an event is tried."""
    for _ in range(ATTEMPTS):
        with closing(intake_of(tower.shop.shop)) as dying:
            while not [message for message in dying._subscription.receive(wait_seconds=1) if not message.gave_up]:
                pass


@pytest.mark.slow
def test_an_event_of_which_every_daemon_dies_is_given_up_in_the_end(shop_with, broker_url):
    tower = Tower(shop_with(), broker_url)
    tower.rings("a")
    for _ in range(SECOND_CHANCES + 1):
        assert tower.dead() == []
        tower.relays()
        dies_holding(tower)
        tower.takes_in()

    [(kind, _, error)] = tower.dead()
    assert (kind, error) == ("test.chime_rung", DIED)
    assert (heard, tower.waiting(), tower.depths()) == ([], 0, {})


def test_two_relays_at_once_publish_each_event_once(postgresql_url, broker_url, tmp_path):
    _empty(postgresql_url)
    shop = ShopUnderTest(postgresql_url, None, tmp_path)
    tower = Tower(shop, broker_url)
    chimes = [f"c{number}" for number in range(2_000)]
    tower.rings(*chimes)

    def relay_everything() -> None:
        with closing(relay_of(tower.shop.shop)) as relay:
            while relay.relay() or tower.waiting():
                pass

    relays = [threading.Thread(target=relay_everything) for _ in range(2)]
    for each in relays:
        each.start()
    for each in relays:
        each.join()

    assert tower.depths() == {queue_name("carts"): len(chimes)}
    tower.takes_in()
    assert sorted(set(heard)) == sorted(chimes)
    shop.close()


def test_two_intakes_share_the_work_and_nothing_takes_effect_twice(postgresql_url, broker_url, tmp_path):
    _empty(postgresql_url)
    shop = ShopUnderTest(postgresql_url, None, tmp_path)
    tower = Tower(shop, broker_url)
    chimes = [f"c{number}" for number in range(1_000)]
    for _ in range(2):  # every event twice, so that both hold the same one
        tower.rings(*chimes[:500])
    with closing(relay_of(tower.shop.shop)) as relay:
        while relay.relay():
            pass
        with tower.shop.database.begin(writes=True) as opened:
            opened.connection.exec_driver_sql("UPDATE outbox SET published_at = NULL")
            opened.commit()
        while relay.relay():
            pass
    intakes = [threading.Thread(target=tower.takes_in) for _ in range(2)]
    for each in intakes:
        each.start()
    for each in intakes:
        each.join()

    rows = tower.shop.rows("SELECT count(*) FROM inbox")
    assert rows == [(1_000,)]
    assert tower.depths() == {}
    shop.close()


def test_a_broker_lost_in_the_middle_is_found_again(postgresql_url, broker_url, tmp_path):
    _empty(postgresql_url)
    url = make_url(broker_url)
    proxy = CuttingProxy(url.host, url.port)
    shop = ShopUnderTest(postgresql_url, None, tmp_path)
    tower = Tower(shop, url.set(port=proxy.port).render_as_string(hide_password=False))
    relay = relay_of(tower.shop.shop)
    tower.rings("a")
    assert relay.relay() == 1

    tower.rings("b")
    proxy.cut_answer_to(b"test.chime_rung")
    with pytest.raises(BrokerDown):
        relay.relay()
    assert tower.waiting() == 1
    assert relay.relay() == 1

    tower.rings("c")
    proxy.fall_silent()
    with pytest.raises(BrokerDown):
        relay.relay()
    proxy.speak_again()
    assert relay.relay() == 1
    relay.close()
    tower.takes_in()
    assert set(heard) == {"a", "b", "c"}
    shop.close()
    proxy.close()
