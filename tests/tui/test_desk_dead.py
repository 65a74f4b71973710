"""A9: events nobody could take in: why, and what staff does about them."""

import pytest

from micromart_core import dead_letters
from micromart_core.event_log import list_dead_letters, list_newest_events
from micromart_core.events import Envelope
from micromart_core.inventory.model import Reason, Sku
from micromart_core.inventory.service_stock import adjust_stock
from micromart_core.users.service_staff import list_audit
from tests.core.order_stories import TEA
from tests.elsewhere import beside_the_database
from tests.tui.conftest import SIZES, sitting

pytestmark = [pytest.mark.anyio, beside_the_database("events that were given up are on no wire")]


def envelope_of(event) -> Envelope:
    import msgspec

    data = msgspec.Raw(msgspec.json.encode(event.data))
    return Envelope(event.id, event.type, event.at, event.key, event.trace_id, data)


@pytest.fixture
def with_dead(shop, clock):
    """A change of stock that was given up, and a message that is no event."""
    shop.stocks(TEA, on_hand=9)
    shop.staff("noor").run(adjust_stock, Sku(TEA), by=4, reason=Reason("received"))
    event = shop.operator().run(list_newest_events).items[0]
    shop.deliver()
    with shop.database.begin(writes=True) as opened:
        fate = {"error": "KeyError: 'balance'", "attempts": 6, "at": clock()}
        dead_letters.save(opened.connection, envelope_of(event), **fate)
        said = {"letter_id": "zzz_noise", "error": "it is no JSON", "at": clock()}
        dead_letters.save_unreadable(opened.connection, "noise \x1b[31m on the line", **said)
        opened.commit()
    return shop


async def test_dead_letters_lie_behind_the_events_with_what_went_wrong(with_dead):
    async with sitting(with_dead.staff(), at="desk/events") as desk:
        assert await desk.sees("2 dead")
        await desk.press("D")
        assert await desk.sees("KeyError: 'balance'")
        line = next(line for line in desk.lines if "KeyError" in line)
        assert "stock.changed" in line
        assert line.split()[-1] == "6"
        assert "micromart dead show evt_" in desk.screen
        await desk.press("escape")
        assert await desk.sees("micromart event tail")


async def test_r_has_one_delivered_again_when_that_was_meant(with_dead):
    async with sitting(with_dead.staff(), at="desk/events") as desk:
        await desk.press("D")
        assert await desk.sees("KeyError")
        await desk.press("r")
        assert await desk.sees("micromart dead retry evt_")
        await desk.press("enter")
        assert await desk.sees("1 dead letter")
        await desk.finds(lambda: "KeyError" not in desk.screen)

    assert [letter.id for letter in with_dead.operator().run(list_dead_letters).items] == ["zzz_noise"]


async def test_what_is_no_event_cannot_be_retried_and_stays(with_dead):
    async with sitting(with_dead.staff(), at="desk/events") as desk:
        await desk.press("D")
        assert await desk.sees("it is no JSON")
        await desk.press("down", "r", "enter")
        assert await desk.sees("cannot be retried")

    assert len(with_dead.operator().run(list_dead_letters).items) == 2


async def test_one_is_dropped_only_by_who_types_the_word_and_the_trail_keeps_it(with_dead):
    async with sitting(with_dead.staff("stan"), at="desk/events") as desk:
        await desk.press("D")
        assert await desk.sees("it is no JSON")
        await desk.press("down", "d", "enter")
        assert await desk.sees("type DROP to do it")
        assert "micromart dead drop zzz_noise" in desk.screen
        await desk.press(*"drop", "enter")
        await desk.finds(lambda: "it is no JSON" not in desk.screen)

    (entry,) = with_dead.staff().run(list_audit, action="event.drop").items
    assert (entry.actor, entry.target) == ("stan", "event:zzz_noise")


async def test_enter_shows_the_error_and_what_a_letter_carries_until_it_is_settled(with_dead):
    async with sitting(with_dead.staff(), at="desk/events") as desk:
        await desk.press("D")
        assert await desk.sees("KeyError")
        await desk.press("enter")
        assert await desk.sees("carries")
        assert "6 times" in desk.screen
        assert "data balance" in desk.screen
        await desk.press("r", "enter")
        assert await desk.sees("1 dead letter")


async def test_what_a_hostile_letter_carries_moves_no_terminal(with_dead):
    async with sitting(with_dead.staff(), at="desk/events") as desk:
        await desk.press("D", "down", "enter")
        assert await desk.sees("on the line")
        assert "\x1b" not in desk.screen


async def test_a_colleague_who_was_faster_is_told_of(with_dead):
    async with sitting(with_dead.staff(), at="desk/events") as desk:
        await desk.press("D")
        assert await desk.sees("KeyError")
        await desk.press("r")
        with with_dead.database.begin(writes=True) as opened:
            for letter in dead_letters.list_dead(opened.connection, after="", limit=9):
                dead_letters.take(opened.connection, letter.id)
            opened.commit()
        await desk.press("enter")
        assert await desk.sees("There is no dead letter")
        assert await desk.sees("no dead letters: every event was taken in")


@pytest.mark.parametrize("size", [*SIZES.values(), (40, 12)])
async def test_kind_and_tries_are_read_at_every_size(with_dead, size):
    async with sitting(with_dead.staff(), size=size, at="desk/events") as desk:
        await desk.press("D")
        assert await desk.sees("stock.changed")
        assert next(line for line in desk.lines if "stock.changed" in line).split()[-1] == "6"


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
async def test_all_of_why_the_lit_one_was_given_up_is_told_at_every_size(with_dead, clock, size):
    why = "Refused: the level of a product that was archived is watched by nobody any more; stock.low needs one"
    with with_dead.database.begin(writes=True) as opened:
        said = {"letter_id": "aaa_long", "error": why, "at": clock()}
        dead_letters.save_unreadable(opened.connection, "{}", **said)
        opened.commit()
    async with sitting(with_dead.staff(), size=size, at="desk/events") as desk:
        await desk.press("D")
        await desk.sees("3 dead letters")
        for _ in range(3):
            if "dead show aaa_long" not in desk.screen:
                await desk.press("down")
        assert "dead show aaa_long" in desk.screen
        assert "…" not in desk.screen
        assert why in " ".join(desk.screen.split())

        await desk.press("d")
        await desk.sees("DROP")
        assert "unreadable" in desk.screen
        assert desk.lines[-1].split() == ["↵", "do", "it", "esc", "leave", "it"]
