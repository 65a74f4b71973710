"""One message that nobody can take in, keep or even read stops no other (FAULTS F11)."""

from contextlib import closing
from time import sleep

import pytest

from micromart_core.adapters.rabbitmq.topology import EVENTS, queue_name
from micromart_core.bootstrap_broker import describe_broker, intake_of
from micromart_core.event_log import list_dead_letters
from micromart_core.settings import ShopSettings
from tests.servers.broker_stories import Tower, broken, heard, works_off
from tests.servers.hostile_messages import EXPIRING, NO_EVENTS, ODD_PROPERTIES, Hostile, envelope, lays, lays_by_key

pytestmark = [
    pytest.mark.servers,
    pytest.mark.parametrize("database_url", ["postgresql"], indirect=True),  # the one that refuses texts
]
ODD = [Hostile(name, envelope(), properties) for name, properties in ODD_PROPERTIES.items()]
ODD_AND_NO_EVENT = [Hostile(name, b"\0no event", properties) for name, properties in ODD_PROPERTIES.items()]


@pytest.fixture
def tower(shop, broker_url):
    """A tower whose queues are there, with staff who are told of dead letters."""
    heard.clear()
    broken.clear()
    tower = Tower(shop.again(shop=ShopSettings(staff_email="staff@example.org")), broker_url)
    tower.relays()
    return tower


def everything_is_well(tower) -> bool:
    """Say whether an event that came after is taken in, and whether nothing lies about anywhere."""
    tower.rings("good")
    tower.relays()
    tower.takes_in(quiet_rounds=1)
    assert "good" in heard
    assert tower.depths() == {}
    assert describe_broker(tower.shop.shop).startswith("reached; ")
    return True


@pytest.mark.parametrize("message", NO_EVENTS + ODD_AND_NO_EVENT, ids=str)
def test_what_is_no_event_is_buried_and_the_next_event_is_taken_in(tower, message):
    lays(tower.url, message)
    tower.rings("beside")
    tower.relays()
    tower.takes_in(quiet_rounds=1)

    assert heard == ["beside"]
    assert everything_is_well(tower)
    [letter] = tower.shop.operator().run(list_dead_letters).items
    assert letter.type == "unreadable"
    assert letter.error.startswith("no event, for carts: ")
    assert tower.shop.rows("SELECT template FROM mails") == [("dead-letter",)]


@pytest.mark.parametrize("message", NO_EVENTS + ODD + ODD_AND_NO_EVENT, ids=str)
def test_what_lies_in_the_dead_letter_queue_is_buried_from_there_too(tower, message):
    lays(tower.url, message, dead=True)
    tower.takes_in(quiet_rounds=1)

    assert everything_is_well(tower)
    assert len(tower.dead()) == 1
    assert tower.shop.rows("SELECT template FROM mails") == [("dead-letter",)]


@pytest.mark.parametrize("message", ODD, ids=str)
def test_a_good_event_with_odd_properties_is_taken_in(tower, message):
    lays(tower.url, message)
    tower.takes_in(quiet_rounds=1)

    assert heard == ["hostile"]
    assert tower.dead() == []
    assert everything_is_well(tower)


@pytest.mark.parametrize("message", ODD, ids=str)
def test_an_odd_message_that_fails_is_buried(tower, message):
    broken.add("hostile")
    lays(tower.url, message)
    tower.takes_in(quiet_rounds=1)
    assert [(kind, error) for kind, _, error in tower.dead()] == [("test.chime_rung", "ZeroDivisionError: hostile")]

    assert everything_is_well(tower)


def test_a_routing_key_that_is_no_text_stops_nobody(tower):
    with tower.channel() as channel:
        channel.queue_bind(queue_name("carts"), EVENTS.name, "#")
    lays_by_key(tower.url, envelope(), EVENTS.name, b"\xff\xfe")
    tower.takes_in(quiet_rounds=1)

    assert heard == ["hostile"]
    assert everything_is_well(tower)


@pytest.mark.parametrize("message", EXPIRING, ids=str)
def test_what_expires_in_a_queue_does_not_break_the_broker(tower, message):
    for _ in range(4):
        lays(tower.url, message)
        sleep(0.4)

    with tower.channel() as channel:
        channel.queue_declare("another", durable=True, auto_delete=False, arguments={"x-queue-type": "quorum"})
        channel.queue_delete("another")
    assert everything_is_well(tower)
    assert tower.dead() == []


def test_two_hundred_and_fifty_of_them_hold_up_nobody(tower):
    for number in range(250):
        lays(tower.url, Hostile("one of many", envelope(id=f'"evt_\\u0000{number}"')))

    assert everything_is_well(tower)
    assert len(tower.dead()) == 250


def test_the_same_nonsense_twice_is_one_letter(tower):
    for _ in range(2):
        lays(tower.url, Hostile("nonsense", b"\xff\0"))
    tower.takes_in(quiet_rounds=1)

    assert len(tower.dead()) == 1
    assert everything_is_well(tower)


def test_what_not_even_a_bare_letter_can_be_made_of_waits_and_holds_up_nobody(tower, caplog):
    changes(tower, "ALTER TABLE dead_letters RENAME TO gone")
    lays(tower.url, Hostile("no event", b"no event" * 1_000))
    tower.rings("beside")
    tower.relays()
    with closing(intake_of(tower.shop.shop)) as intake:
        while "beside" not in heard or len(intake._resting) < 1:
            intake.work(wait_seconds=0.1)
        assert [len(record.message) < 2_000 for record in caplog.records if record.levelname == "ERROR"]
        changes(tower, "ALTER TABLE gone RENAME TO dead_letters")
        assert intake.work(wait_seconds=0.1) == 0
        intake._resting = dict.fromkeys(intake._resting, 0.0)
        works_off(intake, quiet_rounds=1)

    assert [kind for kind, _, _ in tower.dead()] == ["unreadable"]
    assert everything_is_well(tower)


def changes(tower, statement: str) -> None:
    with tower.shop.database.begin(writes=True) as opened:
        opened.connection.exec_driver_sql(statement)
        opened.commit()
