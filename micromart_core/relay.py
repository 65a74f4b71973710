"""The relay: publishes what waits in the outbox, and marks only what the broker has confirmed."""

import logging
from collections import Counter
from collections.abc import Callable, Sequence

from micromart_core import outbox
from micromart_core.broker import Publisher, Receipt, Routes
from micromart_core.clock import stopwatch
from micromart_core.database import Database
from micromart_core.events import Envelope, Event
from micromart_core.explained import explained

BATCH = 200
REST_SECONDS = 5.0
"""How long the events of a type that no queue wanted wait for their next try."""
_log = logging.getLogger("micromart.relay")


class Relay:
    """Publishes batches of events; any number of relays may work on one outbox.

    An event may be published twice, when the answer or the mark was lost: handlers take it in once.
    """

    def __init__(self, database: Database, publisher: Publisher, routes: Callable[[], Routes]) -> None:
        self._database, self._publisher, self._routes = database, publisher, routes
        self._resting: dict[str, float] = {}
        """Until when the types are left alone that no queue wanted."""

    def relay(self) -> int:
        """Publish a batch and return how many events the broker took; raise BrokerDown or Unavailable.

        A batch of which no queue wanted any, because of its types, is followed by one without them.
        """
        while True:
            resting = self._still_resting()
            published = self._relay_but(resting)
            if published or self._still_resting() <= resting:
                return published

    def keep_alive(self) -> float:
        """Tell the broker that this relay is there; return for how many seconds that will do, or raise BrokerDown."""
        return self._publisher.keep_alive()

    def close(self) -> None:
        """Give the broker's connection back."""
        self._publisher.close()

    def _relay_but(self, resting: frozenset[str]) -> int:
        self._publisher.open()  # before any row is locked: a silent broker takes long to be given up
        with explained():
            return self._relay_unlocked(resting) if self._database.is_sqlite else self._relay_locked(resting)

    def _relay_locked(self, resting: frozenset[str]) -> int:
        """Keep the rows locked until they are marked, so that no other relay publishes them meanwhile."""
        with self._database.begin(writes=True) as opened:
            waiting = outbox.lock_waiting(opened.connection, limit=BATCH, but_types=resting)
            settled = self._publish(waiting)
            if settled:
                outbox.mark_published(opened.connection, settled, at=opened.now)
                opened.commit()
        return len(settled)

    def _relay_unlocked(self, resting: frozenset[str]) -> int:
        """Publish outside any transaction: on SQLite a lock on the rows would be one on the whole shop."""
        with self._database.begin(writes=False) as opened:
            waiting = outbox.lock_waiting(opened.connection, limit=BATCH, but_types=resting)
        settled = self._publish(waiting)
        if settled:
            with self._database.begin(writes=True) as opened:
                outbox.mark_published(opened.connection, settled, at=opened.now)
                opened.commit()
        return len(settled)

    def _publish(self, waiting: Sequence[Envelope]) -> list[str]:
        """Return the ids of those that need not be published again."""
        if not waiting:
            return []
        receipt = self._publisher.publish(waiting)
        unwanted = {envelope.id for envelope in waiting if self._is_unwanted(envelope, receipt)}
        self._let_rest(waiting, receipt.unrouted - unwanted)
        _note([envelope for envelope in waiting if envelope.id in receipt.taken])
        return sorted(receipt.taken | unwanted)

    def _is_unwanted(self, envelope: Envelope, receipt: Receipt) -> bool:
        """Say whether it is right that no queue took an event: its type is known, and no service reacts to it."""
        if envelope.id not in receipt.unrouted or envelope.type not in Event.by_name:
            return False
        return not any(envelope.type in types for types in self._routes().values())

    def _let_rest(self, waiting: Sequence[Envelope], unrouted: frozenset[str]) -> None:
        """Keep the types that no queue took out of the next batches for a while, so that they hold up no other."""
        untaken = Counter(envelope.type for envelope in waiting if envelope.id in unrouted)
        for event_type, count in untaken.items():
            _log.warning("no queue took %d events %s; they are published again", count, event_type)
            self._resting[event_type] = stopwatch() + REST_SECONDS

    def _still_resting(self) -> frozenset[str]:
        now = stopwatch()
        self._resting = {event_type: until for event_type, until in self._resting.items() if until > now}
        return frozenset(self._resting)


def _note(published: Sequence[Envelope]) -> None:
    if _log.isEnabledFor(logging.INFO):
        for envelope in published:
            facts = {"trace.id": envelope.trace_id, "event.action": "relay/publish", "event.id": envelope.id}
            _log.info("published %s %s", envelope.type, envelope.key, extra=facts)
