"""What ends a program: the first signal, or the end of what answers."""

import os
import signal
import threading

import pytest

from micromart_daemon.signals import Answering, caught_signals


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_wait_and_is_told(number):
    with caught_signals() as asked:
        threading.Timer(0.1, os.kill, (os.getpid(), number)).start()
        assert asked.get() == number


def test_a_signal_before_the_wait_is_not_lost():
    with caught_signals() as asked:
        os.kill(os.getpid(), signal.SIGTERM)
        assert asked.get() == signal.SIGTERM


def test_the_end_of_what_answers_ends_the_wait_and_tells_what_it_broke_on():
    def breaks() -> None:
        raise LookupError("no port")

    with caught_signals() as asked:
        answering = Answering("door", breaks, asked)
        assert asked.get() == 0
        with pytest.raises(LookupError):
            answering.join(5)


def test_everything_is_as_before_afterwards():
    before = signal.getsignal(signal.SIGTERM)
    with caught_signals():
        assert signal.getsignal(signal.SIGTERM) is not before

    assert signal.getsignal(signal.SIGTERM) is before
    assert signal.set_wakeup_fd(-1) == -1
