"""Slow hashes of passwords; the only place that imports argon2."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from micromart_core.authentication.passwords import normal_password

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
"""OWASP's least for argon2id: a sign-in costs about 25 ms and 19 MiB, and a hosted shop can do several at once."""
NOBODYS = "$argon2id$v=19$m=19456,t=2,p=1$N/TJhmBFQopcZw5VXLSnqQ$UUf5th3akSlWeq7uNJ3VRFjWbn8CIHSwwud9T5lhgTs"
"""Compared when no account has the name, so that an unknown name takes as long as a wrong password."""


def hash_password(password: str) -> str:
    """Return the argon2id hash of a password; never call it inside a transaction."""
    return _hasher.hash(_encoded(password))


def is_right(password: str, password_hash: str) -> bool:
    """Compare a password; never call it inside a transaction."""
    try:
        return _hasher.verify(password_hash, _encoded(password))
    except (VerificationError, InvalidHashError):
        return False


def _encoded(password: str) -> bytes:
    return normal_password(password).encode(errors="surrogatepass")
