"""Which handlers react to which events, and running each of them once."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import TypeVar

from micromart_core import inbox, outbox
from micromart_core.caller import THE_SHOP
from micromart_core.database import Database
from micromart_core.events import Envelope, Event
from micromart_core.operation import service_of
from micromart_core.settings import Settings
from micromart_core.transaction import Transaction

EventType = TypeVar("EventType", bound=Event)
Handler = Callable[[Transaction, EventType], None]
_handlers: dict[type[Event], list[Handler[Event]]] = defaultdict(list)


def handles(event_type: type[EventType]) -> Callable[[Handler[EventType]], Handler[EventType]]:
    """React to every event of this type, once, in a transaction of its own."""

    def register(handler: Handler[EventType]) -> Handler[EventType]:
        _handlers[event_type].append(handler)  # type: ignore[arg-type]
        return handler

    return register


def deliver(database: Database, settings: Settings, envelopes: Sequence[Envelope]) -> list[Envelope]:
    """Run each handler that has not yet taken in one of these events, and mark them delivered, in one transaction.

    Return the events that the handlers recorded. An unknown type has no handlers. Raise what a handler raises,
    InvalidValue for a malformed event: then nothing of the batch has happened.
    """
    with database.begin(writes=True) as opened:
        followed: list[Envelope] = []
        for envelope in envelopes:
            tx = Transaction(opened.connection, opened.now, THE_SHOP, settings, envelope.trace_id, followed)
            _hand_over(tx, envelope)
        outbox.mark_published(opened.connection, [envelope.id for envelope in envelopes], at=opened.now)
        opened.commit()
    return followed


def _hand_over(tx: Transaction, envelope: Envelope) -> None:
    event = envelope.event()
    if event is None:
        return
    for handler in _handlers[type(event)]:
        if inbox.is_new(tx.connection, envelope.id, _name(handler), at=tx.now):
            handler(tx, event)


def _name(handler: Handler[Event]) -> str:
    return f"{service_of(handler)}.{handler.__name__}"
