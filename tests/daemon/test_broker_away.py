"""A broker that is not there yet, or dies while people order: the shop sells on, and all is caught up (FAULTS F2)."""

import os
import signal
import socket
import threading
import time

import pytest

from tests.daemon.doors import Door
from tests.daemon.process import eventually
from tests.daemon.served import Served
from tests.servers.test_stack import Stack

pytestmark = [pytest.mark.servers, pytest.mark.slow, pytest.mark.alone]
QUEUES_ARE_KEPT = 5.0
"""Seconds after which RabbitMQ has written down which quorum queues it leads: it keeps that in a dets file, whose
writes wait three seconds. A queue that is younger when its broker is killed never answers again (seen with 3.10)."""


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return listening.getsockname()[1]


def test_a_daemon_that_starts_before_its_broker_says_so_and_catches_up(served):
    served.stocks()
    port = free_port()
    where = f"{served.broker_url.partition('@')[0]}@127.0.0.1:{port}/{served.broker_url.rpartition('/')[2]}"
    daemon = served.daemon(env={"MICROMART_BROKER__URL": where})
    for number in range(5):
        served.buys(f"u{number}")
    daemon.says("relay stopped", times=2)
    daemon.says("consumer stopped", times=2)
    assert not daemon.health()["broker"]["ok"]
    assert daemon.get("/health")[0] == 503
    assert "micromart_broker_up 0" in daemon.get("/metrics")[1]

    door = Door(served.broker_url, at=port)
    served.comes_to_rest()
    assert len(served.letters()) == 5
    assert eventually(lambda: daemon.health()["broker"]["ok"])
    assert served.is_sound()
    assert daemon.stops() == 0
    door.close()


def test_an_idle_daemon_keeps_its_connections(served):
    """A broker leaves whoever says nothing through two heartbeats."""
    served.stocks()
    daemon = served.daemon(module="tests.daemon.short_heartbeat")
    served.buys("ann")
    served.comes_to_rest()
    time.sleep(10)
    served.buys("bob")
    served.comes_to_rest()

    assert [line["message"] for line in daemon.log() if line["log.level"] == "warning"] == []


@pytest.fixture
def own_broker(tmp_path):
    stack = Stack(tmp_path / "stack", "rabbitmq")
    stack.up()
    yield stack
    stack.run("remove")


@pytest.fixture
def alone(empty_postgresql, own_broker, tmp_path):
    """A served shop whose broker may be killed."""
    url = own_broker.settings()["MICROMART_BROKER__URL"]
    shop = Served(empty_postgresql(), url, f"maildir:{tmp_path / 'letters'}", tmp_path)
    yield shop
    shop.close()


def test_kill_9_of_the_broker_while_people_order(alone, own_broker):
    served = alone
    served.stocks(on_hand=1_000_000)  # a quick machine sells a thousand before the broker is back
    daemons = [served.daemon() for _ in range(2)]
    sold: list[str] = []
    closing = threading.Event()

    def buy(person: int) -> None:
        while not closing.is_set():
            sold.append(served.buys(f"u{person}-{len(sold)}").number)

    buyers = [threading.Thread(target=buy, args=(person,)) for person in range(2)]
    for buyer in buyers:
        buyer.start()
    eventually(served.letters)
    time.sleep(QUEUES_ARE_KEPT)
    os.kill(own_broker.pid_of("rabbitmq"), signal.SIGKILL)
    before = len(sold)
    eventually(lambda: len(sold) > before + 20)  # the shop sells on
    own_broker.run("start", "rabbitmq")
    closing.set()
    for buyer in buyers:
        buyer.join()

    served.comes_to_rest(120)
    assert len({letter["Message-ID"] for letter in served.letters()}) == len(set(sold)) == len(sold)
    assert served.is_sound()
    assert [daemon.stops() for daemon in daemons] == [0, 0]
