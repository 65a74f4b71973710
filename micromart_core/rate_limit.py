"""How often one caller may ask."""

from typing import TYPE_CHECKING, Protocol

from micromart_core.caller import Caller
from micromart_core.errors import TryAgain

if TYPE_CHECKING:
    from limits import RateLimitItem


class RateLimited(TryAgain):
    """The caller asked too often."""

    code = "rate_limited"

    def __init__(self, per_minute: int) -> None:
        self.per_minute = per_minute
        super().__init__("That was too often.", why=f"at most {per_minute} requests a minute", hint="wait a moment")


class RateLimit(Protocol):
    """Lets a caller through or raises RateLimited."""

    counts: bool
    """False: everybody passes, so nobody need find out who is asking."""

    def check(self, caller: Caller) -> None:
        """Count one request of the caller."""
        ...


class SharedWindow(Protocol):
    """Windows that many processes count in together."""

    def hit(self, item: "RateLimitItem", owner: str) -> bool:
        """Count one request of an owner; False when the window is full. True when nobody can say."""
        ...


class Unlimited:
    """The rate limit of a process that serves one person."""

    counts = False

    def check(self, caller: Caller) -> None:
        """Let everybody through."""


class PerMinute:
    """A sliding window a caller: in the memory of this process, and first in one that processes share, if given."""

    counts = True

    def __init__(self, per_minute: int, shared: SharedWindow | None = None) -> None:
        from limits import RateLimitItemPerMinute
        from limits.storage import MemoryStorage
        from limits.strategies import SlidingWindowCounterRateLimiter

        self._per_minute, self._shared = per_minute, shared
        self._item = RateLimitItemPerMinute(per_minute)
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())

    def check(self, caller: Caller) -> None:
        """Count one request; raise RateLimited when a window is full."""
        if not self._limiter.hit(self._item, caller.intent_owner):
            raise RateLimited(self._per_minute)
        if self._shared is not None and not self._shared.hit(self._item, caller.intent_owner):
            raise RateLimited(self._per_minute)
