"""Puts together what talks to the message broker; with `bootstrap` the only place that names its adapters."""

from collections.abc import Callable

from micromart_core.adapters.rabbitmq.depths import describe, read_depths
from micromart_core.adapters.rabbitmq.publisher import RabbitPublisher, never_ending
from micromart_core.adapters.rabbitmq.subscriber import RabbitSubscriber
from micromart_core.bootstrap import Shop, load_handlers, tell_of_dead_letter
from micromart_core.broker import Routes
from micromart_core.dispatch import routes
from micromart_core.intake import Intake
from micromart_core.relay import Relay


def event_routes() -> Routes:
    """Return which event types each service reacts to."""
    load_handlers()
    return routes()


def relay_of(shop: Shop, is_ending: Callable[[], bool] = never_ending) -> Relay:
    """Return what publishes a shop's events; it connects when it is first used, and hurries once the shop is ending."""
    return Relay(shop.database, RabbitPublisher(shop.settings.broker, event_routes, is_ending), event_routes)


def intake_of(shop: Shop) -> Intake:
    """Return what takes in the events that the broker brings; it is connected, or BrokerDown is raised."""
    subscription = RabbitSubscriber(shop.settings.broker, event_routes())
    return Intake(shop.database, shop.settings, subscription, tell_of_dead_letter)


def describe_broker(shop: Shop) -> str:
    """Connect to the broker and say what is there; raise BrokerDown."""
    return describe(shop.settings.broker, event_routes())


def queue_depths(shop: Shop) -> dict[str, int]:
    """Return how many messages lie in each queue of the broker; raise BrokerDown."""
    return read_depths(shop.settings.broker, event_routes())
