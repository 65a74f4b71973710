"""What one intent led to, put together from what the database keeps: nobody needs the log, or a server that has it."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from micromart_core import dead_letters, inbox, intents, outbox
from micromart_core.errors import InvalidValue, NotFound
from micromart_core.inventory.service_ledger import movements_of_trace, traces_of_movements
from micromart_core.notifications.model import Mail, MailStatus
from micromart_core.notifications.service import mails_of_trace, traces_of_mails
from micromart_core.operation import operation
from micromart_core.outbox import EventRecord
from micromart_core.transaction import Transaction
from micromart_core.users.service import audit_of_trace, traces_of_audit

LONGEST = 1_000
"""The most of each kind that is told."""
NAMED = 3
"""The most traces that are named where several begin alike."""
_FIRST_DIGITS = re.compile(r"[0-9a-f]{8,31}")


class Step(Struct, frozen=True):
    """One thing that came of an intent; `kind` is operation, stock, audit, event, handler, letter or dead."""

    id: str
    at: datetime
    kind: str
    name: str
    about: str | None
    outcome: str
    ms: int = 0
    """Milliseconds since the first step."""


class UnknownTrace(NotFound):
    """Nothing that the database keeps came of such an intent."""

    code = "trace.unknown"

    def __init__(self, trace_id: str) -> None:
        self.trace = trace_id
        super().__init__(
            f"Nothing is known of the trace {trace_id}.",
            why="what only reads or sets a number leaves none, and what is old is forgotten",
            hint="micromart event list, or look for trace.id in the log",
        )


class AmbiguousTrace(InvalidValue):
    """Several traces begin with what was given."""

    code = "trace.ambiguous"

    def __init__(self, digits: str, traces: Sequence[str]) -> None:
        self.begins, self.traces = digits, tuple(traces)
        more = "" if len(traces) <= NAMED else ", and others"
        super().__init__(
            f"More than one trace begins with {digits}.",
            why=f"{', '.join(traces[:NAMED])}{more} do",
            hint=f"micromart trace {traces[0]}",
        )


@operation("ops:run", writes=False, on_wire=False)
def tell_story(tx: Transaction, trace_id: str) -> tuple[Step, ...]:
    """Return what came of an intent in the order in which it happened.

    Its first digits do, at least eight as lists show them. Raise UnknownTrace, or AmbiguousTrace for those of several.
    """
    steps = _steps_of(tx, trace_id)
    if not steps and _FIRST_DIGITS.fullmatch(trace_id):
        steps = _steps_of(tx, _whole(tx, trace_id))
    if not steps:
        raise UnknownTrace(trace_id)
    return _in_order(steps)


def _whole(tx: Transaction, digits: str) -> str:
    """Return the one trace that begins so; raise UnknownTrace or AmbiguousTrace."""
    most = NAMED + 1
    traces = sorted(
        intents.list_traces(tx.connection, digits, limit=most)
        | outbox.list_traces(tx.connection, digits, limit=most)
        | traces_of_movements(tx, digits, limit=most)
        | traces_of_audit(tx, digits, limit=most)
        | traces_of_mails(tx, digits, limit=most)
    )
    if not traces:
        raise UnknownTrace(digits)
    if len(traces) > 1:
        raise AmbiguousTrace(digits, traces)
    return traces[0]


def _steps_of(tx: Transaction, trace_id: str) -> list[Step]:
    events = outbox.list_records(tx.connection, since=None, after="", topic=None, trace=trace_id, limit=LONGEST)
    return [
        *_operations(tx, trace_id),
        *_of_stock(tx, trace_id),
        *_of_audit(tx, trace_id),
        *(_told(event) for event in events),
        *_handled(tx, events),
        *(step for mail in mails_of_trace(tx, trace_id, limit=LONGEST) for step in _of_letter(mail)),
    ]


def _in_order(steps: list[Step]) -> tuple[Step, ...]:
    """Return steps by their moment; those of one moment, such as a transaction's, stay as they are."""
    ordered = sorted(steps, key=lambda step: step.at)
    return tuple(replace(step, ms=(step.at - ordered[0].at) // timedelta(milliseconds=1)) for step in ordered)


def _operations(tx: Transaction, trace_id: str) -> Iterator[Step]:
    for number, (name, at) in enumerate(intents.list_of_trace(tx.connection, trace_id, limit=LONGEST)):
        yield Step(f"operation/{number}", at, "operation", name, None, "done")


def _of_stock(tx: Transaction, trace_id: str) -> Iterator[Step]:
    for one in movements_of_trace(tx, trace_id, limit=LONGEST):
        outcome = f"{one.change:+} by {one.actor}, {one.balance} on hand"
        yield Step(f"stock/{one.id}", one.at, "stock", one.reason, one.sku, outcome)


def _of_audit(tx: Transaction, trace_id: str) -> Iterator[Step]:
    for entry in audit_of_trace(tx, trace_id, limit=LONGEST):
        yield Step(f"audit/{entry.id}", entry.at, "audit", entry.action, entry.target, f"by {entry.actor}")


def _told(event: EventRecord) -> Step:
    outcome = "published" if event.published_at else "waits"
    if event.last_error and not event.published_at:
        outcome = f"waits after {event.attempts} tries: {event.last_error}"
    return Step(f"event/{event.id}", event.at, "event", event.type, event.key, outcome)


def _handled(tx: Transaction, events: Sequence[EventRecord]) -> Iterator[Step]:
    """Yield which handler took in which event, and which event was given up."""
    types = {event.id: event.type for event in events}
    for event_id, handler, at in inbox.list_taken(tx.connection, list(types)):
        yield Step(f"handler/{event_id}/{handler}", at, "handler", handler, types[event_id], "done")
    for letter in dead_letters.list_dead_of(tx.connection, list(types)):
        outcome = f"given up after {letter.attempts} tries: {letter.error}"
        yield Step(f"dead/{letter.id}", letter.at, "dead", letter.type, letter.id, outcome)


def _of_letter(mail: Mail) -> Iterator[Step]:
    """Yield when a letter was written and, where it is known, what became of it."""
    waits = {MailStatus.QUEUED: "waits", MailStatus.DEAD: "given up"}
    outcome = waits.get(mail.status, "queued")
    if mail.last_error and mail.sent_at is None:
        outcome = f"{outcome} after {mail.attempts} tries: {mail.last_error}"
    yield Step(f"letter/{mail.id}", mail.queued_at, "letter", mail.template.value, mail.order, outcome)
    if mail.sent_at is not None:
        yield Step(f"letter/{mail.id}/sent", mail.sent_at, "letter", mail.template.value, mail.order, "sent")
