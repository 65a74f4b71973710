"""Lists of carts: a person's own, and all of them for staff."""

from collections import defaultdict
from collections.abc import Sequence

from micromart_core.carts import store_lists
from micromart_core.carts.model import Cart, CartPage
from micromart_core.carts.store import CartRow
from micromart_core.carts.view import compose
from micromart_core.operation import operation
from micromart_core.paging import page_size
from micromart_core.products import service as products
from micromart_core.transaction import Transaction


@operation("cart:own", writes=False)
def list_my_carts(tx: Transaction, after: str | None = None, limit: int = 50) -> CartPage:
    """Return the caller's carts, newest first: open, ordered, expired and parked ones."""
    return _page(tx, store_lists.list_own(tx, after, page_size(limit) + 1), limit)


@operation("stock:read", writes=False)
def list_all_carts(tx: Transaction, after: str | None = None, limit: int = 50) -> CartPage:
    """Return everybody's carts, whatever became of them, newest first."""
    return _page(tx, store_lists.list_all(tx, after, page_size(limit) + 1), limit)


def _page(tx: Transaction, rows: Sequence[CartRow], limit: int) -> CartPage:
    shown = rows[:limit]
    return CartPage(tuple(compose_all(tx, shown)), shown[-1].id if len(rows) > limit else None)


def compose_all(tx: Transaction, rows: Sequence[CartRow]) -> list[Cart]:
    """Return carts of their rows, with what is known of their lines."""
    lines = defaultdict(list)
    for cart_id, line in store_lists.list_lines_of(tx, [row.id for row in rows]):
        lines[cart_id].append(line)
    skus = sorted({line.sku for each in lines.values() for line in each})
    offers = products.offers_of(tx, skus) if skus else {}
    return [compose(tx, row, lines[row.id], offers) for row in rows]
