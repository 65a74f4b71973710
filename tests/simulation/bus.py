"""A broker that keeps what it took and is unkind otherwise: it loses answers, doubles, reorders, and goes away."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from micromart_core.broker import BrokerDown, Message, Receipt, Routes
from micromart_core.events import Envelope
from tests.simulation.chance import Chance
from tests.simulation.crashes import Crashes

MOST_DELIVERIES = 20
"""As the queues of the shop are declared."""


@dataclass
class _Lying:
    service: str
    body: bytes
    deliveries: int = 0
    gave_up: str = ""


@dataclass
class Bus:
    """The queues of every service; `trouble` is how seldom something goes wrong, None for never."""

    chance: Chance
    crashes: Crashes
    routes: Routes
    trouble: float | None = None
    queues: dict[str, list[_Lying]] = field(default_factory=lambda: defaultdict(list))
    in_flight: int = 0
    _tags: int = 0

    @property
    def is_empty(self) -> bool:
        return not self.in_flight and not any(self.queues.values())

    def fails(self) -> bool:
        return self.trouble is not None and self.chance.happens(self.trouble)

    def next_tag(self) -> int:
        self._tags += 1
        return self._tags

    def take(self, envelope: Envelope) -> bool:
        """Keep an event for each service that wants it; False when none does."""
        wanted = [service for service, types in self.routes.items() if envelope.type in types]
        for service in wanted:
            copies = 2 if self.fails() else 1
            self.queues[service] += [_Lying(service, envelope.to_json()) for _ in range(copies)]
        return bool(wanted)

    def put_back(self, lying: _Lying) -> None:
        """Have a message brought again, or give it up when that was often enough."""
        lying.deliveries += 1
        if lying.deliveries > MOST_DELIVERIES:
            lying.gave_up = "delivery_limit"
        self.queues[lying.service].append(lying)


class BusPublisher:
    """Hands events over; some are refused, and now and then the line is cut after some were taken."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus

    def open(self) -> None:
        if self._bus.fails():
            raise BrokerDown("it is away")

    def publish(self, envelopes: Sequence[Envelope]) -> Receipt:
        taken, unrouted = set(), set()
        for envelope in envelopes:
            if self._bus.fails():
                continue  # refused: it is published again
            (taken if self._bus.take(envelope) else unrouted).add(envelope.id)
            if self._bus.fails():
                raise BrokerDown("the line was cut")
            self._bus.crashes.here()
        return Receipt(frozenset(taken), frozenset(unrouted))

    def keep_alive(self) -> float:
        self.open()
        return 10.0

    def close(self) -> None:
        return None


class BusSubscription:
    """Brings some of what lies there, in any order; what dies with it is brought again."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._held: dict[int, _Lying] = {}

    def receive(self, *, wait_seconds: float) -> list[Message]:
        if self._bus.fails():
            raise BrokerDown("it is away")
        return [
            self._bring(self._bus.queues[service]) for service in sorted(self._bus.queues) for _ in self._some(service)
        ]

    def _some(self, service: str) -> range:
        there = len(self._bus.queues[service])
        return range(there if self._bus.trouble is None else self._bus.chance.randint(0, min(there, 6)))

    def _bring(self, queue: list[_Lying]) -> Message:
        lying = queue.pop(self._bus.chance.randrange(len(queue)))
        tag = self._bus.next_tag()
        self._held[tag] = lying
        self._bus.in_flight += 1
        return Message(lying.service, lying.body, tag, lying.deliveries, lying.gave_up)

    def wake(self) -> None:
        """Nobody ever waits for this bus."""

    def ack(self, messages: Sequence[Message]) -> None:
        self._bus.crashes.here()
        if self._bus.fails():
            raise BrokerDown("the line was cut before the acknowledgement")
        for message in messages:
            del self._held[message.tag]
            self._bus.in_flight -= 1
        self._bus.crashes.here()

    def put_back(self, message: Message) -> None:
        self._bus.in_flight -= 1
        self._bus.put_back(self._held.pop(message.tag))

    def close(self) -> None:
        """Die: everything that was not settled is brought to somebody else."""
        for lying in self._held.values():
            self._bus.put_back(lying)
        self._bus.in_flight -= len(self._held)
        self._held.clear()
