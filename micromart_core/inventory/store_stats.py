"""The statement that counts movements by product, day or hour."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Column, ColumnElement, case, cast, func, literal, select, type_coerce

from micromart_core.inventory.model_reports import StatsBy, StockCount
from micromart_core.inventory.store_levels import stock_movements
from micromart_core.transaction import Transaction

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECONDS = {StatsBy.DAY: 86_400, StatsBy.HOUR: 3_600}
_change: Column[Any] = stock_movements.c.change
_COUNTS = (
    func.count().label("movements"),
    func.sum(case((_change > 0, _change), else_=0)).label("added"),
    func.sum(case(((_change < 0) & (stock_movements.c.order_id.is_not(None)), -_change), else_=0)).label("sold"),
    func.sum(case(((_change < 0) & (stock_movements.c.order_id.is_(None)), -_change), else_=0)).label("removed"),
    func.sum(_change).label("change"),
)


def list_counts(
    tx: Transaction, by: StatsBy, *, since: datetime | None, after: str | None, limit: int
) -> list[StockCount]:
    """Return counts in order of their key, after a key."""
    key = stock_movements.c.sku if by is StatsBy.PRODUCT else _bucket(tx, by)
    query = select(key.label("key"), *_COUNTS).group_by(key).order_by(key).limit(limit)
    if since is not None:
        query = query.where(stock_movements.c.at >= since)
    if after is not None:
        query = query.where(key > (after if by is StatsBy.PRODUCT else _number_of(after, by)))
    return [
        StockCount(_key(by, row.key), row.movements, int(row.added), int(row.sold), int(row.removed), int(row.change))
        for row in tx.connection.execute(query)
    ]


def _bucket(tx: Transaction, by: StatsBy) -> ColumnElement[int]:
    """Number days or hours since 1970; literals, because a database cannot see that two bound values are the same."""
    seconds = _SECONDS[by]
    if tx.is_sqlite:
        return type_coerce(stock_movements.c.at, BigInteger) // literal(seconds * 1_000_000, literal_execute=True)
    return cast(
        func.floor(func.extract("epoch", stock_movements.c.at) / literal(seconds, literal_execute=True)), BigInteger
    )


def _key(by: StatsBy, key: Any) -> str:
    if by is StatsBy.PRODUCT:
        return str(key)
    begins: datetime = _EPOCH + key * timedelta(seconds=_SECONDS[by])
    return begins.isoformat().replace("+00:00", "Z")


def _number_of(key: str, by: StatsBy) -> int:
    return (datetime.fromisoformat(key) - _EPOCH) // timedelta(seconds=_SECONDS[by])
