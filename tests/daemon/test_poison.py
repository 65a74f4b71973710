"""Messages that nobody can take in: put aside and told, retried when mended, and nobody else waits (FAULTS F11)."""

import pytest
from kombu import Connection

from micromart_core.adapters.rabbitmq.topology import queue_name
from tests.daemon.process import eventually
from tests.servers.hostile_messages import NO_EVENTS, ODD_PROPERTIES, Hostile, lays

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


def test_nothing_that_somebody_lays_into_the_queues_stops_a_daemon(served):
    served.stocks()
    daemon = served.daemon(env=STAFF)
    eventually(lambda: served.depths().keys())
    odd = [Hostile(name, UNKNOWN, properties) for name, properties in ODD_PROPERTIES.items()]
    for message in NO_EVENTS + odd:
        lays(served.broker_url, message, "users")
        lays(served.broker_url, message, "notifications", dead=True)
    order = served.buys("ann")

    served.comes_to_rest()
    assert served.shop.rows("SELECT order_id FROM user_orders") == [(order.id,)]
    assert served.count("SELECT count(*) FROM dead_letters WHERE type = 'unreadable'") == len(NO_EVENTS)
    assert served.count("SELECT count(*) FROM dead_letters") == len(NO_EVENTS) + 1  # the odd ones are one event
    assert [line for line in daemon.log() if "begins again" in line["message"]] == []
    assert f"micromart_dead_letters {len(NO_EVENTS) + 1}.0" in daemon.get("/metrics")[1]
    for words in (("dead", "list"), ("dead", "list", "--json"), ("dead", "list", "-o", "csv"), ("doctor",)):
        told = served.begins(*words, program="micromart_cli")
        assert told.ends() in ((0, 1) if words == ("doctor",) else (0,))
        assert "Traceback" not in told.told()
        assert "\0" not in told.told()
        assert "\x1b" not in told.told()
    assert daemon.stops() == 0
