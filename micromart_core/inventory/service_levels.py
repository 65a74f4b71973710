"""What staff sees of the shelves: levels, low ones, and why no more is available."""

from collections.abc import Callable

from micromart_core.inventory import store_holds, store_levels, store_stock
from micromart_core.inventory.model import Hold, Sku, StockLevel, UnknownSku
from micromart_core.inventory.model_reports import HoldOfCart, LevelPage, StockExplained
from micromart_core.operation import operation
from micromart_core.paging import LONGEST_PAGE, page_size
from micromart_core.transaction import Transaction


@operation("stock:read", writes=False)
def list_levels(tx: Transaction, after: str | None = None, limit: int = 50) -> LevelPage:
    """Return the stock levels of all products, by SKU."""
    return _page(tx, store_stock.list_skus, after, page_size(limit))


@operation("stock:read", writes=False)
def list_low(tx: Transaction, after: str | None = None, limit: int = 50) -> LevelPage:
    """Return the levels of products of which no more is on hand than their reorder level, by SKU."""
    return _page(tx, store_stock.list_low_skus, after, page_size(limit))


@operation("stock:read", writes=False)
def show_level(tx: Transaction, sku: Sku) -> StockLevel:
    """Return one product's stock level, or raise UnknownSku."""
    level = store_levels.load_levels(tx, [sku]).get(sku)
    if level is None:
        raise UnknownSku(sku)
    return level


@operation("stock:read", writes=False)
def explain_level(tx: Transaction, sku: Sku) -> StockExplained:
    """Return one product's stock level with the carts that hold it and the arithmetic, or raise UnknownSku."""
    level = show_level(tx, sku)
    holds = store_holds.list_live_holds(tx, sku, limit=LONGEST_PAGE)
    return StockExplained(
        level.sku,
        level.on_hand,
        level.held,
        level.reorder_level,
        level.version,
        tuple(HoldOfCart(hold.cart, hold.quantity, hold.until) for hold in holds),
        _arithmetic(level, holds),
    )


def _arithmetic(level: StockLevel, holds: list[Hold]) -> str:
    carts = f"{len(holds)}{'+' if len(holds) == LONGEST_PAGE else ''} {'cart' if len(holds) == 1 else 'carts'}"
    held = f"{level.held} held in {carts}" if level.held else "0 held"
    return f"{level.on_hand} on hand - {held} = {level.available} available"


def _page(tx: Transaction, list_skus: Callable[..., list[Sku]], after: str | None, size: int) -> LevelPage:
    skus = list_skus(tx, after=after or "", limit=size + 1)
    levels = store_levels.load_levels(tx, skus[:size])
    shown = tuple(levels[sku] for sku in skus[:size] if sku in levels)
    return LevelPage(shown, skus[size - 1] if len(skus) > size else None)
