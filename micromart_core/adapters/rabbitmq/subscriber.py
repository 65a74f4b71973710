"""Receiving the messages of every service, and those that RabbitMQ gave up."""

from collections.abc import Sequence
from functools import partial
from itertools import takewhile
from typing import Any

from kombu import Connection

from micromart_core.adapters.rabbitmq.connection import alive_for, connect, drop, leave, telling
from micromart_core.adapters.rabbitmq.frames import UNREADABLE
from micromart_core.adapters.rabbitmq.topology import dead_queue_name, declare, queue_name
from micromart_core.broker import Message, Routes
from micromart_core.settings import BrokerSettings
from micromart_core.waker import Waker

AT_ONCE = 400
"""Messages of one transaction, whose COMMIT they share: letters of the first wait for the last."""
PREFETCH = 2 * AT_ONCE
"""Messages of one queue that RabbitMQ brings before the first is acknowledged: the next transaction's are on their way
while the database works."""
_NO_WAIT = 0.001
_MOST_DELIVERIES = 1_000
_LONGEST_REASON = 40


class RabbitSubscriber:
    """One channel that consumes every queue; after BrokerDown it is of no use any more."""

    def __init__(self, settings: BrokerSettings, routes: Routes) -> None:
        self._came: list[Message] = []
        self._unsettled: dict[int, None] = {}
        """The tags of what was brought and not settled, in the order they came."""
        self._connection: Connection = connect(settings, "consumer")
        self._waker = Waker()
        try:
            with telling():
                self._channel: Any = self._connection.channel()
                self._channel.auto_decode = False  # a body is what lies in it, whatever encoding it says it has
                declare(self._channel, routes)
                self._channel.basic_qos(0, PREFETCH, False)  # for each consumer, as quorum queues ask
                for service in routes:
                    self._consume(queue_name(service), service, gave_up=False)
                    self._consume(dead_queue_name(service), service, gave_up=True)
        except BaseException:
            drop(self._connection)
            self._waker.close()
            raise

    def receive(self, *, wait_seconds: float) -> list[Message]:
        """Return what has come, waiting a while for the first one; raise BrokerDown."""
        with telling():
            self._connection.heartbeat_check()
            if self._drain(_NO_WAIT) or (wait_seconds and self._await(wait_seconds)):
                self._drain_more()
        came, self._came = self._came, []
        return came

    def wake(self) -> None:
        """End a wait of `receive`, from another thread."""
        self._waker.wake()

    def ack(self, messages: Sequence[Message]) -> None:
        """Tell RabbitMQ to forget these messages; raise BrokerDown.

        The oldest of them in one word: RabbitMQ holds back what a channel settles in more than 32 commands at a time,
        and forgets what it holds back when the channel closes.
        """
        tags = {message.tag for message in messages}
        oldest = list(takewhile(tags.__contains__, self._unsettled))
        with telling():
            if oldest:
                self._channel.basic_ack(oldest[-1], multiple=True)
            for tag in tags.difference(oldest):
                self._channel.basic_ack(tag)
        for tag in tags:
            del self._unsettled[tag]

    def put_back(self, message: Message) -> None:
        """Have a message brought again, or given up at the delivery limit; raise BrokerDown."""
        with telling():
            self._channel.basic_reject(message.tag, requeue=True)
        del self._unsettled[message.tag]

    def close(self) -> None:
        """Give the connection back, broken or not; what was not settled is brought again.

        With a good-bye: the last acknowledgements are lost when the socket is just closed on what still comes.
        """
        leave(self._connection)
        self._waker.close()

    def _consume(self, queue: str, service: str, *, gave_up: bool) -> None:
        self._channel.basic_consume(queue, callback=partial(self._keep, service, gave_up))

    def _keep(self, service: str, gave_up: bool, raw: Any) -> None:  # noqa: FBT001  # bound by _consume alone
        self._unsettled[raw.delivery_tag] = None
        headers = raw.headers or {}
        body = raw.body.encode() if isinstance(raw.body, str) else bytes(raw.body)
        self._came.append(
            Message(
                service,
                body,
                raw.delivery_tag,
                _deliveries_in(headers),
                _reason_in(headers) if gave_up else "",
                tried_once=UNREADABLE in headers or "x-death" in headers,
            )
        )

    def _await(self, seconds: float) -> bool:
        """Wait for a frame, so long at most or until it is woken; False when none came. None may lie here unread."""
        self._waker.wait(self._connection.connection.sock, seconds=min(seconds, alive_for(self._connection)))
        return self._drain(_NO_WAIT)

    def _drain_more(self) -> None:
        """Take what is there already. The library would set the socket's patience twice for each frame."""
        with self._connection.connection.transport.having_timeout(_NO_WAIT):
            while len(self._came) < AT_ONCE and self._drain(_NO_WAIT):
                pass

    def _drain(self, wait_seconds: float) -> bool:
        """Let the library handle one frame; False when none came in time."""
        try:
            self._connection.drain_events(timeout=wait_seconds)
        except TimeoutError:
            return False
        return True


def _deliveries_in(headers: dict[str, Any]) -> int:
    """Return how often a message was brought before; a header that RabbitMQ did not write counts for nothing."""
    count = headers.get("x-delivery-count")
    return count if type(count) is int and 0 <= count <= _MOST_DELIVERIES else 0


def _reason_in(headers: dict[str, Any]) -> str:
    """Return why RabbitMQ gave a message up, as its header says, whoever wrote it."""
    match headers.get("x-death"):
        case [{"reason": str(reason)}, *_] if reason.isidentifier():
            return reason[:_LONGEST_REASON]
    return "unknown"
