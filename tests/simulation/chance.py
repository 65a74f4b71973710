"""One seed decides everything: who acts, what fails, and every id, number and waiting time of the shop."""

import random
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import patch

from micromart_core import bootstrap, gateway, ids, intake, relay
from micromart_core.notifications import sender
from micromart_core.orders import numbers
from tests.conftest import NOON

WATCHES = (bootstrap, gateway, intake, relay, sender)
"""Modules that measure how long something takes."""


class Chance(random.Random):
    """The one source of chance of a run, and its clock."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self.now = NOON
        self._ids = 0

    def __call__(self):
        """Return the moment, as the database would."""
        return self.now

    def pass_time(self, **step: float) -> None:
        self.now += timedelta(**step)

    def happens(self, one_in: float) -> bool:
        """Say whether something happens that does so once in so many times."""
        return self.random() < 1 / one_in

    def stopwatch(self) -> float:
        return (self.now - NOON).total_seconds() + 1_000

    def uuid(self):
        """Return an id that sorts by time, as version 7 does."""
        self._ids += 1
        return _Id(f"{self._ids:012x}{self.getrandbits(80):020x}")


class _Id:
    def __init__(self, digits: str) -> None:
        self.hex = digits


@contextmanager
def decided_by(chance: Chance) -> Iterator[None]:
    """Let ids, numbers, stopwatches and pauses come from this source and no other."""
    real = secrets.token_hex
    with (
        patch.object(ids, "uuid7", chance.uuid),
        patch.object(ids.secrets, "token_hex", lambda size=16: f"{chance.getrandbits(size * 8):0{size * 2}x}"),
        patch.object(numbers.secrets, "choice", chance.choice),
        patch.object(gateway.time, "sleep", lambda seconds: chance.pass_time(seconds=seconds)),
        patch.object(gateway.random, "uniform", chance.uniform),
    ):
        old = [module.stopwatch for module in WATCHES]
        try:
            for module in WATCHES:
                module.stopwatch = chance.stopwatch
            yield
        finally:
            for module, watch in zip(WATCHES, old, strict=True):
                module.stopwatch = watch
    assert secrets.token_hex is real
