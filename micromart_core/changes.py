"""What changed, for screens that stay open: what is told of each commit, and whoever listens in this process."""

import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from typing import Protocol, Self
from weakref import WeakSet

from msgspec import Struct

from micromart_core.clock import stopwatch

MOST_KEYS = 100
"""Of a topic with more keys than this it is told that something of it changed, not what."""


class Topic(StrEnum):
    """What screens show; the key of a change is what stands behind the dash."""

    STOCK = "stock"
    """Levels and holds - the SKU."""
    MOVEMENTS = "movements"
    """The stock ledger - the SKU."""
    PRODUCTS = "products"
    """The catalogue - the SKU."""
    CARTS = "carts"
    """Carts and their clocks - the cart's id."""
    ORDERS = "orders"
    """Orders and their standing - the order's id."""
    MAILS = "mails"
    """Letters and what became of them - the letter's id."""
    EVENTS = "events"
    """What was recorded - the type."""
    USERS = "users"
    """People, their profiles and rights - the user's id."""
    ANYTHING = "*"
    """Nobody knows what changed."""


class Change(Struct, frozen=True):
    """Something that changed: its topic and which one; without a key, anything of that topic."""

    topic: str
    key: str = ""


ANYTHING = Change(Topic.ANYTHING)
Tell = Callable[[frozenset[Change]], None]


def tell_nobody(_changes: frozenset[Change]) -> None:
    """Keep changes for oneself."""


def in_few_words(changes: Iterable[Change]) -> frozenset[Change]:
    """Return the same changes; of a topic with very many keys, or one change without, only that it changed."""
    by_topic: dict[str, set[Change]] = defaultdict(set)
    for change in changes:
        by_topic[change.topic].add(change)
    return frozenset().union(*(_of_topic(Change(topic), told) for topic, told in by_topic.items()))


def _of_topic(whole: Change, told: set[Change]) -> set[Change]:
    return {whole} if whole in told or len(told) > MOST_KEYS else told


def with_more(news: dict[Change, None], changes: Iterable[Change]) -> dict[Change, None]:
    """Add changes to news that nobody has fetched yet and return it: each once, and very many in few words."""
    news.update(dict.fromkeys(changes))
    return dict.fromkeys(in_few_words(news)) if len(news) > MOST_KEYS else news


class Changes(Protocol):
    """An iterator of changes that waits for the next one; closing it, from any thread, ends the wait."""

    def __iter__(self) -> Iterator[Change]: ...

    def __next__(self) -> Change:
        """Wait for a change; raise StopIteration once it is closed."""
        ...

    def close(self) -> None:
        """Stop listening."""
        ...


class Pulse(Protocol):
    """What says now and then that something may have changed, where nobody tells."""

    seconds: float
    """How long after the last beat to look again."""

    def beat(self) -> bool:
        """Say whether anything may have changed since the last beat."""
        ...

    def close(self) -> None:
        """Give back what it looks with."""
        ...


class Silence:
    """A pulse that never beats, for where everything is told."""

    seconds = 3600.0

    def beat(self) -> bool:
        """Say that nothing is known to have changed."""
        return False

    def close(self) -> None:
        """Nothing is to be given back."""


class Listening:
    """One who listens: hears what the board is told, and where others may be silent, the pulse."""

    def __init__(self, pulse: Pulse) -> None:
        self._pulse = pulse
        self._news: dict[Change, None] = {}
        self._arrived = threading.Condition()
        self._turn = threading.Lock()
        """Held by who waits for the next change, and by who gives the pulse back."""
        self.is_closed = False
        self._next_beat = stopwatch() + pulse.seconds

    def hear(self, changes: Iterable[Change]) -> None:
        """Take in changes; those that were not fetched yet are kept once each, and very many in few words."""
        with self._arrived:
            self._news = with_more(self._news, changes)
            self._arrived.notify()

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Change:
        with self._turn:
            while not self.is_closed:
                change = self._look() or self._wait()
                if change is not None:
                    return change
        raise StopIteration

    def close(self) -> None:
        """Stop listening; whoever waits for a change is let go."""
        with self._arrived:
            was_closed, self.is_closed = self.is_closed, True
            self._arrived.notify_all()
        with self._turn:
            if not was_closed:
                self._pulse.close()

    def _wait(self) -> Change | None:
        """Wait until something is told, or for the next beat."""
        with self._arrived:
            if not self._news and not self.is_closed:
                self._arrived.wait(max(0.0, self._next_beat - stopwatch()))
            change = next(iter(self._news), None)
            if change is not None:
                del self._news[change]
            return change

    def _look(self) -> Change | None:
        if self.is_closed or stopwatch() < self._next_beat:
            return None
        changed = self._pulse.beat()
        self._next_beat = stopwatch() + self._pulse.seconds
        return ANYTHING if changed else None


class Board:
    """Where a process tells what changed, to all of its screens."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._listening: WeakSet[Listening] = WeakSet()

    @property
    def has_listeners(self) -> bool:
        """True while somebody listens; who let go of a Listening without closing it does not count."""
        with self._lock:
            return any(not listening.is_closed for listening in self._listening)

    def tell(self, changes: frozenset[Change]) -> None:
        """Tell everybody who listens."""
        with self._lock:
            listening = list(self._listening)
        for each in listening:
            each.hear(changes)

    def listen(self, pulse: Pulse) -> Listening:
        """Begin to listen."""
        listening = Listening(pulse)
        with self._lock:
            self._listening.add(listening)
        return listening
