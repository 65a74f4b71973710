"""How many carts there are and what they hold."""

from datetime import datetime, timedelta

from micromart_core.answers import DASHBOARD_SECONDS
from micromart_core.carts import store_stats
from micromart_core.carts.model_stats import CartsBy, CartStats
from micromart_core.changes import Topic
from micromart_core.operation import operation
from micromart_core.transaction import Transaction

LOOKS_BACK = {CartsBy.DAY: timedelta(days=30), CartsBy.HOUR: timedelta(days=2), CartsBy.PRODUCT: timedelta(0)}


def overdue_carts(tx: Transaction) -> tuple[int, datetime | None]:
    """Return how many carts wait for the sweeper, and since when the oldest does."""
    return store_stats.count_overdue(tx)


@operation("stock:read", writes=False)
def count_carts(tx: Transaction, by: CartsBy = CartsBy.PRODUCT, since: datetime | None = None) -> CartStats:
    """Count what carts hold now; by day or hour, also those begun since a moment (else 30 days, or 2 by the hour)."""
    asked = ("carts", by, since)
    return tx.answers.remember(Topic.CARTS, asked, CartStats, lambda: _count(tx, by, since), DASHBOARD_SECONDS)


def _count(tx: Transaction, by: CartsBy, since: datetime | None) -> CartStats:
    start = since if since is not None else tx.now - LOOKS_BACK[by]
    holding, overdue = store_stats.count_holding(tx)
    is_now = by is CartsBy.PRODUCT
    counts = store_stats.count_by_product(tx) if is_now else store_stats.count_by_time(tx, by, start)
    return CartStats(holding, store_stats.sum_held_units(tx), overdue, by, start, tuple(counts))
