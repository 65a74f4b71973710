"""Somebody who listens to what changes, as a screen does."""

import threading
import time
from collections.abc import Callable
from contextlib import closing
from typing import Self

from micromart_core.changes import Change

PATIENCE = 20
"""Seconds after which a story that never comes is given up."""


def until(happened: Callable[[], bool]) -> None:
    """Wait until something has happened; fail when it never does."""
    ends = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < ends, "it never happened"
        time.sleep(0.01)


class Ear:
    """Listens in a thread of its own from the moment it is made, until the block ends."""

    def __init__(self, changes) -> None:
        self._changes = changes
        self._heard: list[Change] = []
        self._arrived = threading.Condition()
        self.thread = threading.Thread(target=self._listen, name="ear")

    def __enter__(self) -> Self:
        self.thread.start()
        return self

    def __exit__(self, *_) -> None:
        self._changes.close()
        self.thread.join(PATIENCE)
        assert not self.thread.is_alive()

    @property
    def heard(self) -> list[Change]:
        with self._arrived:
            return list(self._heard)

    def topics(self) -> set[str]:
        return {change.topic for change in self.heard}

    def hears(self, topic: str, key: str | None = None) -> str:
        """Wait for a change of this topic, and this key if it is given; return its key."""
        with self._arrived:
            assert self._arrived.wait_for(lambda: self._find(topic, key), PATIENCE), self._heard
            return self._find(topic, key).key

    def forgets(self) -> None:
        with self._arrived:
            self._heard.clear()

    def _find(self, topic: str, key: str | None) -> Change | None:
        return next((each for each in self._heard if each.topic == topic and key in (None, each.key)), None)

    def _listen(self) -> None:
        with closing(self._changes):
            for change in self._changes:
                with self._arrived:
                    self._heard.append(change)
                    self._arrived.notify_all()
