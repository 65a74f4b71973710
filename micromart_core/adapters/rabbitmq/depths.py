"""How much lies in the queues."""

from msgspec.structs import replace

from micromart_core.adapters.rabbitmq.connection import connect, drop, telling
from micromart_core.adapters.rabbitmq.topology import dead_queue_name, declare, queue_name
from micromart_core.broker import Routes
from micromart_core.settings import BrokerSettings

PATIENCE_SECONDS = 2
"""Who asks how a broker is wants to know soon."""


def read_depths(settings: BrokerSettings, routes: Routes) -> dict[str, int]:
    """Return how many messages wait in each queue, by its name; raise BrokerDown."""
    brief = replace(settings, timeout_seconds=min(settings.timeout_seconds, PATIENCE_SECONDS))
    connection = connect(brief, "health")
    try:
        with telling():
            channel = connection.channel()
            declare(channel, routes)
            names = [name(service) for service in routes for name in (queue_name, dead_queue_name)]
            return {name: channel.queue_declare(name, passive=True).message_count for name in names}
    finally:
        drop(connection)


def describe(settings: BrokerSettings, routes: Routes) -> str:
    """Say in one line what waits in the queues; raise BrokerDown."""
    depths = read_depths(settings, routes)
    waiting = {name: count for name, count in depths.items() if count}
    told = ", ".join(f"{name} {count}" for name, count in waiting.items())
    return f"reached; {told}" if waiting else f"reached; {len(depths)} queues are empty"
