"""A role that breaks begins again after ever longer pauses, and takes no other role with it."""

import logging
import time

import pytest

from micromart_core.broker import BrokerDown
from micromart_daemon.stopping import Stop
from micromart_daemon.supervisor import FIRST_PAUSE, Supervisor
from tests.daemon.process import eventually


class Breaking:
    """A role that breaks as soon as it begins, and remembers when that was."""

    name = "breaking"

    def __init__(self, error: Exception) -> None:
        self.error, self.began = error, []

    def work(self, stop: Stop) -> None:
        self.began.append(time.monotonic())
        raise self.error

    @property
    def pauses(self) -> list[float]:
        return [later - earlier for earlier, later in zip(self.began, self.began[1:], strict=False)]


class BreakingInTheEnd(Breaking):
    """A role that breaks when it is told to stop."""

    def work(self, stop: Stop) -> None:
        stop.wait(5)
        super().work(stop)


class Steady:
    """A role that works until it is told to stop."""

    name = "steady"
    rounds = 0

    def work(self, stop: Stop) -> None:
        while not stop.wait(0.01):
            self.rounds += 1


@pytest.mark.parametrize("error", [BrokerDown("gone"), ZeroDivisionError("a bug")])
def test_the_pauses_of_a_role_that_breaks_double(error, caplog):
    caplog.set_level(logging.CRITICAL, "micromart.daemon")
    stop, role = Stop(), Breaking(error)
    supervisor = Supervisor([role], stop)
    supervisor.start()
    eventually(lambda: len(role.began) == 5)
    stop.set()

    assert supervisor.join(1) == []  # also in the middle of a pause
    assert len(role.began) == 5
    for number, pause in enumerate(role.pauses):
        assert pause >= FIRST_PAUSE * 2**number / 2  # half of it is jitter


def test_a_role_that_breaks_while_the_daemon_ends_is_not_said_to_begin_again(caplog):
    stop = Stop()
    supervisor = Supervisor([BreakingInTheEnd(BrokerDown("gone"))], stop)
    supervisor.start()
    stop.set()

    assert supervisor.join(1) == []
    assert [record.message.rpartition("; ")[2] for record in caplog.records] == ["the daemon ends"]


def test_a_role_that_breaks_takes_no_other_with_it(caplog):
    caplog.set_level(logging.CRITICAL, "micromart.daemon")
    stop, breaking, steady = Stop(), Breaking(ZeroDivisionError("a bug")), Steady()
    supervisor = Supervisor([breaking, steady], stop)
    supervisor.start()
    eventually(lambda: len(breaking.began) == 2)
    before = steady.rounds
    eventually(lambda: steady.rounds > before + 10)
    stop.set()

    assert supervisor.join(1) == []
