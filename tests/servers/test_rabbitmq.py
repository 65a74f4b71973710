"""Events travel by RabbitMQ: published and confirmed, taken in once, settled after the commit."""

from contextlib import closing

import pytest

from micromart_core.adapters.rabbitmq.topology import DEAD, EVENTS, dead_queue_name, queue_name
from micromart_core.bootstrap_broker import intake_of, relay_of
from micromart_core.jobs import run_job
from micromart_core.settings import ShopSettings
from tests.core.order_stories import buys, lives_at, without_address
from tests.servers.broker_stories import Tower, broken, happen, heard, works_off

pytestmark = pytest.mark.servers


@pytest.fixture
def tower(shop, broker_url):
    heard.clear()
    broken.clear()
    return Tower(shop, broker_url)


def test_an_event_waits_for_the_relay_and_takes_effect_when_it_is_taken_in(tower):
    tower.rings("a", "b")
    assert (heard, tower.waiting()) == ([], 2)

    assert tower.relays() == 2
    assert (heard, tower.waiting()) == ([], 0)
    assert tower.depths() == {queue_name("carts"): 2}

    assert tower.takes_in() == 2
    assert heard == ["a", "b"]
    assert tower.depths() == {}


def test_an_order_reaches_every_service_and_what_follows_is_relayed_too(tower):
    store = without_address(tower.shop)
    store.shop._last_upkeep = float("inf")
    store.stocks("TEA-01", on_hand=3, reorder_level=2)
    lives_at(store, "bob")
    order = buys(store.shopper("bob"), "TEA-01", 1)

    while tower.relays():
        tower.takes_in()

    assert store.rows("SELECT order_id FROM user_orders") == [(order.id,)]
    assert store.rows("SELECT template FROM mails") == [("order-confirmation",)]
    types = store.rows("SELECT type FROM outbox ORDER BY id")
    assert types == [("order.placed",), ("stock.low",)]
    assert tower.waiting() == 0


def test_events_told_three_times_and_late_take_effect_once(tower):
    tower.rings("a", "b", "c")
    for _ in range(3):
        tower.relays()
        with tower.shop.database.begin(writes=True) as opened:
            opened.connection.exec_driver_sql("UPDATE outbox SET published_at = NULL")
            opened.commit()

    assert tower.takes_in() == 9
    assert sorted(heard) == ["a", "b", "c"]


def test_what_the_broker_brought_is_brought_again_when_its_daemon_dies(tower):
    tower.rings("a")
    tower.relays()
    dying = intake_of(tower.shop.shop)
    came = []
    while not came:
        came = dying._subscription.receive(wait_seconds=1)
    dying.close()

    assert heard == []
    assert tower.takes_in() == 1
    assert heard == ["a"]


def test_what_came_is_read_together_not_a_frame_in_three_pieces(tower):
    """Each event is three frames; the library asked the system nine times for it."""
    tower.rings(*(f"chime-{number}" for number in range(100)))
    tower.relays()
    with closing(intake_of(tower.shop.shop)) as intake:
        transport, reads = intake._subscription._connection.connection.transport, []
        read = transport._quick_recv
        transport._quick_recv = lambda least: reads.append(least) or read(least)
        works_off(intake, quiet_rounds=1)

    assert len(heard) == 100
    assert len(reads) < 400


def test_an_event_that_daemons_died_of_holding_gets_another_chance(tower):
    tower.rings("a")
    tower.relays()
    for _ in range(6):
        dying = intake_of(tower.shop.shop)
        while not [message for message in dying._subscription.receive(wait_seconds=1) if not message.gave_up]:
            pass
        dying.close()

    tower.takes_in()
    assert (heard, tower.waiting(), tower.dead()) == ([], 1, [])
    tower.relays()
    tower.takes_in()
    assert heard == ["a"]


def test_a_broken_handler_holds_up_nobody_and_its_event_is_dead_after_six_tries(tower):
    staffed = Tower(tower.shop.again(shop=ShopSettings(staff_email="staff@example.org")), tower.url)
    broken.add("b")
    staffed.rings("a", "b", "c")
    staffed.relays()
    staffed.takes_in()

    assert set(heard) == {"a", "c"}
    assert tower.dead() == [("test.chime_rung", 6, "ZeroDivisionError: b")]
    assert tower.depths() == {}
    assert tower.shop.rows('SELECT template, "to" FROM mails') == [("dead-letter", "staff@example.org")]


def test_a_dead_letter_that_is_retried_goes_the_same_way_again(tower):
    from micromart_core.event_log import list_dead_letters, retry_dead_letters

    broken.add("b")
    tower.rings("b")
    tower.relays()
    tower.takes_in()
    [letter] = tower.shop.operator().run(list_dead_letters).items

    broken.clear()
    tower.shop.operator().run(retry_dead_letters, (letter.id,))
    assert tower.waiting() == 1
    tower.relays()
    tower.takes_in()
    assert (heard, tower.dead(), tower.waiting()) == (["b"], [], 0)


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\x00", b'{"id": 1}', b"[" * 100_000, b"not json", b"null"])
def test_what_is_no_event_lies_among_the_dead_letters_at_once(tower, body):
    tower.rings("a")
    tower.relays()
    tower.takes_in()
    tower.posts(body)
    tower.takes_in()

    [(kind, attempts, error)] = tower.dead()
    assert (kind, attempts) == ("unreadable", 1)
    assert "carts" in error
    assert heard == ["a"]


def test_an_event_with_nonsense_inside_is_dead_at_once(tower):
    tower.rings("a")
    tower.relays()
    tower.takes_in()
    tower.posts(
        b'{"id":"evt_9","type":"test.chime_rung","at":"2026-01-01T00:00:00Z","key":"k","trace_id":"t","data":{"chime":7}}'
    )
    tower.takes_in()

    [(kind, attempts, error)] = tower.dead()
    assert (kind, attempts) == ("test.chime_rung", 1)
    assert "rejected" in error or "malformed" in error


def test_an_event_of_a_type_nobody_here_knows_waits_in_the_outbox_for_a_daemon_that_does(tower, clock):
    from micromart_core.outbox import outbox

    foreign = {"id": "evt_0", "type": "moon.landed", "key": "k", "trace_id": "t", "data": "{}", "at": clock.now}
    with tower.shop.database.begin(writes=True) as opened:
        opened.connection.execute(outbox.insert().values(**foreign))
        opened.commit()
    tower.rings("a")

    assert tower.relays() == 1
    assert tower.waiting() == 1
    with tower.queue("moon-watchers", "moon.landed"):
        assert tower.relays() == 1
    assert tower.waiting() == 0


@pytest.mark.parametrize("way", ["relay", "cron"])
def test_very_many_events_of_an_unknown_type_hold_up_no_other(tower, clock, way):
    from micromart_core.outbox import outbox

    foreign = {"type": "moon.landed", "key": "k", "trace_id": "t", "data": "{}", "at": clock.now}
    with tower.shop.database.begin(writes=True) as opened:
        opened.connection.execute(outbox.insert(), [{"id": f"evt_{n:06}", **foreign} for n in range(1_000)])
        opened.commit()
    tower.rings("a", "b")

    published = tower.relays() if way == "relay" else run_job(tower.shop.shop, "deliver-events", dry_run=False).done
    assert published == 2
    assert tower.waiting() == 1_000


def test_an_unknown_event_that_a_queue_holds_all_the_same_is_passed_over(tower):
    tower.relays()
    tower.takes_in(quiet_rounds=1)
    with tower.channel() as channel:
        channel.queue_bind(queue_name("carts"), EVENTS.name, "moon.landed")
    tower.posts(
        b'{"id":"evt_9","type":"moon.landed","at":"2026-01-01T00:00:00Z","key":"k","trace_id":"t","data":{}}',
        "moon.landed",
    )

    assert tower.takes_in() == 1
    assert (tower.dead(), tower.depths()) == ([], {})


def test_what_no_service_reacts_to_is_published_all_the_same(tower):
    tower.shop.operator().run(happen, "rain")

    assert tower.relays() == 1
    assert tower.waiting() == 0


def test_a_deleted_queue_is_declared_again_and_its_event_published_again(tower):
    tower.rings("a")
    relay = relay_of(tower.shop.shop)
    assert relay.relay() == 1
    tower.takes_in()
    with tower.channel() as channel:
        channel.queue_delete(queue_name("carts"))

    tower.rings("b")
    assert relay.relay() == 0
    assert tower.waiting() == 1
    relay._resting.clear()
    assert relay.relay() == 1
    relay.close()
    tower.takes_in()
    assert heard == ["a", "b"]


def test_an_event_that_the_broker_refuses_is_published_again(tower):
    tower.rings("a")
    relay = relay_of(tower.shop.shop)
    assert relay.relay() == 1
    with tower.queue("narrow", "test.chime_rung", **{"x-max-length": 1, "x-overflow": "reject-publish"}):
        tower.rings("b")
        relay.relay()
        tower.rings("c")
        assert relay.relay() == 0
        assert tower.waiting() == 1
    assert relay.relay() == 1
    relay.close()
    tower.takes_in()
    assert heard == ["a", "b", "c"]


def test_cron_may_be_the_relay(tower):
    tower.rings("a", "b")

    assert run_job(tower.shop.shop, "deliver-events", dry_run=False).done == 2
    assert tower.depths() == {queue_name("carts"): 2}
    assert DEAD.name != EVENTS.name
    assert dead_queue_name("carts") not in tower.depths()


def test_a_batch_larger_than_any_buffer_arrives_whole(tower):
    chimes = [f"c{number}" for number in range(1_000)]
    tower.rings(*chimes)
    relay = relay_of(tower.shop.shop)
    while relay.relay():
        pass
    relay.close()
    intake = intake_of(tower.shop.shop)
    works_off(intake)
    intake.close()

    assert sorted(heard) == sorted(chimes)
