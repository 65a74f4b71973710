"""How roles wait: at the same moments, and ended at once by a bell or by the stop."""

import threading

import pytest

from micromart_core.clock import stopwatch
from micromart_daemon.stopping import TICK_SECONDS, Bell, Stop


def end_of(stop, seconds):
    return stopwatch() + stop.until_tick(seconds)


def test_long_waits_begun_at_different_moments_end_at_the_same_one():
    stop = Stop()
    early = end_of(stop, TICK_SECONDS)
    threading.Event().wait(0.05)
    late = end_of(stop, TICK_SECONDS)

    assert (late - early) % TICK_SECONDS == pytest.approx(0, abs=0.01) or (early - late) % TICK_SECONDS < 0.01


@pytest.mark.parametrize("seconds", [TICK_SECONDS, 1.5, 10.0])
def test_a_wait_is_never_longer_than_asked_nor_shorter_by_more_than_a_tick(seconds):
    waits = Stop().until_tick(seconds)

    assert seconds - TICK_SECONDS < waits <= seconds


def test_short_waits_are_as_they_were():
    assert Stop().until_tick(0.05) == 0.05


def test_a_pause_that_is_no_look_is_as_long_as_asked():
    stop = Stop()
    threading.Event().wait(0.2)
    began = stopwatch()

    assert not stop.wait(TICK_SECONDS)
    assert stopwatch() - began > TICK_SECONDS - 0.01


def test_roles_that_begin_to_wait_at_different_moments_look_at_the_same_one():
    stop, looked = Stop(), []

    def look():
        stop.wait_for_tick(TICK_SECONDS)
        looked.append(stopwatch())

    roles = [threading.Thread(target=look) for _ in range(2)]
    for role in roles:
        role.start()
        threading.Event().wait(0.3)
    for role in roles:
        role.join()

    assert looked[1] - looked[0] < 0.2


class Waited(threading.Event):
    """Notes of each wait for it whether it came in time."""

    def __init__(self) -> None:
        super().__init__()
        self.came: list[bool] = []

    def wait(self, timeout: float | None = None) -> bool:
        self.came.append(super().wait(timeout))
        return self.came[-1]


def test_a_bell_ends_the_one_wait_for_it():
    event, stop = Waited(), Stop()
    bell = Bell(event)
    threading.Timer(0.1, bell.ring).start()

    assert bell.wait(60, stop)
    assert event.came == [True]


class JustTooLate(threading.Event):
    """Is set as soon as the wait for it is over."""

    def wait(self, timeout: float | None = None) -> bool:
        came = super().wait(timeout)
        self.set()
        return came


def test_a_bell_that_rings_as_the_wait_ends_is_for_the_next_one():
    bell, stop = Bell(JustTooLate()), Stop()

    assert not bell.wait(0.01, stop)
    assert bell.wait(0.01, stop)


def test_a_stop_ends_the_one_wait_for_a_bell_and_is_no_ring():
    event, stop = Waited(), Stop()
    threading.Timer(0.1, stop.set).start()

    assert not Bell(event).wait(60, stop)
    assert event.came == [True]


def test_who_waits_after_the_stop_does_not_wait():
    event, stop = Waited(), Stop()
    stop.set()

    assert not Bell(event).wait(60, stop)
    assert event.came == []


def test_a_stop_wakes_nobody_who_no_longer_waits():
    stop, woken = Stop(), []
    with stop.waking(lambda: woken.append("then")):
        pass
    with stop.waking(lambda: woken.append("now")):
        stop.set()

    assert woken == ["now"]
