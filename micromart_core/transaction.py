"""The one object every operation and handler is given."""

from datetime import datetime

from msgspec import Struct, field
from sqlalchemy import Connection

from micromart_core import outbox
from micromart_core.answers import NO_MEMORY, Answers
from micromart_core.caller import Caller
from micromart_core.changes import Change, Topic
from micromart_core.events import Envelope, Event, seal
from micromart_core.ids import new_id
from micromart_core.settings import Settings
from micromart_core.together import Writes


class Transaction(Struct, frozen=True):
    """An open database transaction, the moment it began, who asked for it, and the shop's settings."""

    connection: Connection
    now: datetime
    caller: Caller
    settings: Settings
    trace_id: str
    recorded: list[Envelope] = field(default_factory=list)
    """Events stored by this transaction, to be delivered after the commit."""
    touched: set[Change] = field(default_factory=set)
    """What this transaction changes, to be told after the commit."""
    answers: Answers = NO_MEMORY
    """What was found before; a transaction that writes computes everything itself."""

    @property
    def is_sqlite(self) -> bool:
        """True on SQLite, where one writer at a time makes row locks needless."""
        return self.connection.dialect.name == "sqlite"

    def record(self, *events: Event) -> None:
        """Save events with this transaction; they are delivered after the commit."""
        envelopes = [self._sealed(event) for event in events]
        if envelopes:
            outbox.append(self.connection, envelopes)

    def recording(self, event: Event) -> Writes:
        """Return what saves an event, to go together with what it tells of."""
        return outbox.appending(self._sealed(event))

    def touch(self, topic: Topic, *keys: str) -> None:
        """Note what changes with this transaction; an empty key is anything of it. It is told after the commit."""
        self.touched.update(Change(topic, key) for key in keys)

    def _sealed(self, event: Event) -> Envelope:
        envelope = seal(event, event_id=new_id("evt"), at=self.now, trace_id=self.trace_id)
        self.recorded.append(envelope)
        self.touch(Topic.EVENTS, envelope.type)
        return envelope
