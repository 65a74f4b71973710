"""What an operator does with events: read them, have them delivered again, and settle the dead letters."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from micromart_core import dead_letters, outbox
from micromart_core.dead_letters import DeadLetter
from micromart_core.errors import InvalidValue, NotFound, Refused
from micromart_core.events import Envelope
from micromart_core.operation import operation
from micromart_core.outbox import EventRecord
from micromart_core.paging import page_size
from micromart_core.transaction import Transaction
from micromart_core.users.service import audit


class EventPage(Struct, frozen=True):
    """One page of events; `next` continues it, None at the end."""

    items: tuple[EventRecord, ...]
    next: str | None


class DeadLetterPage(Struct, frozen=True):
    """One page of dead letters; `next` continues it, None at the end."""

    items: tuple[DeadLetter, ...]
    next: str | None


class Replayed(Struct, frozen=True):
    """How many events wait for delivery once more."""

    events: int


class UnknownDeadLetter(NotFound):
    """There is no such dead letter."""

    code = "dead_letter.unknown"

    def __init__(self, letter_id: str) -> None:
        self.dead_letter = letter_id
        super().__init__(f"There is no dead letter {letter_id}.", why="none has this id", hint="micromart dead list")


class NotRetriable(Refused):
    """A dead letter is not even an event, so that no handler can ever take it in."""

    code = "dead_letter.not_retriable"

    def __init__(self, letter_id: str, why: str) -> None:
        self.dead_letter = letter_id
        super().__init__(f"{letter_id} cannot be retried.", why=why, hint=f"micromart dead drop {letter_id}")


@operation("ops:run", writes=False, on_wire=False)
def list_events(
    tx: Transaction,
    since: datetime | None = None,
    topic: str | None = None,
    after: str | None = None,
    limit: int = 50,
    trace: str | None = None,
) -> EventPage:
    """Return events, oldest first, since a moment, of types that begin with `topic`, of one trace."""
    size = page_size(limit)
    found = outbox.list_records(tx.connection, since=since, after=after or "", topic=topic, trace=trace, limit=size + 1)
    return _page(found, size)


@operation("ops:run", writes=False, on_wire=False)
def list_newest_events(
    tx: Transaction, topic: str | None = None, trace: str | None = None, before: str | None = None, limit: int = 50
) -> EventPage:
    """Return events, newest first, before an id, of types that begin with `topic`, of one trace."""
    size = page_size(limit)
    found = outbox.list_newest_records(tx.connection, before=before, topic=topic, trace=trace, limit=size + 1)
    return _page(found, size)


@operation("ops:run", writes=False, on_wire=False)
def last_event_id(tx: Transaction, topic: str | None = None, back: int = 10) -> str | None:
    """Return the id after which the newest `back` events come, None when there are no more than those."""
    newest = outbox.list_newest_ids(tx.connection, topic=topic, limit=back + 1)
    return newest[back] if len(newest) > back else None


@operation("ops:run", repeatable=True, on_wire=False)
def replay_events(tx: Transaction, since: datetime) -> Replayed:
    """Let every event since a moment be delivered once more; a handler that took one in passes it over."""
    return Replayed(outbox.wait_again(tx.connection, since=since, now=tx.now))


@operation("ops:run", writes=False, on_wire=False)
def list_dead_letters(tx: Transaction, after: str | None = None, limit: int = 50) -> DeadLetterPage:
    """Return dead letters, oldest first."""
    size = page_size(limit)
    found = dead_letters.list_dead(tx.connection, after=after or "", limit=size + 1)
    return DeadLetterPage(tuple(found[:size]), found[size - 1].id if len(found) > size else None)


@operation("ops:run", writes=False, on_wire=False)
def show_dead_letter(tx: Transaction, letter_id: str) -> DeadLetter:
    """Return one dead letter, or raise UnknownDeadLetter."""
    letter = dead_letters.find_dead(tx.connection, letter_id)
    if letter is None:
        raise UnknownDeadLetter(letter_id)
    return letter


@operation("ops:run", on_wire=False)
def retry_dead_letters(tx: Transaction, letter_ids: tuple[str, ...]) -> tuple[DeadLetter, ...]:
    """Put dead letters back among the events that wait; all, or with UnknownDeadLetter or NotRetriable none."""
    letters = _take(tx, letter_ids)
    for letter in letters:
        outbox.put_back(tx.connection, _event_in(letter), now=tx.now)
    return letters


@operation("ops:run", on_wire=False)
def drop_dead_letters(tx: Transaction, letter_ids: tuple[str, ...]) -> tuple[DeadLetter, ...]:
    """Forget dead letters for good; all of them or, with UnknownDeadLetter, none."""
    letters = _take(tx, letter_ids)
    for letter in letters:
        audit(tx, "event.drop", f"event:{letter.id}", before=letter.type)
    return letters


def _page(found: Sequence[EventRecord], size: int) -> EventPage:
    return EventPage(tuple(found[:size]), found[size - 1].id if len(found) > size else None)


def _take(tx: Transaction, letter_ids: Sequence[str]) -> tuple[DeadLetter, ...]:
    letters = tuple(show_dead_letter(tx, letter_id) for letter_id in dict.fromkeys(letter_ids))
    for letter in letters:
        if not dead_letters.take(tx.connection, letter.id):
            raise UnknownDeadLetter(letter.id)
    return letters


def _event_in(letter: DeadLetter) -> Envelope:
    try:
        return Envelope.from_json(letter.body.encode())
    except InvalidValue as error:
        raise NotRetriable(letter.id, error.why) from error
