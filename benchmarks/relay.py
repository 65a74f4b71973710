"""The relay against bare publishing with confirms, and the intake against the same without a database."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.figures import Figure
from benchmarks.servers import empty_queues, own_database
from benchmarks.shops import make_tables, open_on
from micromart_core import outbox
from micromart_core.adapters.rabbitmq.connection import connect
from micromart_core.adapters.rabbitmq.subscriber import RabbitSubscriber
from micromart_core.adapters.rabbitmq.topology import EVENTS, declare
from micromart_core.bootstrap import Shop
from micromart_core.bootstrap_broker import event_routes, intake_of, relay_of
from micromart_core.broker import Message
from micromart_core.carts.model import CartExpired
from micromart_core.clock import utc_now
from micromart_core.events import Envelope, seal
from micromart_core.ids import new_id, new_trace_id
from micromart_core.relay import BATCH
from micromart_core.settings import BrokerSettings

LEAST_RELAY, LEAST_INTAKE = 0.08, 0.8


def measure(_folder: Path, *, quick: bool) -> list[Figure]:
    """Measure both with events that every second service hears of, the sides taking turns."""
    events, repetitions = (2_000, 2) if quick else (10_000, 5)
    with own_database("relay") as url, empty_queues(event_routes()) as broker:
        make_tables(url)
        shop = open_on(url, broker=broker)
        rounds = [_round(shop, events) for _ in range(repetitions)]
        shop.close()
    bare, relayed, drained, taken_in = zip(*rounds, strict=True)
    return [
        Figure.of("relay", "relay, of bare publishing", _ratios(relayed, bare), at_least=LEAST_RELAY),
        Figure.of("relay", "relay", relayed, "events/s"),
        Figure.of("relay", "bare publishing with confirms", bare, "events/s"),
        Figure.of("relay", "intake, of the same without database", _ratios(taken_in, drained), at_least=LEAST_INTAKE),
        Figure.of("relay", "intake", taken_in, "events/s"),
        Figure.of("relay", "receiving, reading and acknowledging alone", drained, "events/s"),
    ]


def _round(shop: Shop, events: int) -> tuple[float, float, float, float]:
    """Return events a second of: publishing alone, the relay, receiving alone, the intake."""
    bare = _publish(shop.settings.broker, _envelopes(events))
    drained = _receive(shop.settings.broker, events)
    _fill_outbox(shop, _envelopes(events))
    relayed = _relay(shop, events)
    taken_in = _take_in(shop, events)
    return bare, relayed, drained, taken_in


def _publish(broker: BrokerSettings, envelopes: list[Envelope]) -> float:
    """Publish ready-made messages by the bare library, with batches as large as the relay's and no database."""
    connection = connect(broker, "bench")
    channel = connection.channel()
    declare(channel, event_routes())
    channel.confirm_select()
    confirmed = 0

    def confirm(tag: int, _multiple: bool) -> None:  # noqa: FBT001  # the library's own call
        nonlocal confirmed
        confirmed = tag  # RabbitMQ confirms in order

    channel.events["basic_ack"].add(confirm)
    messages = [channel.prepare_message(envelope.to_json(), properties={"delivery_mode": 2}) for envelope in envelopes]

    def publish(done: int) -> int:
        batch = messages[done : done + BATCH]
        for message in batch:
            channel.basic_publish(message, EVENTS.name, envelopes[0].type, mandatory=True)
        while confirmed < done + len(batch):
            connection.drain_events(timeout=10)
        return len(batch)

    rate = _rate(len(messages), publish)
    connection.release()
    return rate


def _relay(shop: Shop, events: int) -> float:
    relay = relay_of(shop)
    relay.relay()  # connects
    rate = _rate(events - BATCH, lambda _done: relay.relay())
    relay.close()
    return rate


def _receive(broker: BrokerSettings, events: int) -> float:
    """Receive, read and acknowledge what came, as the intake does, without a database."""
    subscription = RabbitSubscriber(broker, event_routes())

    def settle(_done: int) -> int:
        came: list[Message] = subscription.receive(wait_seconds=0.5)
        for message in came:
            Envelope.from_json(message.body).event()
        subscription.ack(came)
        return len(came)

    rate = _rate(events, settle)
    subscription.close()
    return rate


def _take_in(shop: Shop, events: int) -> float:
    intake = intake_of(shop)
    rate = _rate(events, lambda _done: intake.work(wait_seconds=0.5))
    intake.close()
    return rate


def _ratios(ours: Sequence[float], theirs: Sequence[float]) -> list[float]:
    return [one / other for one, other in zip(ours, theirs, strict=True)]


def _rate(wanted: int, work: Callable[[int], int]) -> float:
    """Work until so many are done; return how many a second."""
    done, began = 0, time.monotonic()
    while done < wanted:
        done += work(done)
    return done / (time.monotonic() - began)


def _envelopes(count: int) -> list[Envelope]:
    """Make events whose one handler has nothing to do, so that only the dedupe is measured."""
    trace_id, now = new_trace_id(), utc_now()
    event = CartExpired(cart_id="cart_none", user_id=None, lines=())
    return [seal(event, event_id=new_id("evt"), at=now, trace_id=trace_id) for _ in range(count)]


def _fill_outbox(shop: Shop, envelopes: list[Envelope]) -> None:
    with shop.database.begin(writes=True) as opened:
        outbox.append(opened.connection, envelopes)
        opened.commit()
