"""A8: what was told to whom, whether it has left, and sending it again."""

import pytest

from micromart_core.notifications.model import MailStatus, Template
from micromart_core.notifications.service import list_mails, queue_verification
from tests.core.order_stories import TEA, buys, without_address
from tests.elsewhere import beside_the_database
from tests.people import within
from tests.tui.conftest import SIZES, sitting
from tests.tui.doors import Door

pytestmark = pytest.mark.anyio


@pytest.fixture
def order(shop):
    shop.stocks(TEA, on_hand=9)
    placed = buys(without_address(shop).shopper("ann"), TEA, 2)
    shop.deliver()
    return placed


async def test_a_letter_lies_on_its_sheet_beside_the_list(shop, order):
    async with sitting(shop.staff(), at="desk/mail") as desk:
        assert await desk.sees("to ann@example.org")
        assert await desk.sees("we have your order, and what")
        assert "1 waiting" in desk.screen
        assert "micromart mail show" in desk.screen


async def test_enter_shows_the_source_and_again_the_words(shop, order):
    async with sitting(shop.staff(), at="desk/mail") as desk:
        assert await desk.sees("we have your order")
        await desk.press("enter")
        assert await desk.sees("<!doctype html>") or await desk.sees("<html")
        await desk.press("enter")
        assert await desk.sees("we have your order, and what")


async def test_where_no_letter_is_none_is_read_on(shop, order):
    async with sitting(shop.staff(), at="desk/mail", size=(100, 20)) as desk:
        assert await desk.sees("read on")

        await desk.press("f", "f")  # waiting, sent

        await desk.finds(lambda: "read on" not in desk.lines[-1])


async def test_a_letter_is_sent_again_once_however_often_enter_is_pressed(shop, order):
    async with sitting(shop.staff(), at="desk/mail") as desk:
        assert await desk.sees("we have your order")
        await desk.press("R")
        assert await desk.sees("micromart mail resend")
        await desk.pilot.press("enter", "enter")
        assert await desk.sees("2 waiting")

    letters = shop.staff().run(list_mails).items
    assert [letter.template for letter in letters] == [Template.ORDER_CONFIRMATION] * 2


async def test_a_letter_that_comes_while_something_is_asked_lies_on_its_sheet(shop, order):
    door = Door(shop.staff())
    reads = door.keeps_waiting("show_mail")
    async with sitting(door, at="desk/mail", rests=False) as desk:
        await desk.finds(lambda: "show_mail" in door.asked)
        await desk.press("R")
        assert await desk.sees("The same words go to")
        reads.set()
        assert await desk.sees("we have your order")
        assert "The same words go to" in desk.screen


@beside_the_database("letters are the work of the shop that is elsewhere")
async def test_where_no_daemon_runs_the_new_letter_leaves_while_the_desk_stays_open(shop, order, here):
    async with sitting(shop.staff(), at="desk/mail", sign_in=here) as desk:
        assert await desk.sees("we have your order")
        await desk.press("R")
        assert await desk.sees("micromart mail resend")
        await desk.press("enter")
        assert await desk.sees("0 waiting")

    assert [letter.status for letter in shop.staff().run(list_mails).items] == [MailStatus.SENT] * 2


async def test_a_letter_with_a_code_shows_why_it_is_not_read_here(shop):
    def queue(tx):
        queue_verification(tx, mail_id="mail_code", to="ann@example.org", name="Ann", code="ABCD1234")

    within(shop, queue)
    async with sitting(shop.staff(), at="desk/mail") as desk:
        assert await desk.sees("carries a code")
        await desk.finds(lambda: "send again" not in desk.screen)
        assert "ABCD1234" not in desk.screen


async def test_f_shows_only_letters_that_stand_there(shop, order):
    async with sitting(shop.staff(), at="desk/mail") as desk:
        await desk.press("f")
        assert await desk.sees("We have your order")
        await desk.press("f")
        assert await desk.sees("no letters")
        assert await desk.sees("micromart mail list --status sent")


async def test_on_a_slim_terminal_enter_opens_the_letter_and_escape_closes_it(shop, order):
    async with sitting(shop.staff(), size=SIZES["40x24"], at="desk/mail") as desk:
        assert await desk.sees("subject")
        await desk.press("enter")
        assert await desk.sees("to ann@example.org")
        await desk.press("escape")
        assert await desk.sees("subject")


async def test_at_forty_columns_the_number_of_an_order_is_read_in_the_list(shop, order):
    async with sitting(shop.staff(), size=SIZES["40x24"], at="desk/mail") as desk:
        assert await desk.sees(f"○ We have your order {order.number}")


async def test_space_reads_on_in_a_letter_that_is_longer_than_its_sheet(shop, order):
    async with sitting(shop.staff(), size=(80, 16), at="desk/mail") as desk:
        assert await desk.sees("Hello,")
        assert await desk.sees("space read on")
        await desk.press("space")
        assert await desk.sees("total")
        for _ in range(4):
            await desk.press("space")
            if "Hello," in desk.screen:
                return
        raise AssertionError("the end does not lead back to the beginning")
