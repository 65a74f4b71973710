"""What rings when a hold is nearly over, and what is said to those who leave."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from micromart_core.carts.service import set_quantity, show_cart
from micromart_core.inventory.model import Sku
from micromart_core.settings import ScreenSettings
from micromart_tui.hold_alarm import HoldAlarm, farewell, window_title
from tests.conftest import NOON
from tests.tui.conftest import sitting

UNTIL = NOON + timedelta(minutes=10)
TEA = Sku("TEA-01")


def test_it_rings_once_at_two_minutes_and_once_at_half_a_minute():
    alarm = HoldAlarm()
    rang = [(left, alarm.reached(UNTIL, left)) for left in (125, 120.5, 119.99, 118, 31, 29.99, 1, 0)]

    assert [each for each in rang if each[1]] == [(119.99, "02:00"), (29.99, "00:30")]


def test_it_does_not_ring_for_a_hold_that_is_short_when_it_is_first_seen():
    alarm = HoldAlarm()

    assert alarm.reached(UNTIL, 20) is None
    assert alarm.reached(UNTIL, 19) is None


def test_a_hold_that_was_made_longer_may_ring_again():
    alarm = HoldAlarm()
    alarm.reached(UNTIL, 121)
    assert alarm.reached(UNTIL, 119) == "02:00"

    longer = UNTIL + timedelta(minutes=5)
    alarm.reached(longer, 400)
    assert alarm.reached(longer, 119) == "02:00"


def test_after_a_host_that_slept_only_the_last_mark_rings():
    alarm = HoldAlarm()
    alarm.reached(UNTIL, 500)

    assert alarm.reached(UNTIL, 10) == "00:30"


@pytest.mark.parametrize(("bell", "title"), [(True, "02:00 left · micromart"), (False, "micromart")])
@pytest.mark.anyio
async def test_the_title_tells_it_only_if_the_settings_ask_for_that(shop, clock, told_time, bell, title):
    shop.stocks(TEA, 4)
    asks = shop.again(screens=ScreenSettings(bell=bell))
    asks.guest("ann").run(set_quantity, TEA, 1)
    async with sitting(asks.guest("ann"), at="cart", tick=told_time) as sits:
        clock.advance(minutes=7, seconds=58)
        await sits.sees("02:02")
        clock.advance(seconds=2)
        await sits.sees("02:00")
        assert sits.app.title == title


def test_a_title_cannot_drive_the_terminal():
    assert window_title("02:00 left\x07\x1b[2J") == "\x1b]2;02:00 left␇␛[2J\x07"


def test_who_leaves_with_something_held_is_told_until_when(shop):
    shop.stocks(TEA, 4)
    ann = shop.guest("ann")
    assert farewell(ann.run(show_cart)) is None

    cart = ann.run(set_quantity, TEA, 1)
    assert f"{cart.held_until.astimezone():%H:%M}" in farewell(cart).plain
    assert farewell(replace(cart, held_until=None)) is None
