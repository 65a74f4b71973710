"""The exchange, queues and bindings of the shop; whoever connects declares them, and finds them there."""

from typing import Any

from kombu import Exchange, Queue

from micromart_core.broker import Routes

EVENTS = Exchange("micromart.events", type="topic", durable=True)
DEAD = Exchange("micromart.dead", type="direct", durable=True)
DELIVERY_LIMIT = 1_000
"""How often RabbitMQ brings a message again before it drops it; the intake buries it long before."""


def queue_name(service: str) -> str:
    """Name the queue of a service's events."""
    return f"micromart.{service}"


def dead_queue_name(service: str) -> str:
    """Name the queue of what an operator's policy, or a person, lays aside for a service."""
    return f"micromart.{service}.dead"


def declare(channel: Any, routes: Routes) -> None:
    """Make what is missing. A binding of an older version stays: its events are passed over."""
    EVENTS(channel).declare()
    DEAD(channel).declare()
    for service, types in routes.items():
        _dead_queue(service)(channel).declare()
        queue = _queue(service)(channel)
        queue.declare()
        for event_type in types:
            queue.bind_to(EVENTS, routing_key=event_type)


def _queue(service: str) -> Queue:
    """Return a service's queue, without dead-lettering: RabbitMQ breaks at what a stranger may write into `x-death`."""
    return Queue(
        queue_name(service),
        durable=True,
        queue_arguments={
            "x-queue-type": "quorum",
            "x-delivery-limit": DELIVERY_LIMIT,
            "x-overflow": "reject-publish",  # an event that finds it full stays in the outbox
        },
    )


def _dead_queue(service: str) -> Queue:
    return Queue(
        dead_queue_name(service),
        exchange=DEAD,
        routing_key=service,
        durable=True,
        queue_arguments={"x-queue-type": "quorum"},
    )
