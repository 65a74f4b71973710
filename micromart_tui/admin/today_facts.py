"""What the first page of the desk tells, read in a few statements; what may not be seen is left out."""

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import ParamSpec, Protocol, TypeVar

from msgspec import Struct

from micromart_core.carts.model_stats import CartsBy, CartStats
from micromart_core.carts.service_stats import count_carts
from micromart_core.event_log import last_event_id, list_events
from micromart_core.inventory.model_reports import Shelf
from micromart_core.inventory.service_shelves import list_shelves
from micromart_core.maintenance.vitals import Vitals, read_vitals
from micromart_core.money import Money
from micromart_core.notifications.model import Waiting
from micromart_core.notifications.service import count_waiting
from micromart_core.operation import Operation
from micromart_core.orders.model_reports import SalesBy, SalesRow
from micromart_core.orders.service_stats import show_sales
from micromart_core.outbox import EventRecord
from micromart_core.products.service import show_products
from micromart_tui.admin.shelf import ShelfRow, shelf_row

Params = ParamSpec("Params")
Result = TypeVar("Result")
DAY, HOUR, WEEK = timedelta(days=1), timedelta(hours=1), timedelta(days=7)
EVENTS = 20
RUNNING_OUT = 20


class Range(StrEnum):
    """How far back the bars go."""

    MONTH = "30 days"
    WEEK = "7 days"
    HOURS = "48 hours"


class AskIfAllowed(Protocol):
    """Runs an operation; None when whoever sits here may not see that."""

    async def __call__(
        self, operation: Operation[Params, Result], /, *args: Params.args, **kwargs: Params.kwargs
    ) -> Result | None:
        """Return what it answers."""
        ...


class Bar(Struct, frozen=True):
    """Sales of one day or hour, which begins then."""

    at: datetime
    orders: int
    total: int
    """In minor units of the shop's currency."""


class Sales(Struct, frozen=True):
    """Days and hours without a gap, the last ones now."""

    days: tuple[Bar, ...]
    hours: tuple[Bar, ...]
    """The last eight days, hour by hour."""
    currency: str

    @property
    def today(self) -> Money:
        """What was sold today."""
        return Money(self.days[-1].total, self.currency)

    @property
    def orders_today(self) -> int:
        """How many orders that were."""
        return self.days[-1].orders

    @property
    def week_ago(self) -> Money:
        """What was sold on the same day a week ago up to this hour."""
        now = self.hours[-1].at
        begins = now.replace(hour=0) - WEEK
        return Money(sum(hour.total for hour in self.hours if begins <= hour.at <= now - WEEK), self.currency)

    def bars(self, reach: Range) -> tuple[Bar, ...]:
        """Return the bars of a range."""
        return {Range.MONTH: self.days, Range.WEEK: self.days[-7:], Range.HOURS: self.hours[-48:]}[reach]


class Today(Struct, frozen=True):
    """What is known; None is what may not be seen."""

    sales: Sales | None
    carts: CartStats | None
    letters: Waiting | None
    vitals: Vitals | None
    running_out: tuple[ShelfRow, ...] | None
    events: tuple[EventRecord, ...] | None
    """The newest first."""


async def read_today(ask: AskIfAllowed, now: datetime, currency: str) -> Today:
    """Read all of it."""
    return Today(
        sales=await _read_sales(ask, now, currency),
        carts=await ask(count_carts, CartsBy.DAY, _day_of(now) - 6 * DAY),
        letters=await ask(count_waiting),
        vitals=await ask(read_vitals),
        running_out=await _read_running_out(ask),
        events=await _read_events(ask),
    )


def _day_of(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


async def _read_sales(ask: AskIfAllowed, now: datetime, currency: str) -> Sales | None:
    today = _day_of(now)
    by_day = await ask(show_sales, SalesBy.DAY, today - 29 * DAY)
    by_hour = await ask(show_sales, SalesBy.HOUR, today - WEEK)
    if by_day is None or by_hour is None:
        return None
    this_hour = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    days = _without_gaps(by_day.items, today - 29 * DAY, today, DAY, currency)
    return Sales(days, _without_gaps(by_hour.items, today - WEEK, this_hour, HOUR, currency), currency)


def _without_gaps(
    rows: tuple[SalesRow, ...], first: datetime, last: datetime, step: timedelta, currency: str
) -> tuple[Bar, ...]:
    sold = {datetime.fromisoformat(row.key): row for row in rows if row.total.currency == currency}
    bars = []
    for number in range((last - first) // step + 1):
        row = sold.get(first + number * step)
        bars.append(Bar(first + number * step, row.orders if row else 0, row.total.amount if row else 0))
    return tuple(bars)


async def _read_running_out(ask: AskIfAllowed) -> tuple[ShelfRow, ...] | None:
    """Return shelves that are low, those first of which the least is free of what it should be."""
    page = await ask(list_shelves, Shelf.LOW, None, RUNNING_OUT)
    if page is None:
        return None
    skus = tuple(level.sku for level in page.items)
    products = {product.sku: product for product in (await ask(show_products, skus) if skus else None) or ()}
    rows = [shelf_row(level, products.get(level.sku)) for level in page.items]
    return tuple(sorted(rows, key=lambda row: row.level.available / max(1, row.level.reorder_level)))


async def _read_events(ask: AskIfAllowed) -> tuple[EventRecord, ...] | None:
    after = await ask(last_event_id, None, EVENTS)
    page = await ask(list_events, None, None, after, EVENTS)
    return None if page is None else page.items[::-1]
