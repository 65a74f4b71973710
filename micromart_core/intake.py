"""The intake: what a broker brings reaches its service's handlers, each once, and is settled after the commit."""

import logging
import time
from collections.abc import Sequence

from msgspec.structs import replace
from sqlalchemy.exc import DBAPIError

from micromart_core import dispatch, outbox
from micromart_core.broker import Message, Subscription
from micromart_core.burial import DELIVERY_LIMIT, Burial
from micromart_core.clock import stopwatch
from micromart_core.database import Database
from micromart_core.database_errors import explain, is_lost_race, unreachable
from micromart_core.delivery import ATTEMPTS, OnDead, is_out_of_reach
from micromart_core.dispatch import Delivery
from micromart_core.errors import InvalidValue, LostRace, MicroMartError
from micromart_core.events import Envelope, Event
from micromart_core.settings import Settings

RACES = 5
"""How often a batch that lost a race to another daemon is run again at once."""
RACE_PAUSE = 0.02
FIRST_REST, LONGEST_REST = 0.5, 30.0
"""Seconds between two tries of an event whose handler failed; they double each time."""
_TOLD = 500
"""Characters of an error, and bytes of a body, in a line of the log."""
_log = logging.getLogger("micromart.intake")
_Read = tuple[Message, Envelope]


class Intake:
    """Takes in what a subscription brings. A message is acknowledged when its effect is committed, never before."""

    def __init__(
        self,
        database: Database,
        settings: Settings,
        subscription: Subscription,
        on_dead: OnDead,
    ) -> None:
        self._database, self._settings, self._subscription = database, settings, subscription
        self._burial = Burial(database, settings, on_dead)
        self._hand: dict[int, Message] = {}
        """What the broker brought and this process has not settled, by its tag."""
        self._resting: dict[int, float] = {}
        """When what failed is tried again, by its tag."""

    def work(self, *, wait_seconds: float) -> int:
        """Take in what has come, waiting a while for the first; return how many messages were settled.

        Raise BrokerDown: the hand is lost, and brought again. Raise another error when the database takes nothing
        from anybody (away, busy, full): what came stays in hand for the next call.
        """
        self._end_rests()
        for message in self._subscription.receive(wait_seconds=self._patience(wait_seconds)):
            self._hand[message.tag] = _worn_out(message) if message.deliveries >= ATTEMPTS else message
        before = len(self._hand)
        waiting = [message for tag, message in self._hand.items() if tag not in self._resting]
        for message in waiting:
            if message.gave_up:
                self._bury(message, f"given up by the broker: {message.gave_up}")
        self._take_in([message for message in waiting if not message.gave_up])
        return before - len(self._hand)

    def wake(self) -> None:
        """End a wait of `work`, from another thread."""
        self._subscription.wake()

    def close(self) -> None:
        """Give the connection back, and with it what is in hand."""
        self._subscription.close()

    def _patience(self, wait_seconds: float) -> float:
        """Return how long to wait for messages: not at all while one in hand does not rest, nor past the next rest."""
        if len(self._hand) > len(self._resting):
            return 0
        return min([wait_seconds, *(max(0.0, due - stopwatch()) for due in self._resting.values())])

    def _bury(self, message: Message, why: str) -> None:
        """Make a dead letter of a message. It rests in hand when even the barest was refused: nothing is thrown away.

        The broker is not asked to put it aside: RabbitMQ breaks down, with all queues of the node, at a header
        `x-death` that it did not write.
        """
        try:
            self._burial.bury(message, why)
        except Exception as error:
            if is_out_of_reach(error):
                raise _out_of_reach(error) from error
            facts = (message.service, f"{type(error).__name__}: {error}"[:_TOLD], message.body[:_TOLD])
            _log.error("no dead letter for %s can be written: %s; the message begins %r", *facts)
            self._resting[message.tag] = stopwatch() + LONGEST_REST
        else:
            self._settle([message])

    def _take_in(self, messages: Sequence[Message]) -> None:
        read = []
        for message in messages:
            try:
                read.append((message, Envelope.from_json(message.body)))
            except InvalidValue as error:
                _log.warning("a message for %s is no event: %s", message.service, error.why)
                self._bury(message, error.why)
        self._deliver(read)

    def _deliver(self, batch: Sequence[_Read]) -> None:
        """Run the batch in one transaction; when it fails, each event alone, so that one holds up no other."""
        if not batch:
            return
        try:
            self._insist([Delivery(envelope, message.service) for message, envelope in batch])
        except Exception as error:
            if is_out_of_reach(error):
                raise _out_of_reach(error) from error
            if len(batch) == 1:
                self._fail(*batch[0], error)
                return
            for one in batch:
                self._deliver([one])
        else:
            _tell_of_strangers(batch)
            self._settle([message for message, _ in batch])

    def _insist(self, deliveries: Sequence[Delivery]) -> None:
        """Take the deliveries in; a race lost to another daemon is run again a few times."""
        for _ in range(RACES):
            try:
                dispatch.take_in(self._database, self._settings, deliveries)
            except (LostRace, DBAPIError) as error:
                if isinstance(error, DBAPIError) and not is_lost_race(error):
                    raise
                time.sleep(RACE_PAUSE)
            else:
                return
        dispatch.take_in(self._database, self._settings, deliveries)

    def _fail(self, message: Message, envelope: Envelope, error: Exception) -> None:
        """Let a message rest before its next try; one that is malformed, or was tried often enough, is buried."""
        told = f"{type(error).__name__}: {error}"
        facts = {"trace.id": envelope.trace_id}
        _log.warning("%s did not take in %s: %s", message.service, envelope.id, told, extra=facts)
        self._note_failure(envelope, told)
        if isinstance(error, InvalidValue) or message.tried_once or message.deliveries + 1 >= ATTEMPTS:
            self._bury(message, told)
        else:
            self._resting[message.tag] = stopwatch() + min(LONGEST_REST, FIRST_REST * 2**message.deliveries)

    def _note_failure(self, envelope: Envelope, told: str) -> None:
        try:
            with self._database.begin(writes=True) as opened:
                outbox.note_failure(opened.connection, envelope.id, told)
                opened.commit()
        except Exception as error:
            if is_out_of_reach(error):
                raise _out_of_reach(error) from error
            _log.exception("the failure of %s was not noted", envelope.id)

    def _end_rests(self) -> None:
        """Put back what has rested. What could not be buried is tried again from the hand, which counts no try."""
        now = stopwatch()
        for tag in [tag for tag, due in self._resting.items() if due <= now]:
            del self._resting[tag]
            if not (self._hand[tag].gave_up or self._hand[tag].tried_once):
                self._subscription.put_back(self._hand.pop(tag))

    def _settle(self, messages: Sequence[Message]) -> None:
        self._subscription.ack(messages)
        for message in messages:
            del self._hand[message.tag]


def _tell_of_strangers(batch: Sequence[_Read]) -> None:
    for message, envelope in batch:
        if envelope.type not in Event.by_name:
            facts = {"trace.id": envelope.trace_id}
            _log.info("%s passes over %s, a type it does not know", message.service, envelope.type, extra=facts)


def _worn_out(message: Message) -> Message:
    """Give a message up that was brought as often as it is tried: daemons died holding it, or it was tried so often."""
    return replace(message, gave_up=DELIVERY_LIMIT)


def _out_of_reach(error: Exception) -> MicroMartError:
    """Return what keeps the database from answering, as a person can read it."""
    if isinstance(error, MicroMartError):
        return error
    return explain(error) or unreachable("the answer to COMMIT never came")
