"""Windows that many processes count in together."""

from typing import TYPE_CHECKING

from micromart_core.adapters.redis.link import Link

if TYPE_CHECKING:
    from limits import RateLimitItem
    from limits.strategies import SlidingWindowCounterRateLimiter
    from redis import Redis


class RedisWindow:
    """Sliding windows in Redis, kept by the library that keeps those in memory."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._limiter: SlidingWindowCounterRateLimiter | None = None

    def hit(self, item: "RateLimitItem", owner: str) -> bool:
        """Count one request of an owner; False when the window is full, True when it is not or Redis is away."""
        return self._link.ask(lambda redis: self._counting(redis).hit(item, owner), otherwise=True)

    def _counting(self, redis: "Redis") -> "SlidingWindowCounterRateLimiter":
        if self._limiter is None:
            from limits.storage import RedisStorage
            from limits.strategies import SlidingWindowCounterRateLimiter

            storage = RedisStorage(
                self._link.settings.url,
                connection_pool=redis.connection_pool,
                key_prefix=f"{self._link.namespace}:limit",
            )
            self._limiter = SlidingWindowCounterRateLimiter(storage)
        return self._limiter
