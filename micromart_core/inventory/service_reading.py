"""What others read of the stockroom; apart from what moves holds, whose statements a reader has no use for."""

from collections.abc import Sequence

from micromart_core.inventory import store_levels
from micromart_core.inventory.model import Sku, StockLevel
from micromart_core.transaction import Transaction


def levels_of(tx: Transaction, skus: Sequence[Sku]) -> dict[Sku, StockLevel]:
    """Return the stock levels of products; `held` counts live holds only."""
    return store_levels.load_levels(tx, skus)
