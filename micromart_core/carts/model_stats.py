"""Carts in numbers."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct


class CartsBy(StrEnum):
    """What carts are counted by; days and hours are UTC."""

    DAY = "day"
    HOUR = "hour"
    PRODUCT = "product"


class CartCount(Struct, frozen=True):
    """Carts begun in one day or hour (its beginning in UTC) and what became of them, or those holding a product."""

    key: str
    carts: int
    ordered: int | None
    ended: int | None
    units: int | None


class CartStats(Struct, frozen=True):
    """How many carts hold stock now and how much, how many wait for the sweeper, and the counts behind it."""

    holding: int
    held_units: int
    overdue: int
    by: CartsBy
    since: datetime
    counts: tuple[CartCount, ...]
