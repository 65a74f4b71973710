"""The consumer role: takes in the events that the broker brings."""

import logging
from contextlib import closing

from micromart_core.bootstrap import Shop
from micromart_core.bootstrap_broker import intake_of
from micromart_core.broker import BrokerDown
from micromart_core.errors import MicroMartError
from micromart_core.intake import Intake
from micromart_daemon.stopping import Bell, Pace, Stop

WAIT_SECONDS = 10.0
"""How long to wait for a message at most; the stop ends that wait."""
SHORTEST_PAUSE, LONGEST_PAUSE = 0.2, 5.0
"""Seconds between two tries while the database is out of reach."""
_log = logging.getLogger("micromart.daemon")


class ConsumerRole:
    """Handles every service's events; each batch is one transaction, acknowledged after its commit."""

    name = "consumer"

    def __init__(self, shop: Shop, new_letters: Bell) -> None:
        self._shop, self._new_letters = shop, new_letters

    def work(self, stop: Stop) -> None:
        """Take in events until the stop is set; raise BrokerDown when the broker was lost."""
        pace = Pace(SHORTEST_PAUSE, LONGEST_PAUSE)
        with closing(intake_of(self._shop)) as intake, stop.waking(intake.wake):
            while not stop.is_set:
                if self._take_in(intake):
                    pace.next_wait(found_work=True)
                else:
                    stop.wait(pace.next_wait(found_work=False))

    def _take_in(self, intake: Intake) -> bool:
        """Work once; False when the database takes nothing from anybody, and what came waits in hand."""
        try:
            if intake.work(wait_seconds=WAIT_SECONDS):
                self._new_letters.ring()
        except BrokerDown:
            raise
        except MicroMartError as error:
            _log.warning("events wait in hand: %s", error.message)
            return False
        return True
