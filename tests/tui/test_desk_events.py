"""A9: what happened, as it happens; the whole of it, and what came of one intent."""

import pytest

from micromart_core.event_log import list_newest_events
from micromart_core.inventory.model import Reason, Sku
from micromart_core.inventory.service_stock import adjust_stock
from micromart_core.permissions import Role
from micromart_core.settings import BrokerSettings
from tests.core.order_stories import TEA, buys, without_address
from tests.elsewhere import beside_the_database
from tests.tui.conftest import SIZES, sitting

pytestmark = [pytest.mark.anyio, beside_the_database("the event log is on no wire")]


def receives(shop, by: int) -> None:
    """The stock of tea changes."""
    shop.staff("noor").run(adjust_stock, Sku(TEA), by=by, reason=Reason("received"))


@pytest.fixture
def eventful(shop, clock):
    """Ann ordered, and then tea came in twice while nothing delivered events."""
    shop.stocks(TEA, on_hand=9)
    buys(without_address(shop).shopper("ann"), TEA, 2)
    shop.deliver()
    served = shop.again(broker=BrokerSettings(url="amqp://shop:none@127.0.0.1:1/shop"))
    for by in (4, 5):
        clock.advance(minutes=1)
        receives(served, by)
    return served


async def test_the_newest_event_stands_first_with_its_subject_and_its_standing(eventful):
    async with sitting(eventful.staff(), at="desk/events") as desk:
        assert await desk.sees("order.placed")
        assert "7 events" in desk.lines[1]
        kinds = [line for line in desk.lines if "stock.changed" in line or "order.placed" in line]
        assert "+5 received" in kinds[0]
        assert "waiting" in kinds[0]
        assert "published" in desk.line_with("order.placed")
        assert "2 waiting" in desk.screen
        assert "micromart event tail" in desk.screen


async def test_a_new_event_comes_in_above_and_the_cursor_stays_on_its_own(eventful):
    async with sitting(eventful.staff(), at="desk/events") as desk:
        assert await desk.sees("+5 received")
        lit = desk.app.screen.lit.id

        receives(eventful, 7)

        assert await desk.sees("+7 received")
        assert desk.app.screen.lit.id == lit
        assert desk.app.screen.table.cursor == 1


async def test_what_waits_is_published_before_ones_eyes(shop, eventful):
    async with sitting(eventful.staff(), at="desk/events") as desk:
        assert await desk.sees("2 waiting")
        shop.deliver()
        assert await desk.sees("0 waiting")
        assert "published" in desk.line_with("+5 received")


async def test_a_slash_narrows_the_list_to_a_kind_and_escape_shows_all_again(eventful):
    async with sitting(eventful.staff(), at="desk/events") as desk:
        assert await desk.sees("stock.changed")
        await desk.press("slash", *"order")
        await desk.finds(lambda: "stock.changed" not in desk.screen)
        assert await desk.sees("order.placed")
        assert await desk.sees("micromart event tail --topic order ")

        await desk.press("escape")

        assert await desk.sees("stock.changed")


async def test_a_kind_that_never_happened_is_said_in_a_sentence(eventful):
    async with sitting(eventful.staff(), at="desk/events") as desk:
        await desk.press("slash", *"mail%")
        assert await desk.sees("no such events")


async def test_enter_shows_what_an_event_carries_row_by_row(eventful):
    async with sitting(eventful.staff(), at="desk/events") as desk:
        assert await desk.sees("+5 received")
        await desk.press("enter")
        assert await desk.sees("carries")
        assert desk.line_with("balance").split()[-1] == "16"
        assert desk.line_with("actor").split()[-1] == "noor"
        assert "published            not yet" in desk.screen
        await desk.press("escape")
        assert await desk.sees("+4 received")


async def test_t_follows_the_trace_of_an_event_and_again_leads_back(eventful):
    newest = eventful.operator().run(list_newest_events).items[0]
    async with sitting(eventful.staff(), at="desk/events") as desk:
        assert await desk.sees("+5 received")
        await desk.press("t")
        await desk.finds(lambda: "+4 received" not in desk.screen)
        assert await desk.sees(f"micromart event list --trace {newest.trace_id}")
        assert "+5 received" in desk.screen
        await desk.press("t")
        assert await desk.sees("+4 received")

        await desk.press("enter", "t")

        await desk.finds(lambda: "+4 received" not in desk.screen)
        assert f"trace {newest.trace_id[:8]}" in desk.screen


async def test_a_mouse_lights_an_event(eventful):
    async with sitting(eventful.staff(), at="desk/events") as desk:
        assert await desk.sees("+4 received")
        row = next(number for number, line in enumerate(desk.lines) if "+4 received" in line)
        await desk.pilot.click(offset=(10, row))
        await desk.finds(lambda: desk.app.screen.lit.event.data["change"] == 4)


async def test_who_may_not_run_the_shop_reads_why_there_is_nothing(eventful):
    async with sitting(eventful.staff("pam", Role.STOCK_CLERK), at="desk/events") as desk:
        assert await desk.sees("You may not do this.")
        assert await desk.sees("It needs the permission ops:run; pam lacks it.")


@pytest.mark.parametrize("size", [*SIZES.values(), (40, 12)])
async def test_kind_and_standing_are_read_at_every_size(eventful, size):
    async with sitting(eventful.staff(), size=size, at="desk/events") as desk:
        assert await desk.sees("stock.changed")
        assert ("○ waiting" if size[0] > 60 else "○ wait") in desk.line_with("stock.changed")
