"""Listening to what changes in the shop, in a thread of its own, as long as the app runs."""

import logging
import threading
from collections.abc import Callable
from contextlib import closing

from micromart_core.changes import ANYTHING, Change, Changes
from micromart_core.errors import MicroMartError
from micromart_core.operation import Gateway

AGAIN_AFTER = 1.0
"""Seconds until the shop is listened to again after it did not answer."""
_log = logging.getLogger("micromart.news")


class News:
    """Tells the app each change; after a silence, that anything may have changed."""

    def __init__(self, gateway: Gateway, tell: Callable[[frozenset[Change]], None]) -> None:
        self._gateway, self._tell = gateway, tell
        self._closing = threading.Event()
        self._changes: Changes | None = None
        self._thread = threading.Thread(target=self._listen, name="micromart-news", daemon=True)

    def begin(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def close(self) -> None:
        """Stop listening, and give back what it listens with."""
        self._closing.set()
        if self._changes is not None:
            self._changes.close()

    def _listen(self) -> None:
        while not self._closing.is_set():
            try:
                self._follow(self._gateway.changes())
            except MicroMartError as error:
                _log.warning("the shop tells nothing: %s", error)
                self._begin_anew()
            except Exception:  # noqa: BLE001  # whatever it is, screens would hear nothing until their end
                _log.exception("listening to the shop failed")
                self._begin_anew()

    def _begin_anew(self) -> None:
        self._closing.wait(AGAIN_AFTER)
        if not self._closing.is_set():
            self._tell(frozenset({ANYTHING}))

    def _follow(self, changes: Changes) -> None:
        self._changes = changes
        with closing(changes):
            if self._closing.is_set():
                return
            for change in changes:
                self._tell(frozenset({change}))
