"""The catalogue as everybody reads it: one product, pages of products, and what carts need to know."""

from collections.abc import Sequence

from sqlalchemy.engine import RowMapping

from micromart_core.errors import InvalidValue
from micromart_core.inventory.model import Sku, StockLevel, UnknownSku
from micromart_core.inventory.service_reading import levels_of
from micromart_core.operation import operation
from micromart_core.paging import page_size
from micromart_core.permissions import Permission
from micromart_core.products import cursor, store, store_categories, store_pages
from micromart_core.products.cursor import Position
from micromart_core.products.entry import category_key, price_of
from micromart_core.products.model import (
    ANY_PRODUCT,
    Offer,
    Product,
    ProductFilter,
    ProductPage,
    ProductStatus,
    SortKey,
    UnknownCategory,
)
from micromart_core.products.store_pages import Listing
from micromart_core.transaction import Transaction

ROWS_AT_ONCE = 250
"""Rows read in one round when those out of stock are left out, and a page is short."""
MOST_ROUNDS = 20
MOST_AT_ONCE = 100
_PUBLISHED = (ProductStatus.PUBLISHED,)


def offers_of(tx: Transaction, skus: Sequence[Sku]) -> dict[Sku, Offer]:
    """Return what carts need to know of products, in one statement; unknown ones are left out."""
    return store.load_offers(tx, skus)


def products_of(tx: Transaction, skus: Sequence[Sku]) -> dict[Sku, Product]:
    """Return products of any status with their stock; unknown ones are left out."""
    return _with_stock(store.load_rows(tx, skus), levels_of(tx, skus))


@operation(writes=False)
def show_product(tx: Transaction, sku: Sku) -> Product:
    """Return a product; raise UnknownSku, also for a draft when the caller is not of the catalogue's staff."""
    product = products_of(tx, [sku]).get(sku)
    if product is None or not may_see(tx, product.status):
        raise UnknownSku(sku)
    return product


@operation(writes=False)
def show_products(tx: Transaction, skus: tuple[Sku, ...]) -> tuple[Product, ...]:
    """Return at most 100 products, archived ones too; unknown ones, and hidden drafts, are left out."""
    if len(skus) > MOST_AT_ONCE:
        raise InvalidValue(
            f"{len(skus)} products are too many.", why=f"{MOST_AT_ONCE} go at once", hint="ask in several goes"
        )
    return tuple(product for product in products_of(tx, skus).values() if may_see(tx, product.status))


@operation(writes=False)
def list_products(
    tx: Transaction,
    where: ProductFilter = ANY_PRODUCT,
    sort: SortKey = SortKey.SHELF,
    after: str | None = None,
    limit: int = 50,
) -> ProductPage:
    """Return a page of published products; raise UnknownCategory or WrongCursor.

    With `in_stock` a page may be short and still have a `next`, when few of very many are in stock.
    """
    return _list(tx, _listing(tx, where, sort, _PUBLISHED), after, limit, in_stock=where.in_stock)


@operation("catalog:write", writes=False)
def list_catalogue(
    tx: Transaction,
    status: ProductStatus | None = None,
    where: ProductFilter = ANY_PRODUCT,
    sort: SortKey = SortKey.SHELF,
    after: str | None = None,
    limit: int = 50,
) -> ProductPage:
    """Return a page of the products of one status, or of all, as list_products does."""
    statuses = tuple(ProductStatus) if status is None else (status,)
    return _list(tx, _listing(tx, where, sort, statuses), after, limit, in_stock=where.in_stock)


def may_see(tx: Transaction, status: ProductStatus) -> bool:
    """True unless it is a draft, which only the catalogue's staff know of."""
    return status is not ProductStatus.DRAFT or Permission.CATALOG_WRITE in tx.caller.permissions


def known_category(tx: Transaction, name: str) -> str:
    """Return the key of a category, or raise UnknownCategory."""
    key = category_key(name)
    if not store_categories.load_names(tx, [key]):
        raise UnknownCategory(name)
    return key


def _listing(tx: Transaction, where: ProductFilter, sort: SortKey, statuses: Sequence[ProductStatus]) -> Listing:
    max_price = None if where.max_price is None else price_of(where.max_price, tx.settings.shop).amount
    key = None if where.category is None else known_category(tx, where.category)
    return Listing(sort, statuses, key, max_price)


def _list(tx: Transaction, listing: Listing, after: str | None, limit: int, *, in_stock: bool) -> ProductPage:
    """Read rows in rounds until one more than the page has is found, the list ends, or it has been enough."""
    position = cursor.decode(listing.sort, after)
    wanted = page_size(limit) + 1
    at_once = max(wanted, ROWS_AT_ONCE) if in_stock else wanted
    found: list[tuple[Product, Position]] = []
    for _ in range(MOST_ROUNDS):
        rows = store_pages.list_rows(tx, listing, position, at_once)
        levels = levels_of(tx, [row["sku"] for row in rows])
        kept = [row for row in rows if not in_stock or levels[row["sku"]].available > 0]
        found += [(store.product_of(row, levels[row["sku"]]), listing.position_of(row)) for row in kept]
        position = listing.position_of(rows[-1]) if len(rows) == at_once else None
        if position is None or len(found) >= wanted:
            break
    if len(found) >= wanted:
        found, position = found[:limit], found[limit - 1][1]
    following = None if position is None else cursor.encode(listing.sort, position)
    return ProductPage(tuple(product for product, _ in found), following)


def _with_stock(rows: dict[Sku, RowMapping], levels: dict[Sku, StockLevel]) -> dict[Sku, Product]:
    return {sku: store.product_of(row, levels[sku]) for sku, row in rows.items()}
