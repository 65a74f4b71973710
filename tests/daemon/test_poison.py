"""Messages that nobody can take in: put aside and told, retried when mended, and nobody else waits (FAULTS F11)."""

import pytest
from kombu import Connection

from micromart_core.adapters.rabbitmq.topology import queue_name
from tests.daemon.process import eventually

pytestmark = [pytest.mark.servers, pytest.mark.slow]
DEAD = "SELECT type, attempts FROM dead_letters ORDER BY type"
STAFF = {"MICROMART_SHOP__STAFF_EMAIL": "staff@example.org"}
UNKNOWN = b'{"id":"evt_9","type":"moon.landed","at":"2026-01-01T00:00:00Z","key":"k","trace_id":"t","data":{}}'
MALFORMED = UNKNOWN.replace(b"moon.landed", b"order.placed")


def posts(served, body: bytes, service: str = "users") -> None:
    """Lay a message into a service's queue past everybody."""
    with Connection(served.broker_url) as connection:
        channel = connection.channel()
        channel.basic_publish(channel.prepare_message(body), "", queue_name(service))


def test_what_is_no_event_is_put_aside_and_an_unknown_one_is_passed_over(served):
    served.stocks()
    daemon = served.daemon(env=STAFF)
    eventually(lambda: served.depths().keys())
    for body in (b"no event", b"\xff\x00", UNKNOWN, MALFORMED):
        posts(served, body)
    served.buys("ann")
    served.comes_to_rest()

    eventually(lambda: served.shop.rows(DEAD) == [("order.placed", 1), ("unreadable", 1), ("unreadable", 1)])
    daemon.says("passes over moon.landed")
    served.comes_to_rest()
    assert [letter["To"] for letter in served.letters()].count("staff@example.org") == 3


def test_an_event_that_breaks_a_handler_is_dead_after_six_tries_and_lives_when_that_is_mended(served):
    served.stocks()
    broken = [served.daemon(module="tests.daemon.breaking", env=STAFF) for _ in range(2)]
    order = served.buys("ann")
    eventually(lambda: ann_is_confirmed(served))  # the other services are not held up
    eventually(lambda: served.shop.rows(DEAD), patience=90)
    assert served.shop.rows(DEAD) == [("order.placed", 6)]
    assert served.shop.rows("SELECT order_id FROM user_orders") == []
    for daemon in broken:
        assert daemon.stops() == 0

    served.daemon(env=STAFF)
    assert served.begins("dead", "list", "-o", "ids", program="micromart_cli").ends() == 0
    letter = served.daemons[-1].told().strip()
    assert served.begins("dead", "retry", letter, program="micromart_cli").ends() == 0
    served.comes_to_rest()
    assert served.shop.rows("SELECT order_id FROM user_orders") == [(order.id,)]
    assert [each["To"] for each in served.letters()].count("ann@example.org") == 1
    assert served.is_sound()


def ann_is_confirmed(served) -> bool:
    return "ann@example.org" in {letter["To"] for letter in served.letters()}
