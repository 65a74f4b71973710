"""The words of the catalogue: products, categories, and how it refuses."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from micromart_core.errors import Conflict, InvalidValue, NotFound, Refused
from micromart_core.events import Event
from micromart_core.inventory.model import Sku, StockLevel
from micromart_core.money import Money

_SKU = re.compile(r"[A-Z0-9][A-Z0-9._-]{0,63}")


class ProductStatus(StrEnum):
    """Whether shoppers see a product and may add it."""

    DRAFT = "draft"
    PUBLISHED = "published"
    ARCHIVED = "archived"


class Tint(StrEnum):
    """The eight named tints; each product owns one."""

    EMBER = "ember"
    SKY = "sky"
    BONE = "bone"
    ROSE = "rose"
    IRIS = "iris"
    LEAF = "leaf"
    HONEY = "honey"
    SEA = "sea"


class SortKey(StrEnum):
    """The orders a list can come in."""

    NAME = "name"
    PRICE = "price"
    NEWEST = "newest"


def sku_of(text: str) -> Sku:
    """Return a SKU in upper case, or raise InvalidValue: 1 to 64 of A-Z 0-9 . _ -, not beginning with a mark."""
    upper = text.upper()
    if not _SKU.fullmatch(upper):
        raise InvalidValue(
            f"“{text}” is no SKU.", why="a SKU is 1 to 64 of A-Z, 0-9, dot, dash and underscore"
        )
    return Sku(upper)


@dataclass(frozen=True, slots=True)
class Product:
    """A product with its stock, as everybody sees it."""

    sku: Sku
    name: str
    category: str
    tagline: str
    description: str
    price: Money
    tint: Tint
    status: ProductStatus
    reorder_level: int
    version: int
    stock: StockLevel


@dataclass(frozen=True, slots=True)
class Offer:
    """What a cart needs to know of a product."""

    sku: Sku
    name: str
    price: Money
    status: ProductStatus


@dataclass(frozen=True, slots=True)
class ProductPage:
    """One page of a list; `next` continues it, None at the end."""

    items: tuple[Product, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class Category:
    """A shelf: its name, and how many products stand on it."""

    name: str
    products: int
    created_at: datetime


class NotForSale(Refused):
    """The product is a draft or archived."""

    code = "product.not_for_sale"

    def __init__(self, sku: Sku, status: str) -> None:
        self.sku, self.status = sku, status
        super().__init__(f"{sku} is not for sale.", why=f"it is {status}", hint="micromart product list")


class StaleProduct(Conflict):
    """Somebody changed the product since it was read."""

    code = "product.stale"

    def __init__(self, sku: Sku, expected: int, actual: int) -> None:
        self.sku, self.expected, self.actual = sku, expected, actual
        super().__init__(
            f"{sku} was changed meanwhile.",
            why=f"you saw version {expected}, it is at {actual}",
            hint=f"micromart product show {sku}",
        )


class UnknownCategory(NotFound):
    """There is no such category."""

    code = "category.unknown"

    def __init__(self, name: str) -> None:
        self.category = name
        super().__init__(
            f"There is no category {name}.", why="no category has this name", hint="micromart category list"
        )


@dataclass(frozen=True, kw_only=True)
class ProductChanged(Event, name="product.changed", key="sku"):
    """A product was made or changed."""

    sku: str
    version: int
    status: str
    actor: str
