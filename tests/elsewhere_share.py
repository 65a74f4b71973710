"""Elsewhere, CI runs a share of the tests that are not slow each day, and all of these in turn; by hand all are run."""

import os

import pytest

from tests.elsewhere import IS_ASKED_FOR

SHARE = os.environ.get("MICROMART_TEST_ELSEWHERE_SHARE", "")
"""Which share of how many, from 0: `1/4`; empty = all. Only CI sets it."""


@pytest.hookimpl(specname="pytest_collection_modifyitems", trylast=True)
def pytest_keep_the_share(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the tests of other days out; the report counts them as deselected.

    None of those that have failed and are run once more: they are of this day's share.
    """
    if not (IS_ASKED_FOR and SHARE) or config.getoption("lf", default=False):
        return
    share = share_of(items, SHARE)
    kept = set(share)
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = share


def share_of(items: list, share: str) -> list:
    """Return every so many-th: so each page and each verb has something in each share."""
    which, _, of = share.partition("/")
    return items[int(which) :: int(of)]
