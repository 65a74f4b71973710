"""Which handlers react to which events, and running each of them once."""

import logging
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

from msgspec import Struct, field

from micromart_core import inbox, outbox
from micromart_core.caller import THE_SHOP
from micromart_core.database import Database, OpenTransaction
from micromart_core.events import Envelope, Event
from micromart_core.operation import service_of
from micromart_core.settings import Settings
from micromart_core.told_events import tell_committed
from micromart_core.transaction import Transaction

EventType = TypeVar("EventType", bound=Event)
Handler = Callable[[Transaction, EventType], None]
_log = logging.getLogger("micromart.dispatch")


class _Registered(Struct, frozen=True):
    """A handler, its service, and the name by which the inbox knows it."""

    run: Handler[Any]
    service: str
    name: str


_handlers: dict[type[Event], list[_Registered]] = defaultdict(list)


class Delivery(Struct, frozen=True):
    """An event on its way to one service, or to all of them when `service` is None."""

    envelope: Envelope
    service: str | None = None


def handles(event_type: type[EventType]) -> Callable[[Handler[EventType]], Handler[EventType]]:
    """React to every event of this type, once, in a transaction of its own."""

    def register(handler: Handler[EventType]) -> Handler[EventType]:
        service = service_of(handler)
        _handlers[event_type].append(_Registered(handler, service, f"{service}.{handler.__name__}"))
        return handler

    return register


def routes() -> dict[str, tuple[str, ...]]:
    """Return which event types each service that was loaded reacts to."""
    found: dict[str, set[str]] = defaultdict(set)
    for event_type, handlers in _handlers.items():
        for handler in handlers:
            found[handler.service].add(event_type.name)
    return {service: tuple(sorted(types)) for service, types in sorted(found.items())}


def deliver(database: Database, settings: Settings, envelopes: Sequence[Envelope]) -> list[Envelope]:
    """Run each handler that has not yet taken in one of these events, and mark them delivered, in one transaction.

    Return the events that the handlers recorded. An unknown type has no handlers. Raise what a handler raises,
    InvalidValue for a malformed event: then nothing of the batch has happened.
    """
    with database.begin(writes=True) as opened:
        done = _hand_over(opened, settings, [Delivery(envelope) for envelope in envelopes])
        outbox.mark_published(opened.connection, [envelope.id for envelope in envelopes], at=opened.now)
        opened.commit()
    done.tell()
    return done.followed


def take_in(database: Database, settings: Settings, deliveries: Sequence[Delivery]) -> list[Envelope]:
    """Do for events that a broker brought what `deliver` does; it was the relay that marked them."""
    with database.begin(writes=True) as opened:
        done = _hand_over(opened, settings, deliveries)
        opened.commit()
    done.tell()
    return done.followed


class _Done(Struct, frozen=True):
    """What one transaction's handlers took in, and the events they recorded."""

    taken_in: list[tuple[Envelope, str]] = field(default_factory=list)
    followed: list[Envelope] = field(default_factory=list)

    def tell(self) -> None:
        """Log what has been committed."""
        if _log.isEnabledFor(logging.INFO):
            for envelope, handler in self.taken_in:
                facts = {
                    "trace.id": envelope.trace_id,
                    "event.action": handler,
                    "event.outcome": "success",
                    "event.id": envelope.id,
                }
                _log.info("%s took in %s %s", handler, envelope.type, envelope.key, extra=facts)
        tell_committed(self.followed)


def _hand_over(opened: OpenTransaction, settings: Settings, deliveries: Sequence[Delivery]) -> _Done:
    """Run every handler that is new to its event, in the order of the deliveries."""
    waiting = [work for delivery in deliveries for work in _work_of(delivery)]
    keys = [(envelope.id, handler.name) for envelope, _, handler in waiting]
    unseen, done = inbox.take_new(opened.connection, keys, at=opened.now), _Done()
    for key, (envelope, event, handler) in zip(keys, waiting, strict=True):
        if key in unseen:
            unseen.remove(key)
            facts = (opened.connection, opened.now, THE_SHOP, settings, envelope.trace_id)
            handler.run(Transaction(*facts, recorded=done.followed, touched=opened.touched), event)
            done.taken_in.append((envelope, key[1]))
    return done


def _work_of(delivery: Delivery) -> Iterator[tuple[Envelope, Event, _Registered]]:
    event = delivery.envelope.event()
    if event is None:
        return
    for handler in _handlers[type(event)]:
        if delivery.service in (None, handler.service):
            yield delivery.envelope, event, handler
