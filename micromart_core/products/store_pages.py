"""The catalogue's lists: one page by key, in each order a list can come in."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from msgspec import Struct
from sqlalchemy import Column, ColumnElement, Integer, Select, bindparam, select, true, tuple_, union_all
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
_LIMIT = bindparam("limit", type_=Integer)


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
    values: dict[str, Any] = {"limit": limit}
    if listing.category_key is not None:
        values["category"] = listing.category_key
    if listing.max_price is not None:
        values["max_price"] = listing.max_price
    if after is not None:
        values |= {f"after_{number}": value for number, value in enumerate(after)}
    query = _rows(listing.sort, tuple(listing.statuses), tuple(values))
    return tx.connection.execute(query, values).mappings().all()


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


@cache
def _rows(sort: SortKey, statuses: tuple[ProductStatus, ...], given: tuple[str, ...]) -> Select[Any]:
    """Make the statement of a kind of list once: making it costs more than running it."""
    pages = [_page(sort, status, given).subquery() for status in statuses]
    page = union_all(*[select(one.c.id) for one in pages]).subquery()
    query = select(*PRODUCT).select_from(PRODUCT_FROM.join(page, page.c.id == products.c.id))
    return query.order_by(*_order(sort)).limit(_LIMIT)


def _page(sort: SortKey, status: ProductStatus, given: tuple[str, ...]) -> Select[tuple[int]]:
    """Choose the rows of one status, walking one index from the position on; `given` names what it will be told."""
    query = select(products.c.id).where(products.c.status == status.value)
    if "category" in given:
        query = query.where(products.c.category_key == bindparam("category"))
    if "max_price" in given:
        query = query.where(products.c.price <= bindparam("max_price"))
    if "after_0" in given:
        keys = KEYS[sort]
        after = tuple_(*[bindparam(f"after_{number}", type_=key.type) for number, key in enumerate(keys)])
        query = query.where(tuple_(*keys) < after if sort is SortKey.NEWEST else tuple_(*keys) > after)
    return query.order_by(*_order(sort)).limit(_LIMIT)


def _order(sort: SortKey) -> list[ColumnElement[Any]]:
    return [key.desc() for key in KEYS[sort]] if sort is SortKey.NEWEST else list(KEYS[sort])
