"""Publishing batches of events, each confirmed by RabbitMQ."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from math import inf
from typing import Any

from kombu import Connection

from micromart_core.adapters.rabbitmq.connection import alive_for, connect, drop, leave, telling
from micromart_core.adapters.rabbitmq.topology import EVENTS, declare
from micromart_core.broker import BrokerDown, Receipt, Routes
from micromart_core.clock import stopwatch
from micromart_core.events import Envelope
from micromart_core.settings import BrokerSettings

_PERSISTENT = 2
_NO_WAIT = 0.001
_LOOK_UP_SECONDS = 0.5
LAST_SECONDS = 2.0
"""How long an answer is waited for once the process is to end: what was not confirmed is published again."""


def never_ending() -> bool:
    """Say that the process goes on."""
    return False


class RabbitPublisher:
    """Publishes on one channel in confirm mode; the connection is made when it is needed, and anew when it broke."""

    def __init__(
        self, settings: BrokerSettings, routes: Callable[[], Routes], is_ending: Callable[[], bool] = never_ending
    ) -> None:
        self._settings, self._routes, self._is_ending = settings, routes, is_ending
        self._connection: Connection | None = None
        self._batch = _Batch()
        self._channel: Any = None

    def open(self) -> None:
        """Connect and declare the exchange and the queues, unless that was done; raise BrokerDown."""
        if self._channel is None:
            with self._dropping_what_broke():
                self._open()

    def publish(self, envelopes: Sequence[Envelope]) -> Receipt:
        """Publish a batch and wait until RabbitMQ has answered for each; raise BrokerDown."""
        self.open()
        with self._dropping_what_broke():
            receipt = self._publish(envelopes)
        if receipt.unrouted:
            self.close()  # a queue or a binding may have been deleted: the next connection declares them again
        return receipt

    def keep_alive(self) -> float:
        """Exchange heartbeats, which the library does only when it is asked to; raise BrokerDown.

        Return for how many seconds that will do: for ever when there is no connection, which `publish` opens.
        """
        connection = self._connection
        if connection is None:
            return inf
        with self._dropping_what_broke(), suppress(TimeoutError):
            connection.heartbeat_check()
            connection.drain_events(timeout=_NO_WAIT)
        return alive_for(connection)

    def close(self) -> None:
        """Give the connection back."""
        connection, self._connection, self._channel = self._connection, None, None
        if connection is not None:
            leave(connection)

    @contextmanager
    def _dropping_what_broke(self) -> Iterator[None]:
        try:
            with telling():
                yield
        except BaseException:
            connection, self._connection, self._channel = self._connection, None, None
            if connection is not None:
                drop(connection)
            raise

    def _publish(self, envelopes: Sequence[Envelope]) -> Receipt:
        channel = self._channel
        self._batch.waiting.clear()
        self._batch.taken.clear()
        self._batch.unrouted.clear()
        for envelope in envelopes:
            self._batch.begin(envelope.id)
            channel.basic_publish(_message(channel, envelope), EVENTS.name, envelope.type, mandatory=True)
        self._await_answers()
        return self._batch.receipt()

    def _open(self) -> None:
        self._connection = connect(self._settings, "relay")
        channel = self._connection.channel()
        declare(channel, self._routes())
        channel.confirm_select()
        self._batch = _Batch()
        channel.events["basic_ack"].add(self._batch.ack)
        channel.events["basic_nack"].add(self._batch.nack)
        channel.events["basic_return"].add(self._batch.give_back)
        self._channel = channel

    def _await_answers(self) -> None:
        connection = self._connection
        deadline = stopwatch() + self._settings.timeout_seconds
        while self._batch.waiting and connection is not None:
            if self._is_ending():
                deadline = min(deadline, stopwatch() + LAST_SECONDS)
            left = deadline - stopwatch()
            if left <= 0:
                raise BrokerDown("it took a batch of events and did not confirm it in time")
            with suppress(TimeoutError):
                connection.drain_events(timeout=min(left, _LOOK_UP_SECONDS))


class _Batch:
    """What RabbitMQ has said so far of what was published on a channel; it counts the messages from 1."""

    def __init__(self) -> None:
        self.waiting: dict[int, str] = {}
        self.taken: set[str] = set()
        self.unrouted: set[str] = set()
        self._last_tag = 0

    def begin(self, event_id: str) -> None:
        """Wait for the answer to one more message."""
        self._last_tag += 1
        self.waiting[self._last_tag] = event_id

    def ack(self, tag: int, multiple: bool) -> None:  # noqa: FBT001  # the library's own call
        """Note that RabbitMQ has a message, or all up to it."""
        self.taken.update(self._settle(tag, multiple=multiple))

    def nack(self, tag: int, multiple: bool) -> None:  # noqa: FBT001  # as above
        """Note that RabbitMQ could not keep a message, or all up to it."""
        self._settle(tag, multiple=multiple)

    def give_back(self, _error: Exception, _exchange: str, _routing_key: str, message: Any) -> None:
        """Note that no queue wanted a message; its confirm follows all the same."""
        self.unrouted.add(message.properties["message_id"])

    def receipt(self) -> Receipt:
        """Return what was said."""
        return Receipt(frozenset(self.taken - self.unrouted), frozenset(self.unrouted))

    def _settle(self, tag: int, *, multiple: bool) -> list[str]:
        tags = [waiting for waiting in self.waiting if waiting <= tag] if multiple else [tag]
        return [self.waiting.pop(one) for one in tags if one in self.waiting]


def _message(channel: Any, envelope: Envelope) -> Any:
    return channel.prepare_message(
        envelope.to_json(),
        content_type="application/json",
        content_encoding="utf-8",
        headers={"trace_id": envelope.trace_id},
        properties={
            "message_id": envelope.id,
            "type": envelope.type,
            "timestamp": int(envelope.at.timestamp()),
            "delivery_mode": _PERSISTENT,
            "app_id": "micromart",
        },
    )
