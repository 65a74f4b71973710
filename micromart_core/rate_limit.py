"""How often one caller may ask, in this process."""

from typing import Protocol

from micromart_core.caller import Caller
from micromart_core.errors import TryAgain


class RateLimited(TryAgain):
    """The caller asked too often."""

    code = "rate_limited"

    def __init__(self, per_minute: int) -> None:
        self.per_minute = per_minute
        super().__init__("That was too often.", why=f"at most {per_minute} requests a minute", hint="wait a moment")


class RateLimit(Protocol):
    """Lets a caller through or raises RateLimited."""

    def check(self, caller: Caller) -> None:
        """Count one request of the caller."""
        ...


class Unlimited:
    """The rate limit of a process that serves one person."""

    def check(self, caller: Caller) -> None:
        """Let everybody through."""


class PerMinute:
    """A sliding window a caller, in the memory of this process."""

    def __init__(self, per_minute: int) -> None:
        from limits import RateLimitItemPerMinute
        from limits.storage import MemoryStorage
        from limits.strategies import SlidingWindowCounterRateLimiter

        self._per_minute = per_minute
        self._item = RateLimitItemPerMinute(per_minute)
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())

    def check(self, caller: Caller) -> None:
        """Count one request; raise RateLimited when the window is full."""
        if not self._limiter.hit(self._item, caller.intent_owner):
            raise RateLimited(self._per_minute)
