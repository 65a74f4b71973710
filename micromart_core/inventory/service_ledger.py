"""How what is on hand changes: the ledger first, the shelf follows, and others hear of it."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from micromart_core.changes import Topic
from micromart_core.events import Event
from micromart_core.inventory import store_ledger, store_levels, store_stock
from micromart_core.inventory.model import (
    LARGEST_STOCK,
    Sku,
    StockChanged,
    StockLevel,
    StockLow,
    StockMovement,
    UnknownSku,
)
from micromart_core.inventory.model_changes import BelowZero, Change, TooMuchStock
from micromart_core.inventory.model_reports import MovementPage
from micromart_core.operation import operation
from micromart_core.paging import NoCursor, page_size
from micromart_core.transaction import Transaction

_LONGEST_ID = 18
"""Digits that surely fit the database's counting key."""


def post(tx: Transaction, levels: Mapping[Sku, StockLevel], changes: Sequence[Change]) -> dict[Sku, int]:
    """Write changes of locked products into the ledger and let their shelves follow; return what is on hand now.

    Whoever calls has made sure that it stays within bounds and covers what is held; the database refuses anything else.
    """
    on_hand = {change.sku: levels[change.sku].on_hand for change in changes}
    balances = []
    for change in changes:
        on_hand[change.sku] += change.by
        balances.append(on_hand[change.sku])
    store_ledger.add_movements(tx, changes, balances)
    store_stock.follow_ledger(tx, sorted({change.sku for change in changes if change.by}))
    tx.touch(Topic.STOCK, *on_hand)
    tx.touch(Topic.MOVEMENTS, *on_hand)
    return on_hand


def post_and_tell(tx: Transaction, levels: Mapping[Sku, StockLevel], changes: Sequence[Change]) -> None:
    """Post changes, and record for each product that moved that it did and whether it has become low."""
    on_hand = post(tx, levels, changes)
    reasons = {change.sku: change.reason for change in changes}
    news: list[Event] = []
    for sku, balance in on_hand.items():
        was = levels[sku].on_hand
        if balance != was:
            news.append(_changed(tx, sku, balance - was, balance, reasons[sku]))
        if balance <= levels[sku].reorder_level < was:
            news.append(StockLow(sku=sku, on_hand=balance, reorder_level=levels[sku].reorder_level))
    tx.record(*news)


def movements_of_trace(tx: Transaction, trace_id: str, *, limit: int) -> list[StockMovement]:
    """Return what one intent wrote into the ledger, oldest first."""
    return store_ledger.list_movements_of_trace(tx, trace_id, limit=limit)


def traces_of_movements(tx: Transaction, digits: str, *, limit: int) -> set[str]:
    """Return traces of the ledger that begin with these digits."""
    return store_ledger.list_traces(tx, digits, limit=limit)


def check_bounds(sku: Sku, on_hand: int, wanted: int) -> None:
    """Raise BelowZero or TooMuchStock for what no shelf can hold."""
    if wanted < 0:
        raise BelowZero(sku, on_hand, wanted)
    if wanted > LARGEST_STOCK:
        raise TooMuchStock(sku, on_hand, wanted)


@operation("stock:read", writes=False)
def list_movements(
    tx: Transaction,
    sku: Sku,
    since: datetime | None = None,
    at: datetime | None = None,
    after: str | None = None,
    limit: int = 50,
) -> MovementPage:
    """Return a product's ledger, newest first, from `since` to `at`; the first balance is what was on hand then.

    Raise UnknownSku for a product that is not there.
    """
    if not store_levels.load_levels(tx, [sku]):
        raise UnknownSku(sku)
    size = page_size(limit)
    before_id = _read_cursor(after)
    rows = store_ledger.list_movements(tx, sku, since=since, at=at, before_id=before_id, limit=size + 1)
    return MovementPage(tuple(rows[:size]), str(rows[size - 1].id) if len(rows) > size else None)


def _read_cursor(after: str | None) -> int | None:
    if after is None:
        return None
    if not (after.isascii() and after.isdigit() and len(after) <= _LONGEST_ID):
        raise NoCursor(after)
    return int(after)


def _changed(tx: Transaction, sku: Sku, by: int, balance: int, reason: str) -> StockChanged:
    return StockChanged(sku=sku, change=by, balance=balance, reason=reason, actor=tx.caller.actor)
