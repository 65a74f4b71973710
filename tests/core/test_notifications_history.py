"""The history of letters: staff read it, page through it, and have a letter sent again."""

import pytest

from micromart_core.caller import THE_SHOP
from micromart_core.errors import InvalidValue, NotAllowed, SignInFirst
from micromart_core.inventory.model import StockLow
from micromart_core.notifications.model import MailStatus, Template, UnknownMail, Waiting
from micromart_core.notifications.service import (
    count_waiting,
    list_mails,
    list_order_mails,
    queue_letter,
    resend_mail,
    show_mail,
)
from micromart_core.notifications.service_sending import claim_due_mail, note_dead, note_sent
from micromart_core.permissions import Role
from micromart_core.transaction import Transaction

LOW = {"stock": StockLow(sku="TEA-01", on_hand=1, reorder_level=5), "product": "The TEA-01"}


def write(shop, *mail_ids: str, order_id: str | None = None) -> None:
    with shop.database.begin(writes=True) as opened:
        tx = Transaction(opened.connection, opened.now, THE_SHOP, shop.settings, "0" * 32)
        for mail_id in mail_ids:
            queue_letter(tx, Template.LOW_STOCK, LOW, mail_id=mail_id, to="stan@example.org", order_id=order_id)
        opened.commit()


@pytest.fixture
def told(shop, clock):
    """Five letters: two at noon, then one a minute; the oldest is sent, the next one was given up."""
    write(shop, "mail_a")
    write(shop, "mail_b")
    for mail_id in ("mail_c", "mail_d", "mail_e"):
        clock.advance(minutes=1)
        write(shop, mail_id)
    sent = shop.operator().run(claim_due_mail)
    shop.operator().run(note_sent, sent.mail_id)
    dead = shop.operator().run(claim_due_mail)
    shop.operator().run(note_dead, dead.mail_id, dead.attempt, "550 no such user")
    return {"sent": sent.mail_id, "dead": dead.mail_id}


def pages(shop, limit: int, status: MailStatus | None = None) -> list[list[str]]:
    found, after = [], None
    while True:
        page = shop.staff().run(list_mails, status, after, limit)
        found.append([mail.id for mail in page.items])
        after = page.next
        if after is None:
            return found


def test_the_history_is_read_newest_first_and_page_by_page(shop, told):
    everything = ["mail_e", "mail_d", "mail_c", "mail_b", "mail_a"]

    assert pages(shop, 50) == [everything]
    assert pages(shop, 2) == [everything[:2], everything[2:4], everything[4:]]
    assert pages(shop, 5) == [everything]


def test_the_history_is_read_by_status(shop, told):
    assert pages(shop, 50, MailStatus.SENT) == [[told["sent"]]]
    assert pages(shop, 50, MailStatus.DEAD) == [[told["dead"]]]
    assert pages(shop, 1, MailStatus.QUEUED) == [["mail_e"], ["mail_d"], ["mail_c"]]


def test_a_page_after_no_letter_is_a_sentence(shop, told):
    with pytest.raises(UnknownMail):
        shop.staff().run(list_mails, None, "mail_zz")


@pytest.mark.parametrize("limit", [0, -1, 1001])
def test_a_page_has_bounds(shop, limit):
    with pytest.raises(InvalidValue):
        shop.staff().run(list_mails, None, None, limit)


def test_a_letter_is_shown_with_its_words(shop, told):
    letter = shop.staff().run(show_mail, told["dead"])

    assert (letter.status, letter.last_error, letter.attempts) == (MailStatus.DEAD, "550 no such user", 1)
    assert "The TEA-01 is running low." in letter.text
    assert "<strong>The TEA-01</strong> is running low." in letter.html
    assert letter.next_attempt_at is None


def test_a_letter_that_is_sent_again_is_a_letter_of_its_own_and_audited(shop, told):
    again = shop.staff("stan").run(resend_mail, told["sent"])

    old, new = (shop.staff().run(show_mail, mail_id) for mail_id in (told["sent"], again.id))
    assert (again.status, again.attempts) == (MailStatus.QUEUED, 0)
    assert again.id != told["sent"]
    assert new.message_id != old.message_id
    assert (new.to, new.subject, new.text, new.html) == (old.to, old.subject, old.text, old.html)
    assert shop.rows("SELECT actor, action, target, after FROM audit_trail") == [
        ("stan", "mail.resend", told["sent"], again.id)
    ]


def test_asking_twice_with_one_key_sends_once(shop, told):
    staff = shop.staff().under(idempotency_key="again-1")

    assert staff.run(resend_mail, told["sent"]) == staff.run(resend_mail, told["sent"])
    assert len(pages(shop, 50)[0]) == 6


def test_a_rehearsal_sends_nothing(shop, told):
    assert shop.staff().under(dry_run=True).run(resend_mail, told["dead"]).status is MailStatus.QUEUED
    assert len(pages(shop, 50)[0]) == 5


def test_a_letter_that_never_was_is_not_found(shop):
    for operation in (show_mail, resend_mail):
        with pytest.raises(UnknownMail):
            shop.staff().run(operation, "mail_zz")


def test_the_message_id_is_the_shops_and_the_same_for_ever(shop):
    write(shop, "mail_a")
    first = shop.staff().run(show_mail, "mail_a").message_id
    with shop.database.begin(writes=True) as opened:
        opened.connection.exec_driver_sql("DELETE FROM mails")
        opened.commit()
    write(shop, "mail_a")

    assert shop.staff().run(show_mail, "mail_a").message_id == first
    assert first.endswith("@micromart.invalid>")


def test_what_waits_is_counted(shop, told, clock):
    oldest = shop.staff().run(show_mail, "mail_c").queued_at

    assert shop.staff().run(count_waiting) == Waiting(queued=3, oldest_at=oldest, dead=1)


def test_an_empty_queue_has_no_oldest(shop):
    assert shop.staff().run(count_waiting) == Waiting(queued=0, oldest_at=None, dead=0)


def test_the_history_is_for_those_who_may(shop, told):
    for operation, *arguments in ((list_mails,), (show_mail, "mail_a"), (resend_mail, "mail_a"), (count_waiting,)):
        with pytest.raises(SignInFirst):
            shop.guest("g1").run(operation, *arguments)
        with pytest.raises(NotAllowed):
            shop.shopper("ann").run(operation, *arguments)
        shop.staff("olga", Role.ORDER_MANAGER).run(operation, *arguments)
    with pytest.raises(NotAllowed):
        shop.staff("olga", Role.ORDER_MANAGER).run(claim_due_mail)
    with pytest.raises(SignInFirst):
        shop.guest("g1").run(list_order_mails, "ord_1")
