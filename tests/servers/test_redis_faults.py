"""What becomes of shops whose Redis is gone, stopped, full, locked or cut off."""

import logging
import threading
from contextlib import suppress

import pytest

from micromart_core.adapters.redis import hearing
from micromart_core.adapters.redis.outgoing import channel_of
from micromart_core.carts.service import set_quantity, show_cart
from micromart_core.rate_limit import RateLimited
from micromart_core.settings import LimitSettings
from tests.core.order_stories import MUG, TEA, buys
from tests.ear import Ear, until
from tests.servers.cutting_proxy import CuttingProxy
from tests.servers.sharing import connected, link_of, names, numbers

pytestmark = pytest.mark.servers


def test_a_dead_redis_costs_a_sale_nothing(open_shop, live_shop, hole):
    shop = open_shop(hole.url, limits=LimitSettings(operations_per_minute=1000))
    assert not link_of(shop).wait_until_up(1)  # it has been tried
    before = hole.visits
    for number in range(30):
        buys(shop.shopper(f"shopper-{number}"), TEA)
        names(shop, "tea")

    assert before > 0
    assert hole.visits - before <= 10  # 90 operations, and not one of them asked
    assert live_shop.raw_stock(TEA).on_hand == 20


def test_an_outage_is_told_once(open_shop, own_redis, caplog):
    shop = connected(open_shop())
    own_redis.kill()
    with caplog.at_level(logging.WARNING, "micromart.redis"):
        for number in range(20):
            buys(shop.shopper(f"shopper-{number}"), TEA)
            names(shop, "tea")

    told = [record.message for record in caplog.records if record.name == "micromart.redis"]
    assert told in (
        ["the shop goes on without Redis: it has hung up; see whether it runs: micromart doctor"],
        ["the shop goes on without Redis: Connection refused; start it, or set redis.url"],  # no line was open any more
    )


def has_news_of(ear: Ear, sku: str) -> bool:
    """Whoever came back later than the news was sent is told that anything may have changed."""
    return bool({("stock", sku), ("*", "")} & {(change.topic, change.key) for change in ear.heard})


def test_killed_and_empty_it_is_slower_and_never_wrong(open_shop, own_redis, live_shop):
    one, other = connected(open_shop()), connected(open_shop())
    with Ear(other.shop.changes()) as ear:
        for round_ in range(3):
            buys(one.shopper(f"ann-{round_}"), TEA)
            assert names(one, "tea") == ["The TEA-01"]
            own_redis.kill()
            buys(one.shopper(f"bob-{round_}"), MUG)
            assert numbers(one) == numbers(other) == numbers(live_shop)

            own_redis.start()
            connected(one), connected(other)
            until(lambda: has_news_of(ear, MUG))  # what was sold meanwhile is told afterwards
            ear.forgets()
            assert numbers(one) == numbers(other) == numbers(live_shop)


def test_a_stopped_redis_is_left_alone_and_taken_back(open_shop, own_redis):
    one, other = connected(open_shop()), connected(open_shop())
    with Ear(other.shop.changes()) as ear:
        ear.hears("*")
        ear.forgets()
        own_redis.pause()
        one.shopper("ann").run(set_quantity, TEA, 1)
        assert names(one, "tea") == ["The TEA-01"]
        own_redis.go_on()

        until(lambda: has_news_of(ear, TEA))


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("CONFIG SET maxmemory 1", "its memory is full"),
        ("REPLICAOF 127.0.0.1 1", "it is a replica, which takes no writes"),
        ("CONFIG SET requirepass hunter2", "it wants a password"),
    ],
)
def test_a_redis_that_takes_no_writes_is_not_used(open_shop, live_shop, own_redis, caplog, command, told):
    shop = connected(open_shop())
    own_redis.turn(*command.split())
    with caplog.at_level(logging.WARNING, "micromart.redis"):
        buys(shop.shopper("ann"), TEA)
        assert numbers(shop) == numbers(live_shop)
        until(lambda: not link_of(shop).is_up)
        buys(shop.shopper("bob"), TEA)

    outages = [record.message for record in caplog.records if record.name == "micromart.redis"]
    assert {outage.partition(": ")[2].partition(";")[0] for outage in outages} == {told}


def test_a_redis_behind_a_wire_that_went_dead_is_given_up_and_found_again(open_shop, own_redis, monkeypatch):
    monkeypatch.setattr(hearing, "ASKS_AFTER", 0.5)
    monkeypatch.setattr(hearing, "GIVES_UP_AFTER", 1.5)
    wire = CuttingProxy("127.0.0.1", own_redis.port)
    one, other = connected(open_shop()), open_shop(f"redis://127.0.0.1:{wire.port}/0")
    with Ear(other.shop.changes()) as ear:
        connected(other)
        ear.hears("*")
        wire.fall_silent()
        until(lambda: not link_of(other).is_up)
        wire.speak_again()
        connected(other)
        ear.forgets()
        ear.hears("*")  # what was missed is read again
        one.shopper("ann").run(set_quantity, TEA, 1)
        ear.hears("stock", TEA)
    wire.close()


def test_whoever_stops_listening_leaves_no_thread_and_no_connection(open_shop, own_redis):
    shop = connected(open_shop())
    for _ in range(5):
        with Ear(shop.shop.changes()):
            pass
    until(lambda: not any(thread.name == "redis-hearing" for thread in threading.enumerate()))
    assert own_redis.do("PUBSUB", "CHANNELS") == []
    shop.shop.close()

    assert not any(thread.name.startswith("redis-") for thread in threading.enumerate())
    until(lambda: own_redis.do("INFO", "clients")["connected_clients"] == 1)


def test_without_redis_each_process_counts_by_itself_and_what_it_counted_stays(open_shop, own_redis):
    limits = LimitSettings(operations_per_minute=5)
    one, other = connected(open_shop(limits=limits)), connected(open_shop(limits=limits))
    assert passes(one, 3) == 3
    own_redis.kill()

    assert passes(one, 4) == 2
    assert passes(other, 7) == 5


def passes(shop, times: int) -> int:
    """Let ann ask so often, and return how often she was let through."""
    passed = 0
    for _ in range(times):
        with suppress(RateLimited):
            shop.shopper("ann").run(show_cart)
            passed += 1
    return passed


@pytest.mark.parametrize("news", [b"\xff", b'{"teller": 1}', b'{"more": ' + b"[" * 100_000])
def test_news_that_are_none_end_nobodys_hearing(open_shop, own_redis, news):
    one, other = connected(open_shop()), open_shop()
    with Ear(other.shop.changes()) as ear:
        connected(other)
        one.shopper("ann").run(set_quantity, TEA, 1)
        ear.hears("stock", TEA)
        ear.forgets()

        assert own_redis.do("PUBLISH", channel_of(link_of(one).namespace), news) == 1
        one.shopper("bob").run(set_quantity, MUG, 1)
        ear.hears("stock", MUG)
