"""How events stand in a list: what of them can change, and how that is drawn."""

from dataclasses import dataclass, field

from msgspec import Struct

from micromart_core.event_log import EventPage
from micromart_core.outbox import EventRecord

SHORT_TRACE = 8
"""Digits of a trace that tell it from others in a list."""
_SHORT = {"waiting": "wait", "failing": "fail", "published": "sent"}
_TONES = {
    "waiting": ("○", "$honey"),
    "failing": ("●", "$rose"),
    "published": ("●", "$leaf"),
}


@dataclass(frozen=True, slots=True)
class ListedEvent:
    """An event as a row: two are the same while it stands where it stood."""

    id: str
    standing: str
    attempts: int
    event: EventRecord = field(compare=False)


class ListedPage(Struct, frozen=True):
    """One page of them; `next` continues it, None at the end."""

    items: tuple[ListedEvent, ...]
    next: str | None


def listed(page: EventPage) -> ListedPage:
    """Make rows of a page of events."""
    rows = (ListedEvent(event.id, standing_of(event), event.attempts, event) for event in page.items)
    return ListedPage(tuple(rows), page.next)


def standing_of(event: EventRecord) -> str:
    """Say what became of an event: it waits, it failed and is tried again, or it was published."""
    if event.published_at is not None:
        return "published"
    return "failing" if event.attempts else "waiting"


def standing_words(standing: str) -> tuple[str, str]:
    """Return how a standing is drawn, and its colour."""
    dot, tone = _TONES[standing]
    return f"{dot} {standing}", tone


def short_standing_words(standing: str) -> tuple[str, str]:
    """Return the same in six cells, so that kinds have room on slim tables."""
    dot, tone = _TONES[standing]
    return f"{dot} {_SHORT[standing]}", tone
