"""What is read of many orders at once: lists, exports, sales, and one order's receipt."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from micromart_core.money import Money
from micromart_core.orders.model import Order


@dataclass(frozen=True, slots=True)
class OrderPage:
    """Whole orders, without their letters; `next` continues, None at the end."""

    items: tuple[Order, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class OrderNumber:
    """An order's id, by which others name it, and its number, by which people do."""

    id: str
    number: str


class SalesBy(StrEnum):
    """What sales are added up by; days and hours are UTC."""

    DAY = "day"
    HOUR = "hour"
    PRODUCT = "product"


@dataclass(frozen=True, slots=True)
class SalesRow:
    """Sales of one day or hour (its beginning in UTC) or of one product (its SKU, and a name it had)."""

    key: str
    name: str | None
    orders: int
    units: int
    total: Money


@dataclass(frozen=True, slots=True)
class SalesReport:
    """Sales since a moment without cancelled orders; by product also without returned goods, shipping and added tax."""

    by: SalesBy
    since: datetime
    items: tuple[SalesRow, ...]
    next: str | None
    """Always None: the report is whole, by product up to its thousand best sellers."""


class ReceiptFormat(StrEnum):
    """How a receipt is written."""

    TEXT = "text"
    HTML = "html"


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt ready to be printed, or saved under a name."""

    order: str
    format: ReceiptFormat
    text: str
