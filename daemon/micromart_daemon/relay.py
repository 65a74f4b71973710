"""The relay role: publishes what waits in the outbox, or without a broker delivers it here."""

from datetime import timedelta

from micromart_core.bootstrap import Shop
from micromart_core.clock import stopwatch
from micromart_core.relay import Relay
from micromart_daemon.lookout import SELDOM_SECONDS
from micromart_daemon.stopping import Bell, Pace, Stop

SHORTEST_WAIT = 0.05
"""Seconds until the next look at the outbox after one that found events."""


class RelayRole:
    """Looks at the outbox often while events come; else when the bell says that there are some."""

    name = "relay"

    def __init__(self, shop: Shop, new_events: Bell) -> None:
        self._shop, self._new_events = shop, new_events

    def work(self, stop: Stop) -> None:
        """Relay until the stop is set; raise what keeps it from working."""
        if self._shop.has_broker:
            self._publish(stop)
        else:
            self._deliver(stop)

    def _publish(self, stop: Stop) -> None:
        from micromart_core.bootstrap_broker import relay_of

        relay, pace = relay_of(self._shop, lambda: stop.is_set), Pace(SHORTEST_WAIT, SELDOM_SECONDS)
        try:
            while not stop.is_set:
                if relay.relay():
                    pace.next_wait(found_work=True)
                else:
                    self._wait(pace.next_wait(found_work=False), relay, stop)
        finally:
            relay.close()

    def _wait(self, seconds: float, relay: Relay, stop: Stop) -> None:
        ends = stopwatch() + seconds
        while not stop.is_set and (left := ends - stopwatch()) > 0:
            if self._new_events.wait(min(left, relay.keep_alive()), stop):
                return

    def _deliver(self, stop: Stop) -> None:
        pace = Pace(SHORTEST_WAIT, SELDOM_SECONDS)
        while not stop.is_set:
            delivered = self._shop.delivery.drain(older_than=timedelta(0))
            self._new_events.wait(pace.next_wait(found_work=bool(delivered)), stop)
