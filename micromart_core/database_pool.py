"""The connections that a process keeps: once it was told to give them back, none is kept that comes back later."""

import threading
from typing import Any

from sqlalchemy.pool import ConnectionPoolEntry, QueuePool


class GivingBackPool(QueuePool):
    """Closes what threads still use when it is disposed of, as soon as each is done with it.

    SQLAlchemy takes such a connection into the old pool, where it stays open, and keeps a place at the server, until
    the garbage collector finds the pool. Whoever waits for a place still gets it: only the connection in it is anew.
    """

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._is_over = False
        self._settling = threading.Lock()

    def dispose(self) -> None:
        """Close what lies idle, and from now on what comes back."""
        with self._settling:
            self._is_over = True
        super().dispose()

    def _do_return_conn(self, record: ConnectionPoolEntry) -> None:
        with self._settling:  # or it would come back between the question and the end, and stay
            if self._is_over:
                record.close()
            super()._do_return_conn(record)
