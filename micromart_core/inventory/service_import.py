"""How a file changes the stock of many products at once, once for each run id, and how that is undone."""

import hashlib
from collections.abc import Mapping, Sequence

import msgspec
from msgspec.structs import replace

from micromart_core.errors import BadRows, Refused
from micromart_core.inventory import store_ledger, store_runs, store_stock
from micromart_core.inventory.import_rows import StockRow, read_stock_rows, skus_of
from micromart_core.inventory.model import Reason, Sku, StockLevel, UnknownSku
from micromart_core.inventory.model_changes import Change
from micromart_core.inventory.model_runs import (
    BulkResult,
    RejectedRow,
    RowsRefused,
    RunReused,
    RunUndone,
    UnknownRun,
    run_id_of,
)
from micromart_core.inventory.service_evictions import make_room
from micromart_core.inventory.service_ledger import check_bounds, post_and_tell
from micromart_core.operation import operation
from micromart_core.transaction import Transaction

_UNDONE = Reason("correction")


@operation("stock:adjust")
def import_stock(tx: Transaction, text: str, run_id: str) -> BulkResult:
    """Apply every row of a CSV file (sku, by or on_hand, reason, note), or none.

    Raise BadRows with all rows that mean nothing, RowsRefused when rules forbid some. The same file under the
    same run id gets the stored answer, unless that was undone (RunUndone); another one raises RunReused.
    """
    content = _hash(text, "whole")
    return _find_answer(tx, run_id, content) or _apply_whole(tx, text, run_id, content)


@operation("stock:adjust")
def import_good_rows(tx: Transaction, text: str, run_id: str) -> BulkResult:
    """Apply the rows of a CSV file that can be applied, return the others with why; once a run id, as import_stock."""
    content = _hash(text, "partial")
    return _find_answer(tx, run_id, content) or _apply_good(tx, text, run_id, content)


@operation("stock:adjust")
def undo_import(tx: Transaction, run_id: str) -> BulkResult:
    """Take back what a run changed, with ledger rows of its own, once.

    Raise UnknownRun, RunUndone, or RowsRefused where less would be left than is held.
    """
    run = store_runs.lock_run(tx, run_id)
    if run is None:
        raise UnknownRun(run_id)
    if run.undone_by is not None:
        raise RunUndone(run_id, run.undone_by)
    sums = {sku: change for sku, change in store_ledger.sum_of_run(tx, run_id).items() if change}
    levels = store_stock.lock_levels(tx, sorted(sums)) if sums else {}
    changes = [
        Change(sku, -change, _UNDONE, f"undo of {run_id}", run_id=f"{run_id}/undo") for sku, change in sums.items()
    ]
    refused = tuple((change.sku, error.why) for change in changes if (error := _refusal(tx, levels, change)))
    if refused:
        raise RowsRefused(refused)
    if changes:
        post_and_tell(tx, levels, changes)
    store_runs.mark_undone(tx, run_id)
    return BulkResult(run_id, len(changes), ())


def _find_answer(tx: Transaction, run_id: str, content: str) -> BulkResult | None:
    """Return the stored answer of this run, None for a new one.

    Raise RunReused for other rows, and RunUndone where the answer would claim what was taken back.
    """
    run = store_runs.find_run(tx, run_id_of(run_id))
    if run is None:
        return None
    if run.content_hash != content:
        raise RunReused(run_id)
    if run.undone_by is not None:
        raise RunUndone(run_id, run.undone_by)
    return replace(msgspec.json.decode(run.result, type=BulkResult), was_done=True)


def _apply_whole(tx: Transaction, text: str, run_id: str, content: str) -> BulkResult:
    rows, bad = read_stock_rows(text)
    store_runs.add_run(tx, run_id, content)
    levels, unknown = _lock(tx, rows)
    bad += unknown
    if bad:
        raise BadRows(tuple((each.row, each.error) for each in sorted(bad, key=_number)))
    changes, refused = _plan(tx, rows, levels, run_id)
    if refused:
        raise RowsRefused(tuple((f"row {each.row}", each.error) for each in refused))
    return _apply(tx, run_id, levels, changes, [])


def _apply_good(tx: Transaction, text: str, run_id: str, content: str) -> BulkResult:
    rows, bad = read_stock_rows(text)
    store_runs.add_run(tx, run_id, content)
    levels, unknown = _lock(tx, rows)
    changes, refused = _plan(tx, [row for row in rows if row.sku in levels], levels, run_id)
    return _apply(tx, run_id, levels, changes, sorted(bad + unknown + refused, key=_number))


def _apply(
    tx: Transaction,
    run_id: str,
    levels: Mapping[Sku, StockLevel],
    changes: Sequence[Change],
    rejected: Sequence[RejectedRow],
) -> BulkResult:
    if changes:
        post_and_tell(tx, levels, changes)
    result = BulkResult(run_id, len(changes), tuple(rejected))
    store_runs.save_result(tx, run_id, msgspec.json.encode(result).decode(), result.applied)
    return result


def _lock(tx: Transaction, rows: Sequence[StockRow]) -> tuple[dict[Sku, StockLevel], list[RejectedRow]]:
    """Lock all products of a file in one statement; return their levels, and the rows whose product is not there."""
    levels = store_stock.lock_levels(tx, skus_of(rows)) if rows else {}
    return levels, [RejectedRow(row.number, UnknownSku(row.sku).message) for row in rows if row.sku not in levels]


def _plan(
    tx: Transaction, rows: Sequence[StockRow], levels: Mapping[Sku, StockLevel], run_id: str
) -> tuple[list[Change], list[RejectedRow]]:
    """Turn rows, one after the other, into changes; a row that a rule forbids is passed over."""
    on_hand = {sku: level.on_hand for sku, level in levels.items()}
    changes, refused = [], []
    for row in rows:
        level = levels[row.sku]
        wanted = row.on_hand if row.by is None else on_hand[row.sku] + row.by
        error = _check(tx, level, on_hand[row.sku], wanted or 0, row.reason)
        if error is not None:
            refused.append(RejectedRow(row.number, error.sentences))
            continue
        changes.append(Change(row.sku, (wanted or 0) - on_hand[row.sku], row.reason, row.note, run_id=run_id))
        on_hand[row.sku] = wanted or 0
    return changes, refused


def _refusal(tx: Transaction, levels: Mapping[Sku, StockLevel], change: Change) -> Refused | None:
    level = levels[change.sku]
    return _check(tx, level, level.on_hand, level.on_hand + change.by, change.reason)


def _check(tx: Transaction, level: StockLevel, on_hand: int, wanted: int, reason: Reason) -> Refused | None:
    """Return why a locked product may not go to `wanted`, None when it may; ended holds are freed on the way."""
    try:
        check_bounds(level.sku, on_hand, wanted)
        make_room(tx, level, wanted, reason)
    except Refused as error:
        return error
    return None


def _hash(text: str, how: str) -> str:
    return hashlib.sha256(f"{how}\n{text}".encode()).hexdigest()


def _number(rejected: RejectedRow) -> int:
    return rejected.row
