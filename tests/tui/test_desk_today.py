"""A1: the first page of the desk tells how the day goes, to each what he may see."""

from datetime import UTC, datetime, timedelta

import pytest

from micromart_core.inventory.model import Reason, Sku
from micromart_core.inventory.service_stock import adjust_stock
from micromart_core.money import Money
from micromart_core.outbox import EventRecord
from micromart_core.permissions import Role
from micromart_tui.admin.event_words import event_words
from micromart_tui.admin.figures import bars, large, spark, steps
from micromart_tui.admin.today_facts import Bar, Range, Sales
from tests.core.order_stories import buys, without_address
from tests.elsewhere import beside_the_database
from tests.tui.conftest import sitting

KEY, MUG = Sku("EK-104"), Sku("NM-001")
MIDNIGHT = datetime(2026, 1, 8, tzinfo=UTC)


@pytest.fixture
def selling(shop, clock):
    shop.stocks(KEY, on_hand=9, price="14.00", reorder_level=7)
    shop.stocks(MUG, on_hand=900, price="24.00")
    open_shop = without_address(shop)
    buys(open_shop.shopper("ann"), MUG, 50)
    clock.advance(days=7, hours=2)
    buys(open_shop.shopper("bob"), MUG, 60)
    buys(open_shop.shopper("cem"), KEY, 3)
    return shop


@pytest.mark.anyio
async def test_the_day_is_told_in_one_page(selling):
    async with sitting(selling.staff("noor"), at="desk/today") as desk:
        assert "▲ 24 % on last thursday" in desk.screen
        assert "best $1,482" in desk.screen
        assert "2 orders" in desk.screen
        assert "3 letters waiting" in desk.screen
        assert "The EK-104" in desk.screen
        assert "micromart stats sales --by day" in desk.screen

        await desk.press("t")
        assert "7 days" in desk.screen
        assert "stats sales --by day --since 2026-01-02" in desk.screen

        await desk.press("t")
        assert "48 hours" in desk.screen
        assert "stats sales --by hour" in desk.screen


@beside_the_database("the event log is on no wire")
@pytest.mark.anyio
async def test_what_was_recorded_last_stands_on_the_page(selling):
    async with sitting(selling.staff("noor"), at="desk/today") as desk:
        assert await desk.sees("order placed")
        assert "60 things, $1440.00" in desk.screen


@beside_the_database("the event log is on no wire")
@pytest.mark.anyio
async def test_what_happens_now_is_seen_at_once(selling):
    async with sitting(selling.staff("noor"), at="desk/today") as desk:
        selling.staff("sam").run(adjust_stock, MUG, by=-3, reason=Reason("damage"))

        assert await desk.sees("3 damage, by sam")


@pytest.mark.anyio
async def test_enter_shows_how_something_ran_out(selling):
    async with sitting(selling.staff("noor"), at="desk/today") as desk:
        await desk.press("enter")

        assert "sum of moves = on hand" in desk.screen

        await desk.press("escape", "2")
        assert "stock show EK-104" in desk.screen


@pytest.mark.anyio
async def test_a_stock_clerk_is_shown_the_stockroom_and_told_that_the_rest_is_for_others(selling):
    async with sitting(selling.staff("pam", Role.STOCK_CLERK), at="desk/today") as desk:
        assert "The EK-104" in desk.screen
        assert "are for order managers" in desk.screen
        assert "for operators, beside the database" in desk.screen
        assert "$" not in desk.screen


@pytest.mark.anyio
async def test_who_may_not_count_dead_events_is_not_told_that_there_are_none(selling):
    """An order manager, and anybody at a desk elsewhere: of dead letters they know those of the mail."""
    async with sitting(selling.staff("olga", Role.ORDER_MANAGER), at="desk/today") as desk:
        assert "none given up" in desk.screen
        assert "no dead letters" not in desk.screen


def test_a_week_ago_is_compared_up_to_the_same_hour():
    hours = tuple(Bar(MIDNIGHT + timedelta(hours=number), 1, 100) for number in range(-168, 15))
    days = tuple(Bar(MIDNIGHT + timedelta(days=number), 1, 700) for number in range(-29, 1))
    sales = Sales(days, hours, "USD")

    assert sales.week_ago == Money(15 * 100, "USD")
    assert sales.today == Money(700, "USD")
    assert [len(sales.bars(reach)) for reach in Range] == [30, 7, 48]


def test_bars_show_whatever_is_above_nothing():
    assert bars([0, 1, 100], 2) == ["  █", " ▁█"]
    assert spark([]) == ""
    assert spark([0, 0]) == "  "
    assert steps([1, 2], 4, 1) == ["▄▄██"]
    assert steps([], 4, 2) == ["", ""]
    assert [len(line) for line in large("1,2")] == [7, 7, 7]


MOVED = {"number": "MM-1", "was": "placed", "status": "packed", "payment_status": "paid", "actor": "sam"}
TOLD = [
    ("order.status_changed", MOVED, ("order packed", "MM-1", "by sam")),
    ("order.status_changed", MOVED | {"was": "packed"}, ("order paid", "MM-1", "by sam")),
    (
        "cart.expired",
        {"lines": [["EK-104", 2], ["NM-001", 1]]},
        ("hold ended", "EK-104, NM-001", "+3 back on the shelf"),
    ),
    ("cart.lines_released", {"skus": ["EK-104"], "reason": "damage"}, ("hold released", "EK-104", "damage")),
    ("mail.dead", {"to": "a@example.org", "subject": "Hello"}, ("letter given up", "a@example.org", "Hello")),
    (
        "product.changed",
        {"sku": "X-1", "status": "draft", "actor": "noor"},
        ("product edited", "X-1", "draft, by noor"),
    ),
    ("stock.changed", {}, ("stock adjusted", "the-key", "")),
    ("parcel.weighed", {}, ("parcel weighed", "the-key", "")),
]


@pytest.mark.parametrize(("kind", "data", "said"), TOLD)
def test_events_are_told_in_words_even_those_of_later_versions(kind, data, said):
    event = EventRecord("evt_1", kind, MIDNIGHT, "the-key", "trace", data, None, 0, None)

    assert event_words(event) == said
