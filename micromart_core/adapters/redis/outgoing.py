"""What this process has to tell: kept until Redis has taken it, so that an outage loses nothing."""

import threading
from typing import TYPE_CHECKING

import msgspec

from micromart_core.changes import Change, in_few_words
from micromart_core.ids import new_trace_id

if TYPE_CHECKING:
    from redis import Redis

VERSION_SECONDS = 24 * 3600


class News(msgspec.Struct):
    """One message of the channel: who tells, and what changed."""

    teller: str
    changes: list[Change]


def channel_of(namespace: str) -> str:
    """Return the channel on which the processes of a shop tell each other what changed."""
    return f"{namespace}:changes"


def version_of(namespace: str, topic: str) -> str:
    """Return the key of a topic's version: a random word, since a counter that was lost would count the same again."""
    return f"{namespace}:version:{topic}"


class Outgoing:
    """Collects what was committed and sends it in one go: new versions of the topics first, then the message."""

    def __init__(self) -> None:
        self.teller = new_trace_id()
        self._lock = threading.Lock()
        self._waiting: frozenset[Change] = frozenset()
        self._in_flight: frozenset[Change] = frozenset()

    def add(self, changes: frozenset[Change]) -> None:
        """Take in what was committed; very much of it is told in few words."""
        with self._lock:
            self._waiting = in_few_words(self._waiting | changes)

    @property
    def is_empty(self) -> bool:
        """True when everything was told."""
        return not self._waiting and not self._in_flight

    def has(self, topic: str) -> bool:
        """Say whether a change of a topic still waits to be told."""
        with self._lock:
            return any(change.topic == topic for change in self._waiting | self._in_flight)

    def send(self, client: "Redis", namespace: str) -> None:
        """Tell Redis all that waits; when it fails, it waits on, and what Redis raised comes out."""
        with self._lock:
            self._in_flight, self._waiting = self._waiting, frozenset()
        try:
            if self._in_flight:
                self._send(client, namespace, self._in_flight)
        except BaseException:
            self.add(self._in_flight)
            raise
        finally:
            self._in_flight = frozenset()

    def _send(self, client: "Redis", namespace: str, changes: frozenset[Change]) -> None:
        with client.pipeline(transaction=False) as pipeline:
            for topic in sorted({change.topic for change in changes}):
                pipeline.set(version_of(namespace, topic), new_trace_id(), ex=VERSION_SECONDS)
            pipeline.publish(channel_of(namespace), msgspec.json.encode(News(self.teller, list(changes))))
            pipeline.execute()
