"""The table of import runs: what was imported under which id, and whether it was undone."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import CheckConstraint, Column, Integer, Table, Text, insert, select, update

from micromart_core.inventory.store_levels import for_update
from micromart_core.schema import Instant, metadata
from micromart_core.transaction import Transaction

stock_runs = Table(
    "stock_runs",
    metadata,
    Column("run_id", Text, primary_key=True),
    Column("content_hash", Text, nullable=False),
    Column("result", Text, nullable=False, server_default=""),
    Column("applied", Integer, nullable=False, server_default="0"),
    Column("actor", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("undone_at", Instant),
    Column("undone_by", Text),
    CheckConstraint("applied >= 0", name="applied"),
    CheckConstraint("(undone_at IS NULL) = (undone_by IS NULL)", name="undone"),
)


class RunRow(NamedTuple):
    """A run as it is stored."""

    run_id: str
    content_hash: str
    result: str
    applied: int
    actor: str
    at: datetime
    undone_at: datetime | None
    undone_by: str | None


def find_run(tx: Transaction, run_id: str) -> RunRow | None:
    """Return a run, None when none has this id."""
    row = tx.connection.execute(select(stock_runs).where(stock_runs.c.run_id == run_id)).first()
    return RunRow(*row) if row else None


def lock_run(tx: Transaction, run_id: str) -> RunRow | None:
    """Lock a run, None when none has this id."""
    row = tx.connection.execute(for_update(select(stock_runs).where(stock_runs.c.run_id == run_id))).first()
    return RunRow(*row) if row else None


def add_run(tx: Transaction, run_id: str, content_hash: str) -> None:
    """Begin a run; the primary key lets a second one of this id wait and fail."""
    tx.connection.execute(
        insert(stock_runs).values(run_id=run_id, content_hash=content_hash, actor=tx.caller.actor, at=tx.now)
    )


def save_result(tx: Transaction, run_id: str, result: str, applied: int) -> None:
    """Keep the answer of a run."""
    tx.connection.execute(
        update(stock_runs).where(stock_runs.c.run_id == run_id).values(result=result, applied=applied)
    )


def mark_undone(tx: Transaction, run_id: str) -> None:
    """Note that a run was undone, and by whom."""
    tx.connection.execute(
        update(stock_runs).where(stock_runs.c.run_id == run_id).values(undone_at=tx.now, undone_by=tx.caller.actor)
    )
