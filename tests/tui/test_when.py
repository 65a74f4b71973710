"""Moments as people read them."""

from datetime import UTC, datetime, timedelta

import pytest

from micromart_tui.when import day_words, time_words

NOW = datetime(2026, 11, 26, 14, 3, tzinfo=UTC)


@pytest.fixture(autouse=True)
def in_utc(monkeypatch):
    import time

    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("age", "words"),
    [
        (timedelta(0), "today 14:03"),
        (timedelta(hours=14), "today 00:03"),
        (timedelta(hours=15), "yesterday 23:03"),
        (timedelta(days=14), "12 November"),
        (timedelta(days=700), "26 December 2024"),
    ],
)
def test_the_nearer_the_shorter(age, words):
    assert day_words(NOW - age, NOW) == words


def test_a_time_of_the_day():
    assert time_words(NOW) == "14:03"
