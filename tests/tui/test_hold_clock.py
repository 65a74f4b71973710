"""The clock of a hold: the shop's time, counted on here."""

from datetime import UTC, datetime, timedelta

import pytest

from micromart_tui.hold_clock import HoldClock, clock_words, mood

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


class Stopwatch:
    seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


def test_it_goes_on_from_the_moment_the_shop_told_whatever_this_hosts_clock_says():
    tick = Stopwatch()
    clock = HoldClock(tick)
    clock.set(NOON, asked=99.8, answered=100.2)

    tick.seconds = 130.0
    assert clock.now() == NOON + timedelta(seconds=30)
    assert clock.seconds_to(NOON + timedelta(minutes=10)) == 570
    assert clock.seconds_to(NOON) == -30


def test_half_of_the_way_there_and_back_lies_before_the_moment_that_was_told():
    tick = Stopwatch()
    clock = HoldClock(tick)
    clock.set(NOON, asked=90.0, answered=100.0)

    assert clock.now() == NOON + timedelta(seconds=5)


def test_before_the_shop_has_told_its_time_there_is_none():
    clock = HoldClock()

    assert not clock.is_set
    with pytest.raises(RuntimeError):
        clock.now()


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(600, "10:00"), (599.01, "10:00"), (599, "09:59"), (0.2, "00:01"), (0, "00:00"), (-3, "00:00"), (901, "15:01")],
)
def test_a_second_is_gone_when_it_is_over(seconds, words):
    assert clock_words(seconds) == words


def test_it_is_leaf_above_half_then_honey_and_rose_in_the_last_fifth():
    assert [mood(share) for share in (1, 0.51, 0.5, 0.21, 0.2, 0)] == [
        "$leaf",
        "$leaf",
        "$honey",
        "$honey",
        "$rose",
        "$rose",
    ]
