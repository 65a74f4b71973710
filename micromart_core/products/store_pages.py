"""The catalogue's lists: one page by key, in each order a list can come in."""

from collections.abc import Sequence
from typing import Any

from msgspec import Struct
from sqlalchemy import Column, ColumnElement, Select, select, true, tuple_, union_all
from sqlalchemy.engine import RowMapping

from micromart_core.products.cursor import Position
from micromart_core.products.model import ProductStatus, SortKey
from micromart_core.products.store import PRODUCT, PRODUCT_FROM
from micromart_core.products.tables import products
from micromart_core.transaction import Transaction

KEYS: dict[SortKey, tuple[Column[Any], ...]] = {
    SortKey.SHELF: (products.c.category_key, products.c.name_key, products.c.sku),
    SortKey.NAME: (products.c.name_key, products.c.sku),
    SortKey.PRICE: (products.c.price, products.c.sku),
    SortKey.NEWEST: (products.c.created_at, products.c.sku),
}


class Listing(Struct, frozen=True):
    """Which rows, in which order."""

    sort: SortKey
    statuses: Sequence[ProductStatus]
    category_key: str | None = None
    max_price: int | None = None

    def position_of(self, row: RowMapping) -> Position:
        """Return where in this order a row stands."""
        return tuple(row[column.name] for column in KEYS[self.sort])


def list_rows(tx: Transaction, listing: Listing, after: Position | None, limit: int) -> Sequence[RowMapping]:
    """Return rows after a position, in the listing's order."""
    pages = [_page(listing, status, after, limit).subquery() for status in listing.statuses]
    page = union_all(*[select(one.c.id) for one in pages]).subquery()
    query = select(*PRODUCT).select_from(PRODUCT_FROM.join(page, page.c.id == products.c.id))
    return tx.connection.execute(query.order_by(*_order(listing.sort)).limit(limit)).mappings().all()


def list_rows_up_to(tx: Transaction, listing: Listing, last: Position | None, limit: int) -> Sequence[RowMapping]:
    """Return rows from a position backwards, the one that stands there too; None begins at the end of the list."""
    keys = KEYS[listing.sort]
    pages = [
        select(products.c.id)
        .where(products.c.status == status.value)
        .where(tuple_(*keys) <= last if last is not None else true())
        .order_by(*[key.desc() for key in keys])
        .limit(limit)
        .subquery()
        for status in listing.statuses
    ]
    page = union_all(*[select(one.c.id) for one in pages]).subquery()
    query = select(*PRODUCT).select_from(PRODUCT_FROM.join(page, page.c.id == products.c.id))
    return tx.connection.execute(query.order_by(*[key.desc() for key in keys]).limit(limit)).mappings().all()


def _page(listing: Listing, status: ProductStatus, after: Position | None, limit: int) -> Select[tuple[int]]:
    """Choose the rows of one status, walking one index from the position on."""
    query = select(products.c.id).where(products.c.status == status.value)
    if listing.category_key is not None:
        query = query.where(products.c.category_key == listing.category_key)
    if listing.max_price is not None:
        query = query.where(products.c.price <= listing.max_price)
    if after is not None:
        keys = tuple_(*KEYS[listing.sort])
        query = query.where(keys < after if listing.sort is SortKey.NEWEST else keys > after)
    return query.order_by(*_order(listing.sort)).limit(limit)


def _order(sort: SortKey) -> list[ColumnElement[Any]]:
    return [key.desc() for key in KEYS[sort]] if sort is SortKey.NEWEST else list(KEYS[sort])
