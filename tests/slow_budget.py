"""Slow tests have until a moment that CI sets; each day another of them is the first, so that all have their turn."""

import os
import time

import pytest

UNTIL = float(os.environ.get("MICROMART_SLOW_UNTIL", "0"))
"""Seconds since the epoch after which no slow test begins; 0 = never. Only CI sets it."""
_KEPT = 300
"""Seconds before it that are for the tests that run side by side: they come last, and would never have their turn."""
_DAY = 86_400
_STEP = 0.382
"""Share of the slow tests by which the first one moves each day."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the slow tests begin where this day says, the quick ones first as ever."""
    if not UNTIL:
        return
    slow = [item for item in items if item.get_closest_marker("slow")]
    first = int(UNTIL // _DAY * _STEP * len(slow)) % max(1, len(slow))
    items[:] = [item for item in items if item not in set(slow)] + slow[first:] + slow[:first]


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Pass over a slow test for which no time is left, and say so; never one that has failed and is run once more."""
    if item.config.getoption("lf", default=False):
        return
    ends = UNTIL - _KEPT if item.get_closest_marker("alone") else UNTIL
    if UNTIL and item.get_closest_marker("slow") and time.time() > ends:
        pytest.skip("CI has no time left for this slow test today; ./dev test runs it")
