"""Letters leave in time, once, and come back to the queue when a server stumbles."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from micromart_core.adapters.mail_ports import mail_port_of
from micromart_core.caller import THE_SHOP
from micromart_core.inventory.model import StockLow
from micromart_core.notifications.model import Delivery, MailHoldsCode, MailStatus, Template
from micromart_core.notifications.sender import send_due
from micromart_core.notifications.service import (
    count_waiting,
    list_mails,
    queue_letter,
    queue_recovery,
    queue_verification,
    resend_mail,
    show_mail,
)
from micromart_core.notifications.service_sending import PAUSES, claim_due_mail, note_dead, note_delayed, note_sent
from micromart_core.settings import Settings, ShopSettings
from micromart_core.transaction import Transaction
from tests.mail_server import letters_in, mail_server

CODE = "RJ62-K7QX-M3PD"
LOW = {"stock": StockLow(sku="TEA-01", on_hand=1, reorder_level=5), "product": "The TEA-01"}


@pytest.fixture
def server(tmp_path):
    with mail_server(tmp_path / "mailbox") as server:
        yield server


@pytest.fixture
def staffed(shop):
    """The same shop, with an address for its staff."""
    shop = shop.again(shop=ShopSettings(staff_email="staff@example.org"))
    yield shop
    shop.close()


@contextmanager
def writing(shop):
    """A transaction of the shop itself."""
    with shop.database.begin(writes=True) as opened:
        yield Transaction(opened.connection, opened.now, THE_SHOP, shop.settings, "0" * 32)
        opened.commit()


def write_to(shop, *readers: str) -> None:
    with writing(shop) as tx:
        for reader in readers:
            queue_letter(tx, Template.LOW_STOCK, LOW, mail_id=reader, to=f"{reader}@example.org")


def send(shop, server, **options) -> Delivery:
    port = mail_port_of(Settings(mail=server.settings(timeout_seconds=2)), server.folder, patience_seconds=2)
    return send_due(shop.operator(), port, **{"budget_seconds": 30, "limit": 100, "may_go_on": lambda: True, **options})


def status_of(shop, mail_id: str):
    (mail,) = [mail for mail in shop.staff().run(list_mails).items if mail.id == mail_id]
    return mail


def test_what_is_due_is_sent_once(shop, server):
    write_to(shop, "ann", "bob")

    assert send(shop, server) == Delivery(sent=2)
    assert send(shop, server) == Delivery()
    assert sorted(letter["To"] for letter in server.letters()) == ["ann@example.org", "bob@example.org"]
    assert (status_of(shop, "ann").status, status_of(shop, "ann").attempts) == (MailStatus.SENT, 1)


def test_a_limit_and_a_budget_end_a_batch(shop, server):
    write_to(shop, "ann", "bob", "cid")

    assert send(shop, server, limit=1) == Delivery(sent=1)
    assert send(shop, server, budget_seconds=0) == Delivery()
    assert shop.staff().run(count_waiting).queued == 2


def test_a_greylisted_letter_leaves_at_its_third_try(shop, server, clock):
    write_to(shop, "grey")
    assert send(shop, server) == Delivery(delayed=1)
    assert send(shop, server) == Delivery()

    clock.advance(minutes=1)
    assert send(shop, server) == Delivery(delayed=1)
    clock.advance(minutes=1)
    assert send(shop, server) == Delivery()
    assert "451 4.7.1" in status_of(shop, "grey").last_error
    clock.advance(minutes=4)

    assert send(shop, server) == Delivery(sent=1)
    assert (status_of(shop, "grey").attempts, status_of(shop, "grey").last_error) == (3, None)


def test_a_reader_refused_for_good_is_given_up_at_once_and_staff_hear_of_it_once(staffed, server, clock):
    shop = staffed
    write_to(shop, "perm")

    assert send(shop, server) == Delivery(sent=1, dead=1)
    shop.deliver()
    clock.advance(hours=24)

    assert send(shop, server) == Delivery()
    assert status_of(shop, "perm").attempts == 1
    (told,) = server.letters()
    assert (told["To"], told["Subject"]) == (
        "staff@example.org",
        "A letter could not be delivered: Low stock: TEA-01, 1 left",
    )
    assert "550 5.1.1 No such user" in told.get_body(("plain",)).get_content()


def test_nobody_is_told_of_a_dead_letter_that_tells_of_a_dead_one(request, shop, server):
    shop = shop.again(shop=ShopSettings(staff_email="perm+staff@example.org"))
    request.addfinalizer(shop.close)
    write_to(shop, "perm")

    assert send(shop, server) == Delivery(dead=2)
    shop.deliver()

    assert send(shop, server) == Delivery()
    assert [mail.template for mail in shop.staff().run(list_mails).items].count(Template.MAIL_DEAD) == 1


def test_an_answer_that_was_cut_off_brings_the_same_letter_again(shop, server, clock):
    write_to(shop, "cut")
    assert send(shop, server) == Delivery(delayed=1)
    clock.advance(minutes=1)
    assert send(shop, server) == Delivery(delayed=1)

    first, second = server.letters()
    assert first["Message-ID"] == second["Message-ID"]


def test_a_server_that_is_down_is_left_alone_and_nothing_is_lost(shop, server, clock):
    readers = [f"reader{number}" for number in range(5)]
    write_to(shop, *readers)
    server.down()

    assert send(shop, server) == Delivery(delayed=3)
    assert shop.staff().run(count_waiting).queued == 5
    clock.advance(minutes=1)
    server.up()

    assert send(shop, server) == Delivery(sent=5)
    assert sorted(letter["To"] for letter in server.letters()) == [f"{reader}@example.org" for reader in readers]


def test_a_letter_is_given_up_after_its_last_pause(shop, server, clock):
    write_to(shop, "ann")
    server.down()
    for pause in PAUSES:
        assert send(shop, server) == Delivery(delayed=1)
        clock.advance(seconds=pause.total_seconds() - 1)
        assert send(shop, server) == Delivery()
        clock.advance(seconds=1)

    assert send(shop, server) == Delivery(dead=1)
    assert status_of(shop, "ann").attempts == len(PAUSES) + 1
    assert shop.staff().run(count_waiting).dead == 1


def test_a_sender_that_dies_leaves_its_letter_to_the_next(shop, server, clock):
    write_to(shop, "ann")
    died_with = shop.operator().run(claim_due_mail)
    assert send(shop, server) == Delivery()

    clock.advance(minutes=3)

    assert send(shop, server) == Delivery(sent=1)
    assert server.letters()[0]["Message-ID"] == died_with.letter.message_id


def test_a_sender_that_wakes_late_overturns_nothing(shop, clock):
    write_to(shop, "ann", "bob")
    late = [shop.operator().run(claim_due_mail), shop.operator().run(claim_due_mail)]
    clock.advance(minutes=3)
    second, third = shop.operator().run(claim_due_mail), shop.operator().run(claim_due_mail)
    shop.operator().run(note_sent, second.mail_id)

    for claimed in late:
        shop.operator().run(note_delayed, claimed.mail_id, claimed.attempt, "too late")
        shop.operator().run(note_dead, claimed.mail_id, claimed.attempt, "too late")

    assert status_of(shop, second.mail_id).status is MailStatus.SENT
    assert (status_of(shop, third.mail_id).status, status_of(shop, third.mail_id).last_error) == ("queued", None)
    assert shop.operator().run(claim_due_mail) is None
    assert shop.rows("SELECT id FROM outbox") == []


def test_two_senders_never_take_the_same_letter(shop):
    write_to(shop, "ann", "bob")
    taken = {shop.operator().run(claim_due_mail).mail_id for _ in range(2)}

    assert taken == {"ann", "bob"}
    assert shop.operator().run(claim_due_mail) is None


def everything_in(shop) -> str:
    return str(shop.rows("SELECT * FROM mails"))


def test_a_code_leaves_with_its_letter_and_stays_nowhere(shop, server):
    with writing(shop) as tx:
        queue_verification(tx, mail_id="reg_1", to="ann@example.org", name="ann", code=CODE)
        queue_recovery(tx, mail_id="rec_1", to="bob@example.org", code=CODE)

    assert send(shop, server) == Delivery(sent=2)

    for letter in server.letters():
        assert f"code: {CODE}" in letter.get_body(("plain",)).get_content().splitlines()
        assert CODE in letter.get_body(("html",)).get_content()
    assert CODE not in everything_in(shop)


def test_nobody_reads_or_resends_a_code(shop, server):
    with writing(shop) as tx:
        queue_verification(tx, mail_id="reg_1", to="ann@example.org", name="ann", code=CODE)
    for _ in range(2):
        with pytest.raises(MailHoldsCode):
            shop.staff().run(show_mail, "reg_1")
        with pytest.raises(MailHoldsCode):
            shop.staff().run(resend_mail, "reg_1")
        send(shop, server)


def test_a_code_that_has_ended_is_not_sent_and_nobody_is_bothered(staffed, server, clock):
    shop = staffed
    with writing(shop) as tx:
        queue_verification(tx, mail_id="reg_1", to="grey@example.org", name="ann", code=CODE)
    for minutes in (1, 5):
        assert send(shop, server) == Delivery(delayed=1)
        clock.advance(minutes=minutes)
        server.down()
    send(shop, server)  # the third try fails at 12:06, the fourth is due at 12:21, the code ends at 12:15
    clock.advance(minutes=9)

    assert send(shop, server) == Delivery()
    assert status_of(shop, "reg_1").status is MailStatus.DEAD
    assert CODE not in everything_in(shop)
    assert server.letters() == []


def test_a_code_refused_for_good_is_forgotten(shop, server):
    with writing(shop) as tx:
        queue_recovery(tx, mail_id="rec_1", to="perm@example.org", code=CODE)

    assert send(shop, server) == Delivery(dead=1)
    assert CODE not in everything_in(shop)


def test_what_a_server_says_cannot_drive_a_terminal(shop):
    write_to(shop, "ann")
    claimed = shop.operator().run(claim_due_mail)
    shop.operator().run(note_dead, claimed.mail_id, claimed.attempt, "550 \x1b]0;mine\x07 no\r\nsuch " + "x" * 999)

    said = status_of(shop, "ann").last_error
    assert said.isprintable()
    assert len(said) == 300


def test_senders_at_the_same_time_send_each_letter_once(live_shop, server):
    readers = [f"reader{number}" for number in range(20)]
    write_to(live_shop, *readers)
    with ThreadPoolExecutor(4) as senders:
        done = list(senders.map(lambda _: send(live_shop, server), range(4)))

    assert sum(delivery.sent for delivery in done) == len(readers)
    assert sorted(letter["To"] for letter in server.letters()) == sorted(f"{reader}@example.org" for reader in readers)


def test_a_shop_without_a_mail_server_keeps_its_letters_in_the_outbox(shop):
    write_to(shop, "ann")

    assert shop.shop.send_mail(5) == Delivery(sent=1)
    (letter,) = letters_in(shop.shop.folder / "outbox")
    assert letter["To"] == "ann@example.org"


def test_staff_are_not_sent_to_a_letter_they_may_not_see(staffed, server):
    with writing(staffed) as tx:
        queue_verification(tx, mail_id="reg_1", to="perm@example.org", name="ann", code=CODE)

    assert send(staffed, server) == Delivery(sent=1, dead=1)
    (told,) = server.letters()
    assert "550 5.1.1 No such user" in told.get_body(("plain",)).get_content()
    assert "micromart mail" not in told.as_string()
    assert CODE not in told.as_string()
