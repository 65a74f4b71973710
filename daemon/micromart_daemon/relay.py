"""The relay role: publishes what waits in the outbox, or without a broker delivers it here."""

from datetime import timedelta

from micromart_core.bootstrap import Shop
from micromart_daemon.stopping import Pace, Stop

SHORTEST_WAIT, LONGEST_WAIT = 0.05, 1.0
"""Seconds between two looks at the outbox."""


class RelayRole:
    """Looks at the outbox often while events come, and once a second while none do."""

    name = "relay"

    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    def work(self, stop: Stop) -> None:
        """Relay until the stop is set; raise what keeps it from working."""
        if self._shop.has_broker:
            self._publish(stop)
        else:
            self._deliver(stop)

    def _publish(self, stop: Stop) -> None:
        from micromart_core.bootstrap_broker import relay_of

        relay, pace = relay_of(self._shop, lambda: stop.is_set), Pace(SHORTEST_WAIT, LONGEST_WAIT)
        try:
            while not stop.is_set:
                published = relay.relay()
                if not published:
                    stop.wait_for_tick(pace.next_wait(found_work=False))
                else:
                    pace.next_wait(found_work=True)
        finally:
            relay.close()

    def _deliver(self, stop: Stop) -> None:
        pace = Pace(SHORTEST_WAIT, LONGEST_WAIT)
        while not stop.is_set:
            delivered = self._shop.delivery.drain(older_than=timedelta(0))
            stop.wait_for_tick(pace.next_wait(found_work=bool(delivered)))
