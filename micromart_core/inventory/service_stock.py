"""What staff does with one product's stock, and what products and orders ask of the shelves."""

from collections.abc import Mapping, Sequence

from micromart_core.changes import Topic
from micromart_core.errors import InvalidValue
from micromart_core.inventory import store_ledger, store_levels, store_stock
from micromart_core.inventory.model import (
    LARGEST_STOCK,
    Reason,
    Sku,
    StaleStock,
    StockLevel,
    StockSold,
    UnknownSku,
    reason_of,
)
from micromart_core.inventory.model_changes import (
    Change,
    Evict,
    RestockedBefore,
    StockHasMoved,
    checked_change,
    checked_count,
    checked_note,
)
from micromart_core.inventory.service_evictions import check_may_evict, make_room
from micromart_core.inventory.service_ledger import check_bounds, post, post_and_tell
from micromart_core.operation import operation
from micromart_core.transaction import Transaction

_LOCKED_AT_ONCE = 30_000


@operation("stock:adjust")
def adjust_stock(
    tx: Transaction,
    sku: Sku,
    by: int,
    reason: Reason,
    note: str | None = None,
    evict: Evict | None = None,
    if_version: int | None = None,
) -> StockLevel:
    """Add `by` to what is on hand (negative takes away); raise BelowHeld when carts hold more than would be left.

    With `evict` the newest holds are freed until it fits. An `if_version` that is not the stock's raises StaleStock.
    """
    change = Change(sku, checked_change(by), reason_of(reason), checked_note(note))
    level = _open_shelf(tx, sku, evict, if_version)
    return _apply(tx, level, change, evict)


@operation("stock:adjust")
def count_stock(
    tx: Transaction,
    sku: Sku,
    on_hand: int,
    reason: Reason,
    note: str | None = None,
    evict: Evict | None = None,
    if_version: int | None = None,
) -> StockLevel:
    """Make the stock what was counted, as adjust_stock would; a count that agrees is noted in the ledger too."""
    counted, why, kept = checked_count(on_hand), reason_of(reason), checked_note(note)
    level = _open_shelf(tx, sku, evict, if_version)
    return _apply(tx, level, Change(sku, counted - level.on_hand, why, kept), evict)


def create_stock(tx: Transaction, sku: Sku, reorder_level: int) -> None:
    """Make an empty shelf for a new product."""
    store_stock.add_stock(tx, sku, _checked_level(reorder_level))


def create_many_stocks(tx: Transaction, reorder_levels: Mapping[Sku, int]) -> None:
    """Make empty shelves for many new products."""
    if reorder_levels:
        store_stock.add_stocks(tx, {sku: _checked_level(level) for sku, level in reorder_levels.items()})


def set_reorder_level(tx: Transaction, sku: Sku, level: int) -> None:
    """Set at which number on hand a product counts as low; raise UnknownSku."""
    if not store_stock.save_reorder_level(tx, sku, _checked_level(level)):
        raise UnknownSku(sku)
    tx.touch(Topic.STOCK, sku)


def remove_stock(tx: Transaction, sku: Sku) -> None:
    """Take the shelf of a product away; raise StockHasMoved when the ledger knows it."""
    if sku not in store_stock.lock_levels(tx, [sku]):
        raise UnknownSku(sku)
    if store_ledger.has_moved(tx, sku):
        raise StockHasMoved(sku)
    store_stock.remove_stock(tx, sku)


def restock(tx: Transaction, order_id: str, lines: Sequence[StockSold], reason: Reason) -> None:
    """Put back what order lines took, once for each line; raise RestockedBefore."""
    if not lines:
        return
    levels = _lock(tx, [line.sku for line in lines])
    before = store_ledger.list_restocked(tx, order_id) & levels.keys()
    if before:
        raise RestockedBefore(order_id, tuple(sorted(before)))
    for line in lines:
        check_bounds(line.sku, levels[line.sku].on_hand, levels[line.sku].on_hand + line.quantity)
    post_and_tell(tx, levels, [Change(line.sku, line.quantity, reason, order_id=order_id) for line in lines])


def receive_many(
    tx: Transaction,
    quantities: Mapping[Sku, int],
    reason: Reason,
    note: str | None = None,
    run_id: str | None = None,
) -> None:
    """Put opening stock on the shelves of many products. No event tells of it: the products themselves are news."""
    skus = sorted(sku for sku, quantity in quantities.items() if quantity)
    for start in range(0, len(skus), _LOCKED_AT_ONCE):
        levels = _lock(tx, skus[start : start + _LOCKED_AT_ONCE])
        for sku, level in levels.items():
            check_bounds(sku, level.on_hand, level.on_hand + quantities[sku])
        post(tx, levels, [Change(sku, quantities[sku], reason, note, run_id=run_id) for sku in levels])


def _open_shelf(tx: Transaction, sku: Sku, evict: Evict | None, if_version: int | None) -> StockLevel:
    """Lock one product for staff; raise NotAllowed, UnknownSku or StaleStock, in this order."""
    check_may_evict(tx, evict)
    level = _lock(tx, [sku])[sku]
    if if_version is not None and if_version != level.version:
        raise StaleStock(sku, if_version, level.version)
    return level


def _apply(tx: Transaction, level: StockLevel, change: Change, evict: Evict | None) -> StockLevel:
    """Make one change of a locked product, if its bounds and what is held allow it."""
    wanted = level.on_hand + change.by
    check_bounds(level.sku, level.on_hand, wanted)
    make_room(tx, level, wanted, change.reason, evict)
    post_and_tell(tx, {level.sku: level}, [change])
    return store_levels.load_levels(tx, [level.sku])[level.sku]


def _lock(tx: Transaction, skus: Sequence[Sku]) -> dict[Sku, StockLevel]:
    """Lock products in order; raise UnknownSku for one that is not there."""
    levels = store_stock.lock_levels(tx, skus)
    for sku in skus:
        if sku not in levels:
            raise UnknownSku(sku)
    return levels


def _checked_level(level: int) -> int:
    if not 0 <= level <= LARGEST_STOCK:
        raise InvalidValue(
            f"{level} is no reorder level.", why=f"a reorder level is 0 to {LARGEST_STOCK}", hint="0 means never low"
        )
    return level
