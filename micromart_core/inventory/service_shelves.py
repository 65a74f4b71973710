"""The stockroom as the desk looks along it: shelves of a state, how many there are, and what was sold of late."""

from datetime import UTC, datetime, timedelta

from micromart_core.errors import InvalidValue
from micromart_core.inventory import store_levels, store_shelves
from micromart_core.inventory.model import Sku, StockLevel
from micromart_core.inventory.model_reports import LevelPage, Shelf, ShelfCounts, SoldLately
from micromart_core.operation import operation
from micromart_core.paging import page_size
from micromart_core.transaction import Transaction

MOST_AT_ONCE = 100
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY = timedelta(days=1)
_STRAGGLERS = timedelta(minutes=10)
"""Movements are numbered when they are written, dated when their transaction began: so far these may differ."""


@operation("stock:read", writes=False)
def list_shelves(tx: Transaction, state: Shelf, after: str | None = None, limit: int = 50) -> LevelPage:
    """Return the levels of products in a state, by SKU.

    A page may be short, even empty, and still have a `next`, when few of very many are in it.
    """
    size, start = page_size(limit), Sku(after or "")
    skus = store_shelves.list_skus_of(tx, state, after=start, limit=size + 1)
    levels = store_levels.load_levels(tx, skus[:size])
    shown = tuple(levels[sku] for sku in skus[:size] if sku in levels and _is(levels[sku], state))
    following = skus[size - 1] if len(skus) > size else store_shelves.find_end_of_look(tx, after=start)
    return LevelPage(shown, following)


@operation("stock:read", writes=False)
def count_shelves(tx: Transaction) -> ShelfCounts:
    """Count the products and those low or sold out; in a very large shop only among the first ten thousand."""
    return store_shelves.count_first(tx)


@operation("stock:read", writes=False)
def count_sold(tx: Transaction, skus: tuple[Sku, ...], days: int = 7) -> tuple[SoldLately, ...]:
    """Count the units that orders took of at most 100 products in each of the last days in UTC, today the last one."""
    if len(skus) > MOST_AT_ONCE or not 1 <= days <= MOST_AT_ONCE:
        raise InvalidValue(
            f"{len(skus)} products over {days} days are too many.",
            why=f"{MOST_AT_ONCE} of each go at once",
            hint="ask in several goes",
        )
    first = (tx.now - _EPOCH) // _DAY - days + 1
    since = _EPOCH + first * _DAY
    from_id = store_shelves.find_first_movement(tx, since - _STRAGGLERS)
    rows = () if from_id is None else store_shelves.list_sold(tx, skus, since=since, from_id=from_id)
    sold = {(row.sku, row.day): row.units for row in rows}
    return tuple(SoldLately(sku, tuple(sold.get((sku, first + day), 0) for day in range(days))) for sku in skus)


def _is(level: StockLevel, state: Shelf) -> bool:
    """Say whether a product is in a state, now that ended holds count for nobody."""
    return {Shelf.LOW: level.low, Shelf.SOLD_OUT: level.available <= 0, Shelf.HELD: level.held > 0}[state]
