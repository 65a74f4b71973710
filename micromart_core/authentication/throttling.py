"""Pauses between guesses: a try is counted before it is compared, and nobody is locked out for good."""

import hashlib
from datetime import datetime, timedelta
from math import ceil

from micromart_core.authentication import store_sessions
from micromart_core.authentication.model import Attempt
from micromart_core.authentication.names import name_key
from micromart_core.errors import LostRace
from micromart_core.transaction import Transaction

FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(hours=1)
"""Without a try for so long, counting begins anew."""
_MOST_DOUBLINGS = 10


def attempt(what: str, whom: str, free: int) -> Attempt:
    """Return a try at `what` by or against `whom`; the key is a hash, as a password may be typed for a name."""
    text = f"{what}\0{name_key(whom)}"
    return Attempt(hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest(), free)


def claim(tx: Transaction, attempts: tuple[Attempt, ...]) -> int:
    """Count one try, before its secret is looked at; return the seconds to wait when it is not heard, else 0."""
    counted = store_sessions.lock_throttles(tx, [attempt.key for attempt in attempts])
    if len(counted) < len(attempts):
        raise LostRace  # somebody else's right password, or a purge, just forgot one of them
    pauses = [until for _, _, until in counted.values() if until is not None and until > tx.now]
    if pauses:
        return ceil((max(pauses) - tx.now).total_seconds())
    for tried in attempts:
        before, last_at, _ = counted[tried.key]
        tries = 1 if tx.now - last_at > FORGOTTEN_AFTER else before + 1
        store_sessions.save_throttle(tx, tried.key, attempts=tries, paused_until=_pause(tx.now, tries, tried.free))
    return 0


def forget(tx: Transaction, whom: Attempt, source: Attempt) -> None:
    """A try was right: forget those against its account, and take this one of its source back."""
    store_sessions.remove_throttle(tx, whom.key)
    take_back(tx, source)


def take_back(tx: Transaction, tried: Attempt) -> None:
    """A try was right: it does not count, and the pause it may have brought is lifted."""
    store_sessions.refund_attempt(tx, tried)


def purge(tx: Transaction) -> int:
    """Delete ended sessions, dead codes and forgotten tries; return how many."""
    return store_sessions.purge(tx, idle_since=tx.now - FORGOTTEN_AFTER)


def _pause(now: datetime, tries: int, free: int) -> datetime | None:
    if tries < free:
        return None
    doublings = min(tries - free, _MOST_DOUBLINGS)
    pause: timedelta = min(LONGEST_PAUSE, FIRST_PAUSE * 2**doublings)
    return now + pause
