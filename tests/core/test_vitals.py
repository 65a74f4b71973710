"""How the work behind the shop is going is read from the database, by anybody, right after a restart."""

from datetime import timedelta

from msgspec.structs import replace

from micromart_core.carts.service_upkeep import is_cart_due, sweep_expired
from micromart_core.daemons import GONE_AFTER, Daemon
from micromart_core.event_log import replay_events
from micromart_core.maintenance.running import examine_ledger, examine_work
from micromart_core.maintenance.vitals import forget_daemon, note_daemon, read_vitals
from micromart_core.settings import BrokerSettings
from tests.conftest import NOON
from tests.core.order_stories import buys, fills, lives_at, without_address

NIGHT_SHIFT = Daemon("daemon_1", "attic", 4711, "relay,mail", "0.1.0", NOON, NOON)


def quietly(shop):
    """The same shop, whose gateways leave all work to daemons."""
    shop.shop._last_upkeep = float("inf")
    shop.shop._after_commit = lambda _events: None
    return shop


def checks_of(shop) -> dict:
    return {check.check: check for check in examine_work(shop.shop)}


def test_an_empty_shop_has_nothing_waiting(shop):
    vitals = shop.operator().run(read_vitals)

    assert (vitals.events.count, vitals.carts.count, vitals.letters.count) == (0, 0, 0)
    assert (vitals.events.seconds, vitals.carts.seconds, vitals.letters.seconds) == (0, 0, 0)
    assert (vitals.dead_events, vitals.dead_mails, vitals.daemons) == (0, 0, ())


def test_the_age_of_what_waits_grows_until_it_is_done(shop, clock):
    store = quietly(without_address(shop))
    store.stocks("TEA-01", on_hand=10)
    lives_at(store, "bob")
    buys(store.shopper("bob"), "TEA-01", 1)
    fills(store.guest("ann"), tea_01=2)
    clock.advance(minutes=12)

    vitals = store.operator().run(read_vitals)
    assert (vitals.events.count, vitals.events.seconds) == (1, 720)
    assert (vitals.carts.count, vitals.carts.seconds) == (1, 120)

    assert store.deliver() >= 1
    clock.advance(seconds=30)
    vitals = store.operator().run(read_vitals)
    assert vitals.events.count == 0
    assert (vitals.letters.count, vitals.letters.seconds) == (1, 30)


def test_what_is_told_once_more_has_waited_since_it_was_asked_for(shop, clock):
    served = replace(shop.settings.broker, url="amqp://nobody@127.0.0.1:1")
    store = quietly(without_address(shop).again(broker=served))
    store.stocks("TEA-01", on_hand=10)
    buys(store.shopper("bob"), "TEA-01", 1)
    store.shop.delivery.drain(older_than=timedelta(seconds=-1))
    clock.advance(days=3)

    store.operator().run(replay_events, since=NOON)
    clock.advance(seconds=20)

    vitals = store.operator().run(read_vitals)
    assert (vitals.events.count, vitals.events.seconds) == (1, 20)
    assert checks_of(store)["events"].ok
    clock.advance(minutes=10)
    assert not checks_of(store)["events"].ok


def test_a_sweeper_has_something_to_do_only_when_a_hold_is_over(shop, clock):
    quietly(shop).stocks("TEA-01", on_hand=10)
    fills(shop.guest("ann"), tea_01=2)
    assert not shop.operator().run(is_cart_due)

    clock.advance(minutes=11)
    assert shop.operator().run(is_cart_due)
    assert shop.operator().run(sweep_expired) == 1
    assert not shop.operator().run(is_cart_due)


def test_a_daemon_is_known_while_it_says_so(shop, clock):
    shop.operator().run(note_daemon, NIGHT_SHIFT)
    clock.advance(seconds=20)
    shop.operator().run(note_daemon, NIGHT_SHIFT)

    [seen] = shop.operator().run(read_vitals).daemons
    assert seen == replace(NIGHT_SHIFT, seen_at=NOON + timedelta(seconds=20))

    clock.advance(seconds=GONE_AFTER.total_seconds() + 1)
    assert shop.operator().run(read_vitals).daemons == ()


def test_a_daemon_that_ended_in_good_order_is_forgotten_at_once(shop):
    shop.operator().run(note_daemon, NIGHT_SHIFT)
    shop.operator().run(forget_daemon, NIGHT_SHIFT.id)

    assert shop.operator().run(read_vitals).daemons == ()


def test_daemons_that_are_long_gone_leave_no_row(shop, clock):
    shop.operator().run(note_daemon, NIGHT_SHIFT)
    clock.advance(hours=1)
    shop.operator().run(note_daemon, replace(NIGHT_SHIFT, id="daemon_2"))

    assert shop.rows("SELECT id FROM daemons") == [("daemon_2",)]


def test_without_a_broker_verbs_do_the_work_along_and_waiting_is_no_fault(shop, clock):
    quietly(shop).stocks("TEA-01", on_hand=10)
    fills(shop.guest("ann"), tea_01=2)
    clock.advance(hours=1)

    checks = checks_of(shop)
    assert all(check.ok for check in checks.values())
    assert "verbs do its work" in checks["daemon"].detail
    assert checks["carts"].fix == "micromart job run expire-carts"


def test_with_a_broker_and_no_daemon_what_waits_is_neglected_and_said_so(shop, clock):
    served = quietly(shop.again(broker=BrokerSettings(url="amqp://nobody.invalid")))
    served.stocks("TEA-01", on_hand=10)
    fills(served.guest("ann"), tea_01=2)
    clock.advance(minutes=12)

    checks = checks_of(served)
    assert {name for name, check in checks.items() if not check.ok} == {"daemon", "carts"}
    assert checks["daemon"].fix == "micromartd run"

    served.operator().run(note_daemon, NIGHT_SHIFT)
    assert "attic runs relay,mail" in checks_of(served)["daemon"].detail


def test_a_ledger_that_drifts_is_a_fault(shop):
    shop.stocks("TEA-01", on_hand=10)
    assert examine_ledger(shop.shop).ok

    with shop.database.begin(writes=True) as opened:
        opened.connection.exec_driver_sql("UPDATE stock SET on_hand = 11")
        opened.commit()
    assert not examine_ledger(shop.shop).ok
