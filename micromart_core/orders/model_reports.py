"""What is read of many orders at once: lists, exports, sales, and one order's receipt."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from micromart_core.money import Money
from micromart_core.orders.model import Order


class OrderPage(Struct, frozen=True):
    """Whole orders, without their letters; `next` continues, None at the end."""

    items: tuple[Order, ...]
    next: str | None


class OrderNumber(Struct, frozen=True):
    """An order's id, by which others name it, and its number, by which people do."""

    id: str
    number: str


class SalesBy(StrEnum):
    """What sales are added up by; days and hours are UTC."""

    DAY = "day"
    HOUR = "hour"
    PRODUCT = "product"


class SalesRow(Struct, frozen=True):
    """Sales of one day or hour (its beginning in UTC) or of one product (its SKU, and a name it had)."""

    key: str
    name: str | None
    orders: int
    units: int
    total: Money


class SalesReport(Struct, frozen=True):
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


class Receipt(Struct, frozen=True):
    """A receipt ready to be printed, or saved under a name."""

    order: str
    format: ReceiptFormat
    text: str
