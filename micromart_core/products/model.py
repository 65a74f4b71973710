"""The words of the catalogue: products, categories, and how it refuses."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

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
    """The orders a list can come in; the shelf's is by category and name."""

    SHELF = "shelf"
    NAME = "name"
    PRICE = "price"
    NEWEST = "newest"


def sku_of(text: str) -> Sku:
    """Return a SKU in upper case, or raise InvalidValue: 1 to 64 of A-Z 0-9 . _ -, not beginning with a mark."""
    upper = text.upper()
    if not _SKU.fullmatch(upper):
        raise InvalidValue(
            f"“{text}” is no SKU.",
            why="a SKU is 1 to 64 of A-Z, 0-9, dot, dash and underscore",
            hint="for example TEA-01; micromart product list shows them",
        )
    return Sku(upper)


class Product(Struct, frozen=True):
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


class Offer(Struct, frozen=True):
    """What a cart needs to know of a product."""

    sku: Sku
    name: str
    price: Money
    status: ProductStatus


class NewProduct(Struct, frozen=True):
    """What staff say of a product that is to be; `price` is an amount in the shop's currency, like 19.00."""

    name: str
    category: str
    price: str
    tagline: str = ""
    description: str = ""
    tint: Tint = Tint.EMBER
    status: ProductStatus = ProductStatus.DRAFT
    reorder_level: int = 0


class ProductChanges(Struct, frozen=True):
    """What is to become different about a product; None leaves a thing as it is."""

    name: str | None = None
    category: str | None = None
    price: str | None = None
    tagline: str | None = None
    description: str | None = None
    tint: Tint | None = None
    reorder_level: int | None = None


class ProductFilter(Struct, frozen=True):
    """Which products a list or a search is about; None is no limit."""

    category: str | None = None
    in_stock: bool = False
    max_price: str | None = None


ANY_PRODUCT = ProductFilter()


class ProductPage(Struct, frozen=True):
    """One page of a list; `next` continues it, None at the end."""

    items: tuple[Product, ...]
    next: str | None


class SearchPage(Struct, frozen=True):
    """One page of what a search found; when nothing was found, perhaps what was meant."""

    items: tuple[Product, ...]
    next: str | None
    did_you_mean: str | None = None


class Category(Struct, frozen=True):
    """A shelf: its name, and how many products stand on it, whatever their status."""

    name: str
    products: int
    created_at: datetime


class CategoryPage(Struct, frozen=True):
    """One page of the categories; `next` continues it, None at the end."""

    items: tuple[Category, ...]
    next: str | None


class Picture(Struct, frozen=True):
    """What a product looks like: a PNG file, or a drawing as drawing.py describes it."""

    sku: Sku
    media_type: str
    content: bytes


class ImportOutcome(Struct, frozen=True):
    """How many products an import made, changed, and found to be as the file says; no row of it was rejected."""

    created: int
    updated: int
    unchanged: int
    dry_run: bool = False
    run_id: str | None = None
    rejected: tuple[str, ...] = ()

    @property
    def applied(self) -> int:
        """Rows that changed something."""
        return self.created + self.updated


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


class ProductExists(Refused):
    """Another product has this SKU."""

    code = "product.exists"

    def __init__(self, sku: Sku) -> None:
        self.sku = sku
        super().__init__(
            f"There is a product {sku} already.", why="a SKU names one product", hint=f"micromart product show {sku}"
        )


class UnknownCategory(NotFound):
    """There is no such category."""

    code = "category.unknown"

    def __init__(self, name: str) -> None:
        self.category = name
        super().__init__(
            f"There is no category {name}.", why="no category has this name", hint="micromart category list"
        )


class CategoryExists(Refused):
    """Another category has this name, or one that differs only in case, accents or punctuation."""

    code = "category.exists"

    def __init__(self, name: str) -> None:
        self.category = name
        super().__init__(
            f"There is a category {name} already.",
            why="names that differ only in case, accents or punctuation count as one",
            hint="micromart category list",
        )


class CategoryInUse(Refused):
    """Products stand on this shelf."""

    code = "category.in_use"

    def __init__(self, name: str, products: int) -> None:
        self.category, self.products = name, products
        super().__init__(
            f"The category {name} is not empty.",
            why=f"{products} {'product is' if products == 1 else 'products are'} in it",
            hint=f"micromart product list --category '{name}'",
        )


class UnusablePicture(InvalidValue):
    """The file is no picture this shop can show."""

    code = "picture.unusable"

    def __init__(self, why: str) -> None:
        super().__init__("This is no picture the shop can show.", why=why, hint="use a PNG file of at most 256 KiB")


class WrongCursor(InvalidValue):
    """The cursor was not made by this list."""

    code = "cursor.wrong"

    def __init__(self) -> None:
        super().__init__(
            "This cursor does not fit.", why="it was not given by a list in this order", hint="begin without --after"
        )


@dataclass(frozen=True, kw_only=True)
class ProductChanged(Event, name="product.changed", key="sku"):
    """A product was made or changed."""

    sku: str
    version: int
    status: str
    actor: str
