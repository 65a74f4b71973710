"""Several daemons at one shop: each event takes effect once and each letter leaves once, repeated or frozen."""

import random
import signal
import threading

import pytest
from kombu import Connection

from micromart_core.adapters.rabbitmq.topology import queue_name
from micromart_core.carts.service import set_quantity
from micromart_core.inventory.model import Sku
from micromart_core.orders.service_moves import cancel_order
from tests.daemon.process import eventually
from tests.daemon.served import TEA

pytestmark = [pytest.mark.servers, pytest.mark.slow]
STATE = (
    """SELECT order_id, status, payment_status, version FROM user_orders ORDER BY order_id""",
    """
    SELECT id, template, "to" FROM mails ORDER BY id""",
)


def many_buy(served, count: int) -> None:
    """Several people order at once, one thing after another."""

    def buy(person: int) -> None:
        for number in range(count // 5):
            served.buys(f"u{person}-{number}")

    buyers = [threading.Thread(target=buy, args=(person,)) for person in range(5)]
    for buyer in buyers:
        buyer.start()
    for buyer in buyers:
        buyer.join()


@pytest.mark.parametrize("daemons", [2, 3])
def test_the_work_is_shared_and_done_once(served, daemons):
    served.stocks()
    working = [served.daemon() for _ in range(daemons)]
    many_buy(served, 100)
    served.comes_to_rest()

    assert len(served.letters()) == len({letter["Message-ID"] for letter in served.letters()}) == 100
    assert served.is_sound()
    assert {len(daemon.log()) > 5 for daemon in working} == {True}
    assert [daemon.stops() for daemon in working] == [0] * daemons


def test_everything_three_times_and_in_another_order_comes_to_the_same(served):
    served.stocks()
    for number in range(10):
        order = served.buys(f"u{number}")
        if number % 2:
            served.shop.staff().run(cancel_order, order.number)
    relay = served.daemon("relay")
    eventually(lambda: not served.count("SELECT count(*) FROM outbox WHERE published_at IS NULL"))
    assert relay.stops() == 0
    reorder(served, times=3)

    for _ in range(2):
        served.daemon()
    served.comes_to_rest()
    end = [served.shop.rows(statement) for statement in STATE]
    assert [row.status for row in end[0]] == ["placed", "cancelled"] * 5
    assert len(end[1]) == len(served.letters()) == 15

    served.changes("UPDATE outbox SET published_at = NULL")
    served.comes_to_rest()
    assert [served.shop.rows(statement) for statement in STATE] == end
    assert len(served.letters()) == 15
    assert served.is_sound()


def reorder(served, times: int) -> None:
    """Take every message out of the queues and lay each back several times, in any order."""
    with Connection(served.broker_url) as connection:
        channel = connection.channel()
        for service in ("users", "inventory", "notifications"):
            queue, found = queue_name(service), []
            while (message := channel.basic_get(queue, no_ack=True)) is not None:
                found += [str(message.body).encode()] * times
            assert found
            random.shuffle(found)
            for body in found:
                channel.basic_publish(channel.prepare_message(body), "", queue)


def consumers(served) -> int:
    with Connection(served.broker_url) as connection:
        return connection.channel().queue_declare(queue_name("users"), passive=True).consumer_count


def test_a_daemon_frozen_until_the_broker_has_forgotten_it_does_nothing_twice(served):
    """F13: it wakes with messages in hand that others have taken in meanwhile, and with carts others have swept."""
    served.stocks()
    # It may freeze in a transaction: who waits longer for its rows than for a heartbeat loses the broker each time.
    brief = {"MICROMART_DATABASE__TIMEOUT_SECONDS": "1"}
    three = [served.daemon(module="tests.daemon.short_heartbeat", env=brief) for _ in range(3)]
    eventually(lambda: consumers(served) == 3)
    served.joins(*(f"late{number}" for number in range(10)))
    for number in range(10):
        served.shop.shopper(f"late{number}").run(set_quantity, Sku(TEA), 1)
    buying = threading.Thread(target=many_buy, args=(served, 60))
    buying.start()
    eventually(served.letters)
    three[0].send(signal.SIGSTOP)
    served.changes("UPDATE carts SET held_until = now() WHERE status = 'open' AND held_until IS NOT NULL")
    buying.join()
    eventually(lambda: consumers(served) == 2, patience=60)
    free_its_letters(served)
    served.comes_to_rest(60)
    before = [served.shop.rows(statement) for statement in STATE]

    three[0].send(signal.SIGCONT)
    eventually(lambda: consumers(served) == 3, patience=60)
    served.buys("ann")
    served.comes_to_rest()
    assert [served.shop.rows(statement) for statement in STATE] != before
    assert len({letter["Message-ID"] for letter in served.letters()}) == served.count("SELECT count(*) FROM mails")
    assert served.is_sound()
    assert [daemon.stops() for daemon in three] == [0, 0, 0]


def free_its_letters(served) -> None:
    """Let the claim of the frozen one run out."""
    served.changes("UPDATE mails SET claimed_until = now() WHERE status = 'queued' AND claimed_until IS NOT NULL")
