"""The shelf as one walks along it: from a product on in both directions, and from its end."""

from micromart_core.inventory.model import Sku, UnknownSku
from micromart_core.inventory.service_reading import levels_of
from micromart_core.operation import operation
from micromart_core.paging import page_size
from micromart_core.products import cursor, store, store_pages
from micromart_core.products.model import NotForSale, ProductPage, ProductStatus, SortKey
from micromart_core.products.service import may_see
from micromart_core.products.store_pages import Listing
from micromart_core.transaction import Transaction

_SHELF = Listing(SortKey.SHELF, (ProductStatus.PUBLISHED,))


@operation(writes=False)
def list_products_up_to(tx: Transaction, last: str | None = None, limit: int = 50) -> ProductPage:
    """Return the products of the shelf that end where a cursor stands, in its order; None = the last ones of all.

    The page's `next` is where the page before it ends. Raise WrongCursor.
    """
    size = page_size(limit)
    position = cursor.decode(SortKey.SHELF, last)
    rows = store_pages.list_rows_up_to(tx, _SHELF, position, size + 1)
    following = cursor.encode(SortKey.SHELF, _SHELF.position_of(rows[size])) if len(rows) > size else None
    shown = rows[:size][::-1]
    levels = levels_of(tx, [row["sku"] for row in shown])
    return ProductPage(tuple(store.product_of(row, levels[row["sku"]]) for row in shown), following)


@operation(writes=False)
def locate_product(tx: Transaction, sku: Sku) -> str:
    """Return the cursor that stands at a product of the shelf; raise UnknownSku or NotForSale."""
    row = store.load_rows(tx, [sku]).get(sku)
    if row is None or not may_see(tx, ProductStatus(row["status"])):
        raise UnknownSku(sku)
    if row["status"] != ProductStatus.PUBLISHED:
        raise NotForSale(sku, row["status"])
    return cursor.encode(SortKey.SHELF, _SHELF.position_of(row))
