"""A wait without an end of its own, ended from elsewhere."""

import socket
import threading

import pytest

from micromart_core.clock import stopwatch
from micromart_core.waker import Waker


@pytest.fixture
def waker():
    waker = Waker()
    yield waker
    waker.close()


def test_another_thread_ends_the_wait(waker):
    threading.Timer(0.1, waker.wake).start()
    waker.wait()


def test_who_was_woken_before_does_not_wait_and_waits_the_next_time(waker):
    for _ in range(100_000):  # more than any buffer holds
        waker.wake()
    waker.wait()
    began = stopwatch()

    waker.wait(seconds=0.2)
    assert stopwatch() - began >= 0.2


def test_what_can_be_read_beside_it_ends_the_wait_and_is_left_to_be_read(waker):
    here, there = socket.socketpair()
    with here, there:
        there.send(b"news")
        waker.wait(here)
        assert here.recv(10) == b"news"


def test_nobody_is_woken_after_the_end(waker):
    waker.close()
    waker.wake()
