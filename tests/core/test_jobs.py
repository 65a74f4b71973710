"""Each job does what is due, says how much that was, and finds nothing the second time."""

import pytest

from micromart_core import inbox, intents
from micromart_core.carts.service import show_cart
from micromart_core.carts.service_restore import restore_cart
from micromart_core.errors import NotFound
from micromart_core.jobs import PUBLISHED_FOR, TAKEN_IN_FOR, find_job, list_jobs, run_job
from micromart_core.settings import ShopSettings
from tests.core.order_stories import buys, fills, lives_at, without_address


def runs(shop, name: str) -> tuple[int, int, int]:
    """Return what a job would do, what it does, and what it does the second time."""
    would_do = run_job(shop.shop, name, dry_run=True)
    did = run_job(shop.shop, name, dry_run=False)
    assert (would_do.job, would_do.dry_run, did.dry_run) == (name, True, False)
    return would_do.done, did.done, run_job(shop.shop, name, dry_run=False).done


def count(shop, table: str) -> int:
    return shop.rows(f"SELECT count(*) FROM {table}")[0][0]


def quietly(shop):
    """The same shop, whose gateways leave the work to the jobs."""
    shop.shop._last_upkeep = float("inf")
    return shop


def test_expired_carts_are_ended_until_none_is_due(shop, clock):
    quietly(shop).stocks("TEA-01", on_hand=10)
    for name in ("a", "b", "c"):
        fills(shop.guest(name), tea_01=2)
    clock.advance(minutes=11)

    assert runs(shop, "expire-carts") == (3, 3, 0)

    assert shop.raw_stock("TEA-01") == (10, 0)
    assert count(shop, "outbox") == 3


def test_waiting_events_are_delivered_and_letters_leave(shop):
    store = quietly(without_address(shop))
    store.shop.delivery.deliver = lambda _events: 0
    store.stocks("TEA-01", on_hand=10)
    lives_at(store, "bob")
    buys(store.shopper("bob"), "TEA-01", 1)
    del store.shop.delivery.deliver

    assert runs(store, "deliver-events") == (1, 1, 0)
    assert runs(store, "send-mail") == (1, 1, 0)
    store.close()


def test_staff_is_told_of_everything_that_is_low(shop):
    store = shop.again(shop=ShopSettings(staff_email="staff@example.org"))
    store.stocks("LOW-1", on_hand=2, reorder_level=5)
    store.stocks("LOW-2", on_hand=5, reorder_level=5)
    store.stocks("MANY-1", on_hand=50, reorder_level=5)

    assert run_job(store.shop, "low-stock", dry_run=True).done == 2
    assert run_job(store.shop, "low-stock", dry_run=False).done == 2

    store.deliver()
    assert count(store, "mails") == 2
    store.close()


def test_purge_forgets_what_had_its_time_and_nothing_else(shop, clock):
    store = quietly(without_address(shop))
    store.stocks("TEA-01", on_hand=10)
    lives_at(store, "bob")
    buys(store.shopper("bob"), "TEA-01", 1)
    store.deliver()
    clock.advance(days=29)
    assert runs(store, "purge") == (0, 0, 0)
    buys(store.shopper("bob"), "TEA-01", 1)
    clock.advance(days=2)

    would_do, did, again = runs(store, "purge")

    assert (would_do, again) == (did, 0)
    assert (count(store, "intents"), count(store, "outbox"), count(store, "orders")) == (1, 1, 2)
    store.close()


def test_a_delivery_is_remembered_longer_than_its_event_can_be_replayed(shop, clock):
    with shop.database.begin(writes=True) as opened:
        for letter in ("evt_old", "evt_dead"):
            inbox.take_new(opened.connection, [(letter, "users.note")], at=opened.now)
        row = {"id": "evt_dead", "type": "t", "body": "{}", "error": "e", "attempts": 6, "at": opened.now}
        opened.connection.execute(inbox.dead_letters.insert().values(row))
        opened.commit()
    clock.advance(days=89)
    assert runs(shop, "purge") == (0, 0, 0)
    clock.advance(days=2)

    assert runs(shop, "purge") == (1, 1, 0)

    assert shop.rows("SELECT event_id FROM inbox") == [("evt_dead",)]


def test_ended_carts_are_restorable_for_seven_days_and_nameless_ones_then_go(shop, clock):
    quietly(shop).stocks("TEA-01", on_hand=10)
    fills(shop.guest("a"), tea_01=2)
    fills(shop.shopper("ann"), tea_01=1)
    clock.advance(minutes=11)
    run_job(shop.shop, "expire-carts", dry_run=False)
    shop.deliver()
    clock.advance(days=6)
    assert runs(shop, "purge")[1] == 0
    assert shop.guest("a").run(show_cart).restorable
    clock.advance(days=2)

    assert runs(shop, "purge") == (2, 2, 0)
    assert not shop.guest("a").run(show_cart).restorable
    clock.advance(days=30)
    run_job(shop.shop, "purge", dry_run=False)

    assert shop.rows("SELECT user_id FROM carts") == [("usr_ann",)]


def test_a_cart_that_was_restored_in_time_is_left_alone(shop, clock):
    quietly(shop).stocks("TEA-01", on_hand=10)
    fills(shop.guest("a"), tea_01=2)
    clock.advance(minutes=11)
    shop.guest("a").run(restore_cart)
    clock.advance(minutes=1)

    run_job(shop.shop, "purge", dry_run=False)

    assert shop.guest("a").run(show_cart).quantity_of("TEA-01") == 2


def test_a_job_nobody_knows_is_not_found():
    with pytest.raises(NotFound) as refusal:
        find_job("brew-tea")

    assert "expire-carts" in refusal.value.why
    assert [job.name for job in list_jobs()] == ["expire-carts", "deliver-events", "send-mail", "low-stock", "purge"]


def test_the_times_things_are_kept_fit_together():
    assert max(intents.KEPT_FOR, PUBLISHED_FOR) < TAKEN_IN_FOR
