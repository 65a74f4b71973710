"""The body of a message that is no event, as every database takes it and every reader can show it."""

import re
from base64 import b64encode

from msgspec import Struct

LONGEST = 1024 * 1024
"""Characters, or bytes of what is kept in base64: a list of letters reads fifty of them."""
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


class KeptBody(Struct, frozen=True):
    """A body as it is kept; `how` says in words what was done to it, and is empty when nothing was."""

    text: str
    how: str


def keep(body: bytes, *, longest: int = LONGEST) -> KeptBody:
    """Keep a text as it is and anything else in base64; of either no more than the beginning."""
    text = _plain(body)
    if text is None:
        return keep_in_base64(body, longest=longest)
    return KeptBody(text[:longest], _told("", len(text), longest))


def keep_in_base64(body: bytes, *, longest: int) -> KeptBody:
    """Keep the beginning of a body so that nothing of it can be refused, whatever it is."""
    return KeptBody(b64encode(body[:longest]).decode(), _told("its body is in base64", len(body), longest))


def _plain(body: bytes) -> str | None:
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return None
    return None if _CONTROLS.search(text) else text


def _told(form: str, size: int, longest: int) -> str:
    cut = f"only the first {longest:,} of {size:,} are kept" if size > longest else ""
    return ", ".join(filter(None, (form, cut)))
