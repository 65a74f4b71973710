"""Doors to a shop that is slow, or away for a while: what a page does then is seen through them."""

import threading

from micromart_core.errors import Unavailable


class Door:
    """A gateway that may be shut, and on whose answers one may have to wait."""

    def __init__(self, gateway, *, is_away: bool = False) -> None:
        self._gateway, self.is_away = gateway, is_away
        self._waits: dict[str, threading.Event] = {}
        self.asked: list[str] = []

    def keeps_waiting(self, name: str) -> threading.Event:
        """Let answers of an operation wait until the event is set, or for five seconds."""
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
            waits.wait(5)
        return answer

    def changes(self):
        return self._gateway.changes()

    def under(self, **intent):
        return self._gateway.under(**intent)
