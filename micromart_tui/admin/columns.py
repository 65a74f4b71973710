"""What stands in the rows of the desk's tables, and how a row is lit."""

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from msgspec import Struct

Row = TypeVar("Row", bound=Hashable)


class Column(Struct, Generic[Row], frozen=True):
    """A column: its head, how wide it is, and what stands in it."""

    head: str
    width: int
    cell: Callable[[Row], tuple[str, str]]
    """A text and its style."""
    is_number: bool = False
    """True: its right end is its end."""
    grows: bool = False
    """True: it takes the room that is left."""
    is_prose: bool = False
    """True: what has no room is cut behind a clause."""
    least_room: int = 0
    """It is left out of tables narrower than this."""
    most_room: int = 1000
    """It is left out of tables wider than this: what stands in for another one that needs room."""
    gap: int = 1
    """Cells before it."""


class RowLook(Struct, frozen=True):
    """How a row is known, and how it is lit: a product takes its whole tint, a record an edge and a glow."""

    key: str
    tint: str
    is_product: bool = False
