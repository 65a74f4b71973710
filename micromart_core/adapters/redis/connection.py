"""How Redis is spoken to: short waits, no second tries, and what its refusals mean to a person."""

from typing import TYPE_CHECKING

from msgspec import Struct

from micromart_core.errors import InvalidValue, MicroMartError
from micromart_core.settings import RedisSettings

if TYPE_CHECKING:
    from redis import Redis

_SET_ANOTHER = "set redis.url"
_MEANINGS: tuple[tuple[str, str, str], ...] = (
    ("invalid username-password", "the user or the password is wrong", "correct redis.url"),
    ("authentication required", "it wants a password", "write it into redis.url: redis://:PASSWORD@host"),
    ("without any password configured", "it knows no password, and one is set", "take it out of redis.url"),
    ("db index is out of range", "it has no database of this number", "end redis.url with a lower one, such as /0"),
    ("misconf", "it cannot save to its disk, so it takes no writes", "give its disk space"),
    ("protected mode", "it lets nobody in from another host without a password", "give it a password (requirepass)"),
    ("connection closed by server", "it has hung up", "see whether it runs: micromart doctor"),
    ("max number of clients", "it takes no more connections", "raise its maxclients"),
)
"""What Redis says, in lower case, what that means, and what mends it."""
_KINDS: dict[str, tuple[str, str]] = {
    "NoPermissionError": (
        "its user may not do what the shop does",
        "ACL SETUSER .. ~micromart:* &micromart:* +@read +@write +@pubsub +@scripting +@connection +info",
    ),
    "ReadOnlyError": ("it is a replica, which takes no writes", "name the primary in redis.url"),
    "OutOfMemoryError": ("its memory is full", "raise its maxmemory, or set maxmemory-policy to allkeys-lru"),
    "BusyLoadingError": ("it is still loading its data", "wait"),
}


class Trouble(Struct, frozen=True):
    """Why Redis is of no use now, and what mends it."""

    why: str
    fix: str


def open_client(settings: RedisSettings) -> "Redis":
    """Return a client that connects when it is first used; raise InvalidValue for an address that is none."""
    from redis import Redis
    from redis.backoff import NoBackoff
    from redis.maint_notifications import MaintNotificationsConfig
    from redis.retry import Retry

    seconds = settings.timeout_ms / 1000
    try:
        return Redis.from_url(
            settings.url,
            socket_timeout=seconds,
            socket_connect_timeout=seconds,
            retry=Retry(NoBackoff(), 0),
            protocol=2,
            driver_info=None,  # it would cost each connection two more round trips
            maint_notifications_config=MaintNotificationsConfig(enabled=False),
        )
    except ValueError as error:
        raise _no_address() from error


def every_error() -> tuple[type[Exception], ...]:
    """Return what opening a line may raise: the library's, the system's, ours, and those of impossible addresses."""
    from redis.exceptions import RedisError

    return (RedisError, OSError, MicroMartError, UnicodeError, OverflowError)


def _no_address() -> InvalidValue:
    return InvalidValue(
        "redis.url is no address of a Redis.",
        why="it cannot be read as one; it is not shown, since it may hold a password",
        hint="redis://host:6379/0, rediss://host or unix:///path",
    )


def trouble_of(error: Exception, settings: RedisSettings) -> Trouble:
    """Say what an error of Redis, or of its settings, means."""
    if isinstance(error, UnicodeError | OverflowError):
        error = _no_address()
    if isinstance(error, MicroMartError):
        return Trouble(error.message.rstrip("."), error.hint)
    if type(error).__name__ in _KINDS:
        return Trouble(*_KINDS[type(error).__name__])
    said = f"{error} {_last_reason(error)}".lower()
    for words, why, fix in _MEANINGS:
        if words in said:
            return Trouble(why, fix)
    if type(error).__name__ == "TimeoutError":
        return Trouble(f"it did not answer within {settings.timeout_ms} ms", f"start it, or {_SET_ANOTHER}")
    return Trouble(_last_reason(error), f"start it, or {_SET_ANOTHER}")


def _last_reason(error: Exception) -> str:
    """Return what the system said at the bottom of it, without addresses and numbers."""
    cause: BaseException = error
    while (deeper := cause.__cause__ or cause.__context__) is not None:
        cause = deeper
    return getattr(cause, "strerror", None) or str(cause) or type(cause).__name__
