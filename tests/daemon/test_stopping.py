"""How a daemon ends: it finishes what it holds and leaves nothing behind; one that is killed loses nothing."""

import random
import signal
import socket
import threading
import time

import pytest

from tests.daemon.doors import PUBLISH
from tests.daemon.process import eventually
from tests.daemon.served import UNPUBLISHED

pytestmark = pytest.mark.servers
CLAIMED = "SELECT count(*) FROM mails WHERE claimed_until IS NOT NULL"
PRESENT = "SELECT count(*) FROM daemons"


def test_sigterm_in_the_middle_of_work_leaves_nothing_in_hand(served):
    served.stocks()
    daemon = served.daemon()
    for number in range(60):
        served.buys(f"u{number}")
    eventually(served.letters)
    assert daemon.stops() == 0

    assert (served.count(CLAIMED), served.count(PRESENT)) == (0, 0)
    assert served.depths().keys()
    served.daemon()
    served.comes_to_rest()
    assert len(served.letters()) == 60
    assert served.is_sound()


def test_the_letter_in_hand_is_finished_and_no_other_is_begun(posted, post):
    post.sink.slow_seconds = 1.5  # all four would leave in the time of one batch
    posted.stocks()
    for number in range(4):
        posted.buys(f"u{number}", email=f"slow+{number}@example.org")
    daemon = posted.daemon()
    eventually(lambda: posted.count(CLAIMED))
    assert daemon.stops() == 0

    assert len(post.letters()) == 1
    assert posted.count("SELECT count(*) FROM mails WHERE status = 'sent'") == 1
    assert posted.count(CLAIMED) == 0


def test_a_role_that_hangs_does_not_keep_the_daemon(posted):
    """A mail server that took the connection and says nothing more: the letter is tried again later."""
    posted.stocks()
    with socket.create_server(("127.0.0.1", 0)) as mute:
        where = f"smtp://127.0.0.1:{mute.getsockname()[1]}"
        daemon = posted.daemon(env={"MICROMART_MAIL__URL": where, "MICROMART_MAIL__TIMEOUT_SECONDS": "60"})
        posted.buys("ann")
        talking, _ = mute.accept()
        talking.sendall(b"220 here\r\n")
        eventually(lambda: posted.count(CLAIMED))
        talking.recv(100)
        assert daemon.stops() in (0, 1)
        talking.close()
    assert posted.count("SELECT count(*) FROM mails WHERE status = 'queued'") == 1


def test_a_database_that_has_fallen_silent_does_not_keep_the_daemon(served, door_to_database):
    daemon = served.daemon(env=door_to_database.env)
    eventually(lambda: served.count(PRESENT))
    door_to_database.fall_silent()
    began = time.monotonic()
    assert daemon.stops() in (0, 1)
    assert time.monotonic() - began < 10


def test_a_broker_that_confirms_nothing_does_not_hang_a_daemon_that_ends(served, door_to_broker):
    """What was not confirmed is published again by the next daemon, and takes effect once."""
    served.stocks()
    daemon = served.daemon("relay,mail", env=door_to_broker.env)
    door_to_broker.fall_silent_at(PUBLISH)
    served.buys("ann")
    eventually(lambda: door_to_broker.is_silent)
    assert daemon.stops() == 0  # 1 when it had been left hanging
    assert served.count(UNPUBLISHED) > 0

    served.daemon()
    served.comes_to_rest()
    assert len(served.letters()) == 1


def test_a_broker_that_has_fallen_silent_does_not_keep_an_idle_daemon(served, door_to_broker):
    daemon = served.daemon(env=door_to_broker.env)
    eventually(lambda: served.count(PRESENT) and door_to_broker.connections == 2)
    time.sleep(1)  # both have declared what they need
    door_to_broker.fall_silent()
    began = time.monotonic()
    assert daemon.stops() == 0
    assert time.monotonic() - began < 5


@pytest.mark.slow
def test_a_second_sigterm_ends_it_at_once(posted):
    posted.stocks()
    daemon = posted.daemon()
    for number in range(3):
        posted.buys(f"u{number}", email=f"slow+{number}@example.org")
    eventually(lambda: posted.count(CLAIMED))

    daemon.send(signal.SIGTERM)
    time.sleep(0.3)
    assert daemon.process.poll() is None
    daemon.send(signal.SIGTERM)
    assert daemon.ends() == 128 + signal.SIGTERM


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_either_signal_ends_an_idle_daemon_in_good_order(served, number):
    daemon = served.daemon()
    eventually(lambda: served.count(PRESENT))
    daemon.send(number)

    assert daemon.ends() == 0
    assert served.count(PRESENT) == 0
    assert "micromartd has ended" in daemon.told()


@pytest.mark.slow
def test_a_signal_at_any_moment_of_the_start_ends_it(served):
    """Before it listens to signals the system ends it; from then on it ends by itself, and never hangs."""
    for _ in range(12):
        daemon = served.begins("run")
        time.sleep(random.uniform(0.3, 1.6))
        assert daemon.stops() in (0, -signal.SIGTERM)
    assert served.count(PRESENT) == 0


def test_what_a_killed_daemon_held_is_done_by_the_next(served):
    served.stocks()
    daemon = served.daemon()
    buying = threading.Thread(target=lambda: [served.buys(f"u{number}") for number in range(40)])
    buying.start()
    eventually(served.letters)
    daemon.dies()
    buying.join()

    served.daemon()
    served.changes("UPDATE mails SET claimed_until = NULL WHERE status = 'queued'")
    served.comes_to_rest()
    assert len({letter["Message-ID"] for letter in served.letters()}) == 40
    assert served.is_sound()
