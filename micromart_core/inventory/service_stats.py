"""How much stock moved."""

from datetime import datetime

from micromart_core.answers import DASHBOARD_SECONDS
from micromart_core.changes import Topic
from micromart_core.inventory import store_stats
from micromart_core.inventory.model_reports import StatsBy, StockStats
from micromart_core.operation import operation
from micromart_core.paging import NoCursor, page_size
from micromart_core.transaction import Transaction


@operation("stock:read", writes=False)
def count_movements(
    tx: Transaction,
    by: StatsBy = StatsBy.PRODUCT,
    since: datetime | None = None,
    after: str | None = None,
    limit: int = 50,
) -> StockStats:
    """Count the units that were added, sold and removed since a moment, by product, day or hour."""
    size = page_size(limit)
    if after is not None and by is not StatsBy.PRODUCT:
        _check_moment(after)
    asked = ("movements", by, since, after, size)
    return tx.answers.remember(
        Topic.MOVEMENTS, asked, StockStats, lambda: _count(tx, by, since, after, size), DASHBOARD_SECONDS
    )


def _count(tx: Transaction, by: StatsBy, since: datetime | None, after: str | None, size: int) -> StockStats:
    counts = store_stats.list_counts(tx, by, since=since, after=after, limit=size + 1)
    return StockStats(by, since, tuple(counts[:size]), counts[size - 1].key if len(counts) > size else None)


def _check_moment(after: str) -> None:
    try:
        aware = datetime.fromisoformat(after).tzinfo is not None
    except ValueError:
        aware = False
    if not aware:
        raise NoCursor(after)
