"""A database that is away: a daemon asks for it ever less often, and what it held is done by whoever reaches it."""

import time

import pytest

from tests.daemon.process import eventually

pytestmark = pytest.mark.servers
WAITS = "events wait in hand"


def test_a_consumer_without_its_database_asks_ever_less_often_and_loses_nothing(served, door_to_database):
    served.stocks()
    consumer = served.daemon("consumer", env=door_to_database.env)
    door_to_database.cut_for_good(b"INSERT INTO inbox")
    served.daemon("relay")
    served.buys("ann")
    consumer.says(WAITS)
    time.sleep(4)
    told = sum(WAITS in line["message"] for line in consumer.log())
    assert told <= 7  # the pauses double from 0.4 s
    assert consumer.stops() == 0

    served.daemon("consumer,mail")
    served.comes_to_rest()
    eventually(lambda: len(served.letters()) == 1)
    assert served.is_sound()
