"""Where a list goes on: the sort key of its last row, opaque to whoever carries it and checked when it comes back."""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import msgspec

from micromart_core.products.model import SortKey, WrongCursor

Position = tuple[Any, ...]
_LONGEST = 2000
_Text = Annotated[str, msgspec.Meta(max_length=400, pattern=r"^[^\x00]*$")]
_Amount = Annotated[int, msgspec.Meta(ge=0, le=2**62)]
_SHAPES: dict[str, Any] = {
    SortKey.SHELF: tuple[_Text, _Text, _Text],
    SortKey.NAME: tuple[_Text, _Text],
    SortKey.PRICE: tuple[_Amount, _Text],
    SortKey.NEWEST: tuple[Annotated[datetime, msgspec.Meta(tz=True)], _Text],
    "relevance": tuple[_Amount, _Text, _Text],
    "category": tuple[_Text],
    "sku": tuple[_Text],
}
_LATEST = datetime.max.replace(tzinfo=UTC) - timedelta(days=2)
"""A moment that every time zone and both databases can still write."""


def encode(order: str, position: Position) -> str:
    """Return the cursor of a position in a list of this order."""
    return urlsafe_b64encode(msgspec.json.encode((order, *position))).decode().rstrip("=")


def decode(order: str, cursor: str | None) -> Position | None:
    """Return the position a cursor of this order stands for, None for None; raise WrongCursor for any other."""
    if cursor is None:
        return None
    if len(cursor) > _LONGEST:
        raise WrongCursor
    try:
        raw = urlsafe_b64decode(cursor.encode() + b"=" * (-len(cursor) % 4))
        found, *values = msgspec.json.decode(raw, type=list[Any])
        position: Position = msgspec.convert(values, _SHAPES[order], str_keys=True)
    except (ValueError, binascii.Error, msgspec.MsgspecError, RecursionError) as error:
        raise WrongCursor from error
    if found != order or any(isinstance(value, datetime) and value > _LATEST for value in position):
        raise WrongCursor
    return position
