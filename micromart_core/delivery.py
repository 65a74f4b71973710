"""Delivering events without a broker: whoever commits them hands them to their handlers, and mops up for others."""

import logging
from collections.abc import Callable, Sequence
from datetime import timedelta

from micromart_core import dead_letters, dispatch, outbox
from micromart_core.caller import THE_SHOP
from micromart_core.database import Database, OpenTransaction
from micromart_core.database_errors import CommitUnknown, StorageFull, StorageReadOnly, explain
from micromart_core.dead_letters import DeadLetter
from micromart_core.errors import LostRace, MicroMartError, TryAgain, Unavailable
from micromart_core.events import Envelope
from micromart_core.explained import explained
from micromart_core.settings import Settings
from micromart_core.transaction import Transaction

BATCH = 100
ATTEMPTS = 6
LEFT_BEHIND = timedelta(seconds=5)
"""An event this old was left by a process that died before it could deliver it."""
OnDead = Callable[[Transaction, DeadLetter], None]
"""Tells staff of an event that was given up, in the transaction that puts it aside."""
_log = logging.getLogger("micromart.delivery")


class InProcessDelivery:
    """Runs the handlers of committed events; what fails is tried again later and at last kept as a dead letter."""

    def __init__(
        self, database: Database, settings: Settings, load_handlers: Callable[[], None], on_dead: OnDead
    ) -> None:
        self._database, self._settings = database, settings
        self._load_handlers, self._on_dead = load_handlers, on_dead

    def deliver(self, envelopes: Sequence[Envelope]) -> int:
        """Deliver these events and all that follow from them; return how many were delivered.

        Never raises for a handler's fault or a lost database: the sale that recorded the event has been committed.
        """
        self._load_handlers()
        waiting, delivered = list(envelopes), 0
        try:
            while waiting:
                batch, waiting = waiting[:BATCH], waiting[BATCH:]
                followed, count = self._deliver_batch(batch)
                waiting += followed
                delivered += count
        except _DatabaseGone as gone:
            _log.warning("the database is gone; events stay in the outbox: %s", gone)
        return delivered

    def drain(self, *, older_than: timedelta = LEFT_BEHIND) -> int:
        """Deliver what lies in the outbox since a while; return how many were delivered, or raise Unavailable."""
        delivered = 0
        while envelopes := self._list_left_behind(older_than):
            count = self.deliver(envelopes)
            delivered += count
            if count < len(envelopes):
                break
        return delivered

    def _list_left_behind(self, older_than: timedelta) -> list[Envelope]:
        with explained(), self._database.begin(writes=False) as opened:
            return outbox.list_waiting(opened.connection, before=opened.now - older_than, limit=BATCH)

    def _deliver_batch(self, batch: Sequence[Envelope]) -> tuple[list[Envelope], int]:
        try:
            return dispatch.deliver(self._database, self._settings, batch), len(batch)
        except Exception as error:  # a handler's bug may be any error; nothing of the batch has happened
            if is_out_of_reach(error):
                raise _DatabaseGone(str(error)) from error
            if len(batch) > 1:
                return self._one_by_one(batch)
            self._note_failure(batch[0], error)
            return [], 0

    def _one_by_one(self, batch: Sequence[Envelope]) -> tuple[list[Envelope], int]:
        followed: list[Envelope] = []
        delivered = 0
        for envelope in batch:
            more, count = self._deliver_batch([envelope])
            followed += more
            delivered += count
        return followed, delivered

    def _note_failure(self, envelope: Envelope, error: Exception) -> None:
        """Count the failure; the sixth one makes a dead letter, so that it does not hold up the others."""
        told = f"{type(error).__name__}: {error}"
        facts = {"trace.id": envelope.trace_id}
        _log.warning("%s %s was not delivered: %s", envelope.type, envelope.id, told, extra=facts)
        try:
            with explained(), self._database.begin(writes=True) as opened:
                attempts = outbox.note_failure(opened.connection, envelope.id, told)
                if attempts >= ATTEMPTS:
                    self._put_aside(opened, envelope, told, attempts)
                opened.commit()
        except (MicroMartError, CommitUnknown) as lost:
            raise _DatabaseGone(str(lost)) from lost

    def _put_aside(self, opened: OpenTransaction, envelope: Envelope, told: str, attempts: int) -> None:
        letter = dead_letters.save(opened.connection, envelope, error=told, attempts=attempts, at=opened.now)
        outbox.mark_published(opened.connection, [envelope.id], at=opened.now)
        tx = Transaction(
            opened.connection, opened.now, THE_SHOP, self._settings, envelope.trace_id, touched=opened.touched
        )
        self._on_dead(tx, letter)


class _DatabaseGone(Exception):
    """Nothing can be delivered now, whatever the handlers do."""


def is_out_of_reach(error: Exception) -> bool:
    """True when no handler is to blame, so that the failure must not count against its event."""
    if isinstance(error, CommitUnknown):
        return True
    told = error if isinstance(error, MicroMartError) else explain(error)
    return isinstance(told, Unavailable | StorageFull | StorageReadOnly) or (
        isinstance(told, TryAgain) and not isinstance(told, LostRace)
    )
