"""Doing what the adjust panel says, product by product: each change is one operation, and each is answered."""

from collections.abc import Sequence

from msgspec import Struct

from micromart_core.errors import MicroMartError, Unavailable
from micromart_core.inventory.model import StockLevel, reason_of
from micromart_core.inventory.model_changes import Evict
from micromart_core.inventory.service_stock import adjust_stock, count_stock
from micromart_tui.admin.adjustment import Adjustment
from micromart_tui.gallery import Ask


class Applied(Struct, frozen=True):
    """What became of the products: those that changed, and those that did not with the refusal."""

    changed: tuple[StockLevel, ...]
    refused: tuple[tuple[StockLevel, MicroMartError], ...]


async def apply_to(ask: Ask, level: StockLevel, adjustment: Adjustment) -> StockLevel:
    """Change one product as it was seen, or raise what forbids it: StaleStock when it is another one by now."""
    operation = count_stock if adjustment.is_count else adjust_stock
    return await ask(
        operation,
        level.sku,
        adjustment.number,
        reason_of(adjustment.reason),
        adjustment.note or None,
        Evict.NEWEST if adjustment.evicts else None,
        level.version,
    )


async def apply_to_all(ask: Ask, levels: Sequence[StockLevel], adjustment: Adjustment) -> Applied:
    """Change each product; one that is refused stops no other. Raise Unavailable when the shop has gone away."""
    changed: list[StockLevel] = []
    refused: list[tuple[StockLevel, MicroMartError]] = []
    for level in levels:
        try:
            changed.append(await apply_to(ask, level, adjustment))
        except Unavailable:
            raise
        except MicroMartError as error:
            refused.append((level, error))
    return Applied(tuple(changed), tuple(refused))
