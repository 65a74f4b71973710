"""What the shop sold."""

from datetime import datetime, timedelta

from micromart_core.answers import DASHBOARD_SECONDS
from micromart_core.changes import Topic
from micromart_core.operation import operation
from micromart_core.orders import store_stats
from micromart_core.orders.model_reports import SalesBy, SalesReport
from micromart_core.transaction import Transaction

LOOKS_BACK = {SalesBy.DAY: timedelta(days=30), SalesBy.HOUR: timedelta(days=2), SalesBy.PRODUCT: timedelta(days=30)}


@operation("order:read-any", writes=False)
def show_sales(tx: Transaction, by: SalesBy = SalesBy.DAY, since: datetime | None = None) -> SalesReport:
    """Return what was sold since a moment (else 30 days, or 2 by the hour), without cancelled orders."""
    asked = ("sales", by, since)
    return tx.answers.remember(Topic.ORDERS, asked, SalesReport, lambda: _sales(tx, by, since), DASHBOARD_SECONDS)


def _sales(tx: Transaction, by: SalesBy, since: datetime | None) -> SalesReport:
    start = since if since is not None else tx.now - LOOKS_BACK[by]
    rows = store_stats.sum_by_product(tx, start) if by is SalesBy.PRODUCT else store_stats.sum_by_time(tx, by, start)
    return SalesReport(by, start, tuple(rows), None)
