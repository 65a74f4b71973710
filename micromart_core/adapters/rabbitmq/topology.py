"""The exchange, queues and bindings of the shop; whoever connects declares them, and finds them there."""

from typing import Any

from kombu import Exchange, Queue

from micromart_core.broker import Routes

EVENTS = Exchange("micromart.events", type="topic", durable=True)
DEAD = Exchange("micromart.dead", type="direct", durable=True)
DELIVERY_LIMIT = 5
"""How often RabbitMQ brings a message again: with the first time six tries."""


def queue_name(service: str) -> str:
    """Name the queue of a service's events."""
    return f"micromart.{service}"


def dead_queue_name(service: str) -> str:
    """Name the queue of the messages a service could not take in."""
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
    """Return a service's queue. At-least-once dead-lettering needs a queue that refuses when it is full."""
    return Queue(
        queue_name(service),
        durable=True,
        queue_arguments={
            "x-queue-type": "quorum",
            "x-delivery-limit": DELIVERY_LIMIT,
            "x-dead-letter-exchange": DEAD.name,
            "x-dead-letter-routing-key": service,
            "x-dead-letter-strategy": "at-least-once",
            "x-overflow": "reject-publish",
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
