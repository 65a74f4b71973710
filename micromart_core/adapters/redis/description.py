"""Looking at Redis for a person: whether it takes what the shop has for it, and what it is."""

from micromart_core.adapters.redis.connection import every_error, open_client, trouble_of
from micromart_core.errors import Unavailable
from micromart_core.settings import RedisSettings
from micromart_core.settings_sources import shown

WITHOUT = (
    "the shop sells on: screens hear of other hosts within 5 s, each process counts limits alone, nothing is remembered"
)


class RedisDown(Unavailable):
    """Redis cannot be used; the shop sells on without it."""

    code = "redis.down"

    def __init__(self, where: str, why: str, fix: str) -> None:
        super().__init__(f"{where}: {why}; {WITHOUT}.", hint=fix)


def describe(settings: RedisSettings) -> str:
    """Sign in, read and write as the shop does, and say what is there; raise RedisDown."""
    where = shown("redis.url", settings.url) or ""
    try:
        with open_client(settings) as client:
            client.ping()
            version = client.info("server")["redis_version"]
            client.set("micromart:doctor", b"1", ex=1)
            client.publish("micromart:doctor", b"")
    except every_error() as error:
        trouble = trouble_of(error, settings)
        raise RedisDown(where, trouble.why, trouble.fix) from error
    return f"reached {where}, Redis {version}: changes across hosts, rate limits, searches and numbers remembered"
