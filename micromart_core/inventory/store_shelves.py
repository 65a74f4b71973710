"""The statements that look along the shelves, never at more than so many in one go."""

from datetime import datetime

from sqlalchemy import BigInteger, ColumnElement, Text, bindparam, case, cast, func, literal, select, type_coerce

from micromart_core.inventory.model import Sku
from micromart_core.inventory.model_reports import Shelf, ShelfCounts, SoldInDay
from micromart_core.inventory.store_levels import stock, stock_movements
from micromart_core.transaction import Transaction

LOOKED_AT = 10_000
"""Shelves looked at in one go: so many are read in a few milliseconds, whatever the shop has."""
_SECONDS_OF_DAY = 86_400
_SKUS = bindparam("skus", expanding=True, type_=Text)
_NEXT = select(stock).where(stock.c.sku > bindparam("after")).order_by(stock.c.sku).limit(LOOKED_AT).subquery("next")
_IS: dict[Shelf, ColumnElement[bool]] = {
    Shelf.LOW: _NEXT.c.on_hand <= _NEXT.c.reorder_level,
    Shelf.SOLD_OUT: _NEXT.c.on_hand - _NEXT.c.held <= 0,
    Shelf.HELD: _NEXT.c.held > 0,
}


def list_skus_of(tx: Transaction, state: Shelf, *, after: Sku, limit: int) -> list[Sku]:
    """Return the SKUs in order, after one, whose shelf is in a state; ended holds still count as held."""
    query = select(_NEXT.c.sku).where(_IS[state]).order_by(_NEXT.c.sku).limit(limit)
    return [Sku(sku) for sku in tx.connection.scalars(query, {"after": after})]


def find_end_of_look(tx: Transaction, *, after: Sku) -> Sku | None:
    """Return the last SKU that is looked at in one go after one, None when that is the end of the shelves."""
    count, last = tx.connection.execute(select(func.count(), func.max(_NEXT.c.sku)), {"after": after}).one()
    return Sku(last) if count == LOOKED_AT else None


def count_first(tx: Transaction) -> ShelfCounts:
    """Count the first shelves by what state they are in."""
    low = func.count(case((_IS[Shelf.LOW], 1)))
    sold_out = func.count(case((_IS[Shelf.SOLD_OUT], 1)))
    found = tx.connection.execute(select(func.count(), low, sold_out), {"after": ""}).one()
    return ShelfCounts(*found, is_whole=found[0] < LOOKED_AT)


def find_first_movement(tx: Transaction, since: datetime) -> int | None:
    """Return the id of the oldest movement since a moment, None when there is none."""
    query = select(stock_movements.c.id).where(stock_movements.c.at >= since).order_by(stock_movements.c.at).limit(1)
    return tx.connection.scalar(query)


def list_sold(tx: Transaction, skus: tuple[Sku, ...], *, since: datetime, from_id: int) -> list[SoldInDay]:
    """Add up what orders took of products in each day in UTC, reading no movement older than an id."""
    day = _day(tx)
    query = (
        select(stock_movements.c.sku, day.label("day"), func.sum(-stock_movements.c.change))
        .where(stock_movements.c.sku.in_(_SKUS))
        .where(stock_movements.c.id >= from_id)
        .where(stock_movements.c.at >= since)
        .where(stock_movements.c.order_id.is_not(None))
        .where(stock_movements.c.change < 0)
        .group_by(stock_movements.c.sku, "day")
        .order_by(stock_movements.c.sku, "day")
    )
    rows = tx.connection.execute(query, {"skus": list(skus)})
    return [SoldInDay(Sku(sku), day_number, int(units)) for sku, day_number, units in rows]


def _day(tx: Transaction) -> ColumnElement[int]:
    """Number the day of a movement since 1970; literals, as in store_stats."""
    if tx.is_sqlite:
        microseconds = literal(_SECONDS_OF_DAY * 1_000_000, literal_execute=True)
        return type_coerce(stock_movements.c.at, BigInteger) // microseconds
    seconds = literal(_SECONDS_OF_DAY, literal_execute=True)
    return cast(func.floor(func.extract("epoch", stock_movements.c.at) / seconds), BigInteger)
