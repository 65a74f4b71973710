"""What the shop needs of a message broker: two ports, and what travels through them."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from msgspec import Struct

from micromart_core.errors import Unavailable
from micromart_core.events import Envelope

Routes = Mapping[str, Sequence[str]]
"""The event types that each service reacts to."""


class BrokerDown(Unavailable):
    """The broker cannot be reached, or was lost on the way."""

    code = "broker.down"

    def __init__(self, why: str, hint: str = "micromart doctor") -> None:
        super().__init__("The message broker does not answer; events wait in the outbox.", why=why, hint=hint)


class Receipt(Struct, frozen=True):
    """What the broker said of a batch; events in neither set were refused and are to be published again."""

    taken: frozenset[str] = frozenset()
    """Ids of the events that are safe with the broker."""
    unrouted: frozenset[str] = frozenset()
    """Ids of the events that no queue wanted."""


class Publisher(Protocol):
    """Hands events to the broker."""

    def open(self) -> None:
        """Connect, unless that was done; raise BrokerDown."""
        ...

    def publish(self, envelopes: Sequence[Envelope]) -> Receipt:
        """Publish a batch and wait for the broker's answer to each; raise BrokerDown."""
        ...

    def keep_alive(self) -> float:
        """Say that it is there, since a broker leaves who says nothing for long; raise BrokerDown.

        Return for how many seconds that will do.
        """
        ...

    def close(self) -> None:
        """Give the connection back."""
        ...


class Message(Struct, frozen=True):
    """One message that the broker brought for a service; it is the broker's until it is settled."""

    service: str
    body: bytes
    tag: int
    """What the broker knows it by."""
    deliveries: int
    """How often it was brought before."""
    gave_up: str = ""
    """Why the broker gave it up (`delivery_limit`, `rejected`); empty for one that is to be handled."""
    tried_once: bool = False
    """Whether it must not go back: the broker itself would break on what is written on it."""


class Subscription(Protocol):
    """Brings the messages of every service, and those the broker has given up."""

    def receive(self, *, wait_seconds: float) -> list[Message]:
        """Return what has come, waiting a while for the first one; raise BrokerDown."""
        ...

    def wake(self) -> None:
        """End a wait of `receive`, from another thread."""
        ...

    def ack(self, messages: Sequence[Message]) -> None:
        """Tell the broker to forget these messages; raise BrokerDown."""
        ...

    def put_back(self, message: Message) -> None:
        """Have a message brought again, or given up when that was often enough; raise BrokerDown."""
        ...

    def close(self) -> None:
        """Give the connection back; what was not settled is brought again, to whoever asks."""
        ...
