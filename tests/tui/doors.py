"""Doors to a shop that is slow, or away for a while: what a page does then is seen through them."""

import threading

from micromart_core.errors import Unavailable

LONGEST_WAIT = 60
"""Seconds after which a story that failed before it let an answer go ends all the same."""


class Heard:
    """What changes in a shop; tells when nobody listens to it any more."""

    def __init__(self, changes, left) -> None:
        self._changes, self._left = changes, left

    def __iter__(self):
        return self

    def __next__(self):
        return next(self._changes)

    def close(self) -> None:
        self._left()
        self._changes.close()


class Door:
    """A gateway that may be shut, and on whose answers one may have to wait."""

    def __init__(self, gateway, *, is_away: bool = False) -> None:
        self._gateway, self.is_away = gateway, is_away
        self._waits: dict[str, threading.Event] = {}
        self.asked: list[str] = []

    def keeps_waiting(self, name: str) -> threading.Event:
        """Let answers of an operation wait until the event is set, or nobody looks at the shop any more."""
        return self._waits.setdefault(name, threading.Event())

    def waits_no_more(self, name: str) -> None:
        """Let later answers come at once; those that wait do so still."""
        del self._waits[name]

    def run(self, operation, /, *args, **kwargs):
        if self.is_away:
            raise Unavailable("The database is away.")
        self.asked.append(operation.__name__)
        waits = self._waits.get(operation.__name__)
        answer = self._gateway.run(operation, *args, **kwargs)
        if waits is not None:
            waits.wait(LONGEST_WAIT)
        return answer

    def changes(self):
        return Heard(self._gateway.changes(), self._is_left)

    def _is_left(self) -> None:
        for waits in self._waits.values():
            waits.set()

    def under(self, **intent):
        return self._gateway.under(**intent)
