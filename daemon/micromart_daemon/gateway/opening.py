"""Opening the shop that a gateway answers for: under which settings."""

from msgspec.structs import replace

from micromart_core.settings import Settings
from micromart_daemon.gateway.pools import connections_of


def ready_for_the_public(settings: Settings) -> Settings:
    """Return settings under which every caller has a limit and every thread of the gateway a connection."""
    per_minute = settings.limits.operations_per_minute or settings.gateway.requests_per_minute
    connections = max(settings.database.pool_size, connections_of(settings.gateway.threads))
    return replace(
        settings,
        limits=replace(settings.limits, operations_per_minute=per_minute),
        database=replace(settings.database, pool_size=connections),
    )
