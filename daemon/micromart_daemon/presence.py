"""Telling the database, now and then, that this daemon is there, and in the end that it is not."""

import os
from datetime import datetime
from socket import gethostname

from micromart_core import __version__
from micromart_core.bootstrap import Shop
from micromart_core.clock import utc_now
from micromart_core.daemons import SEEN_EVERY, Daemon
from micromart_core.ids import new_id
from micromart_core.maintenance.vitals import forget_daemon, note_daemon
from micromart_daemon.stopping import Stop


class PresenceRole:
    """Writes this daemon's row, and takes it away at the end; a row that is left behind is forgotten by itself."""

    name = "presence"

    def __init__(self, shop: Shop, roles: tuple[str, ...]) -> None:
        self._shop, self._roles = shop, roles
        self._id = new_id("daemon")
        self._started_at: datetime = utc_now()

    def work(self, stop: Stop) -> None:
        """Say that this daemon is there until the stop is set, and that it ends; without a database that is noticed."""
        while not stop.is_set:
            self._shop.operator().run(note_daemon, self._me())
            stop.wait_for_tick(SEEN_EVERY.total_seconds())
        self._shop.operator().run(forget_daemon, self._id)

    def _me(self) -> Daemon:
        now = utc_now()
        roles = ",".join(self._roles)
        return Daemon(self._id, gethostname(), os.getpid(), roles, __version__, self._started_at, now)
