"""Names for rows: a prefix that says what it is, and a UUID version 7 that sorts by time."""

import secrets

from uuid_utils import uuid7


def new_id(prefix: str) -> str:
    """Return a new id such as `ord_0198c0de...`, never given before."""
    return f"{prefix}_{uuid7().hex}"


def new_trace_id() -> str:
    """Return 32 hexadecimal digits that name one intent everywhere it is written (W3C trace context)."""
    return secrets.token_hex(16)


def new_secret() -> str:
    """Return 256 random bits as text that fits a header, a file or a form."""
    return secrets.token_urlsafe(32)
