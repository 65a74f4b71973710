"""Letters from the command line: staff list them, read them, and have one sent again."""

import pytest

from micromart_core.caller import THE_SHOP
from micromart_core.inventory.model import StockLow
from micromart_core.notifications.model import Template
from micromart_core.notifications.service import queue_letter, queue_verification
from micromart_core.notifications.service_sending import claim_due_mail, note_dead
from micromart_core.transaction import Transaction

FIELDS = ["id", "to", "subject", "template", "order", "status", "attempts", "queued_at", "sent_at", "last_error"]
CODE = "RJ62-K7QX-M3PD"


@pytest.fixture
def letters(shop, clock):
    """A letter that was given up, one that waits, and one with a code."""
    facts = {"stock": StockLow(sku="TEA-01", on_hand=1, reorder_level=5), "product": "Tea \x1b]0;mine\x07"}
    with shop.database.begin(writes=True) as opened:
        tx = Transaction(opened.connection, opened.now, THE_SHOP, shop.settings, "0" * 32)
        queue_letter(tx, Template.LOW_STOCK, facts, mail_id="mail_a", to="stan@example.org", order_id="ord_1")
        opened.commit()
    claimed = shop.operator().run(claim_due_mail)
    shop.operator().run(note_dead, claimed.mail_id, claimed.attempt, "550 no such user")
    clock.advance(minutes=1)
    with shop.database.begin(writes=True) as opened:
        tx = Transaction(opened.connection, opened.now, THE_SHOP, shop.settings, "0" * 32)
        queue_letter(tx, Template.LOW_STOCK, facts, mail_id="mail_b", to="stan@example.org")
        queue_verification(tx, mail_id="mail_c", to="ann@example.org", name="ann", code=CODE)
        opened.commit()


def test_the_list_has_every_fact_and_pages(cli, shop, letters):
    first = cli("mail", "list", "--limit", "2", "--json", by=shop.staff()).json
    second = cli("mail", "list", "--limit", "2", "--after", first["next"], "--json", by=shop.staff()).json

    assert [mail["id"] for mail in first["items"]] == ["mail_c", "mail_b"]
    assert second["next"] is None
    (dead,) = second["items"]
    assert list(dead) == FIELDS
    assert dead == {
        "id": "mail_a",
        "to": "stan@example.org",
        "subject": "Low stock: TEA-01, 1 left",
        "template": "low-stock",
        "order": "ord_1",
        "status": "dead",
        "attempts": 1,
        "queued_at": "2026-01-01T12:00:00Z",
        "sent_at": None,
        "last_error": "550 no such user",
    }


def test_the_list_can_be_one_status(cli, shop, letters):
    assert cli("mail", "list", "--status", "dead", "-o", "ids", by=shop.staff()).out == "mail_a\n"
    assert cli("mail", "list", "--status", "sent", "--json", by=shop.staff()).json == {"items": [], "next": None}
    assert cli("mail", "list", "--status", "lost", by=shop.staff()).code == 2


def test_a_letter_is_shown_with_its_words_and_harms_no_terminal(cli, shop, letters):
    shown = cli("mail", "show", "mail_a", "--json", by=shop.staff()).json
    for_people = cli("mail", "show", "mail_a", by=shop.staff())

    assert shown["text"].startswith("Tea ␛]0;mine␇ is running low.\n")
    assert shown["html"].startswith("<!doctype html>")
    assert {name: shown[name] for name in ("id", "order", "status")} == {
        "id": "mail_a",
        "order": "ord_1",
        "status": "dead",
    }
    assert "    reorder level: 5\n" in for_people.out
    assert "550 no such user" in for_people.out
    assert "<!doctype" not in for_people.out
    assert "\x1b]" not in for_people.out


def test_a_letter_is_sent_again_as_a_new_one(cli, shop, letters):
    rehearsed = cli("mail", "resend", "mail_a", "--dry-run", "--json", by=shop.staff()).json
    again = cli("mail", "resend", "mail_a", "--json", by=shop.staff()).json

    assert (rehearsed["status"], rehearsed["dry_run"]) == ("queued", True)
    assert again["id"] not in ("mail_a", rehearsed["id"])
    assert (again["to"], again["status"], again["attempts"]) == ("stan@example.org", "queued", 0)
    assert len(cli("mail", "list", "-o", "ids", by=shop.staff()).out.split()) == 4


@pytest.mark.parametrize("verb", ["show", "resend"])
def test_a_code_is_for_its_reader_alone(cli, shop, letters, verb):
    ran = cli("mail", verb, "mail_c", "--json", by=shop.staff())

    assert (ran.code, ran.error["code"]) == (4, "mail.holds_code")
    assert CODE not in ran.out + ran.err


@pytest.mark.parametrize("words", [("show", "mail_zz"), ("resend", "mail_zz"), ("list", "--after", "mail_zz")])
def test_a_letter_that_never_was_is_3(cli, shop, words):
    assert cli("mail", *words, by=shop.staff()).code == 3


@pytest.mark.parametrize("words", [("list",), ("show", "mail_a"), ("resend", "mail_a")])
def test_letters_are_for_staff(cli, shop, words):
    assert cli("mail", *words, by=shop.guest("g1")).code == 6
    assert cli("mail", *words, by=shop.shopper("ann")).code == 7
