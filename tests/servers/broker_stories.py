"""Bells that ring in a shop with a broker: who hears them, and who cannot."""

from contextlib import closing, contextmanager
from dataclasses import dataclass

from kombu import Connection
from msgspec.structs import replace

from micromart_core.adapters.rabbitmq.topology import EVENTS
from micromart_core.bootstrap_broker import intake_of, queue_depths, relay_of
from micromart_core.dispatch import handles
from micromart_core.events import Event
from micromart_core.operation import operation
from micromart_core.transaction import Transaction


@dataclass(frozen=True, kw_only=True)
class ChimeRung(Event, name="test.chime_rung", key="chime"):
    """A chime was rung."""

    chime: str


@dataclass(frozen=True, kw_only=True)
class NobodyCares(Event, name="test.nobody_cares", key="what"):
    """Something happened that no service reacts to."""

    what: str


heard: list[str] = []
broken: set[str] = set()


def listen(tx: Transaction, event: ChimeRung) -> None:
    """Hear the chime, unless it is broken."""
    if event.chime in broken:
        raise ZeroDivisionError(event.chime)
    heard.append(event.chime)


listen.__module__ = "micromart_core.carts.handlers"  # a queue belongs to a service
handles(ChimeRung)(listen)


@operation("ops:run")
def chime(tx: Transaction, *chimes: str) -> int:
    """Ring some chimes."""
    tx.record(*(ChimeRung(chime=each) for each in chimes))
    return len(chimes)


@operation("ops:run")
def happen(tx: Transaction, what: str) -> None:
    """Record what nobody cares about."""
    tx.record(NobodyCares(what=what))


class Tower:
    """A shop with a broker, and hands to publish and take in."""

    def __init__(self, shop, broker_url: str) -> None:
        self.shop = shop.again(broker=replace(shop.settings.broker, url=broker_url, timeout_seconds=5))
        self.url = broker_url
        self.shop.shop._last_upkeep = float("inf")

    def rings(self, *chimes: str) -> None:
        self.shop.operator().run(chime, *chimes)

    def relays(self) -> int:
        with closing(relay_of(self.shop.shop)) as relay:
            return relay.relay()

    def takes_in(self, *, quiet_rounds: int = 3) -> int:
        """Take in until nothing comes any more; what failed is put back without resting."""
        with closing(intake_of(self.shop.shop)) as intake:
            return works_off(intake, quiet_rounds)

    def waiting(self) -> int:
        return self.shop.rows("SELECT count(*) FROM outbox WHERE published_at IS NULL")[0][0]

    def dead(self) -> list:
        return self.shop.rows("SELECT type, attempts, error FROM dead_letters ORDER BY id")

    @contextmanager
    def channel(self):
        """A channel of one's own at the broker."""
        with Connection(self.url) as connection:
            yield connection.channel()

    @contextmanager
    def queue(self, name: str, routing_key: str, **arguments):
        """A queue that somebody else has bound to the shop's events."""
        with self.channel() as channel:
            channel.queue_declare(name, durable=True, auto_delete=False, arguments=arguments)
            channel.queue_bind(name, EVENTS.name, routing_key)
            try:
                yield
            finally:
                channel.queue_delete(name)

    def posts(self, body: bytes | str, routing_key: str = "test.chime_rung") -> None:
        """Publish something past the relay."""
        with self.channel() as channel:
            channel.basic_publish(channel.prepare_message(body), EVENTS.name, routing_key)

    def depths(self) -> dict[str, int]:
        return {name: count for name, count in queue_depths(self.shop.shop).items() if count}


def works_off(intake, quiet_rounds: int = 3) -> int:
    """Let an intake work until it found nothing a few times; events that rest are put back at once."""
    settled, quiet = 0, 0
    while quiet < quiet_rounds:
        done = intake.work(wait_seconds=0.15)
        intake._resting = dict.fromkeys(intake._resting, 0.0)
        settled, quiet = settled + done, 0 if done or intake._resting else quiet + 1
    return settled
