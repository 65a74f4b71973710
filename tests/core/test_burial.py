"""Whatever nobody could take in is kept: whole when it can be, bare when it must, and for every reader harmless."""

from base64 import b64decode
from contextlib import contextmanager

import pytest
from sqlalchemy.exc import DBAPIError

from micromart_core.bootstrap import tell_of_dead_letter
from micromart_core.broker import Message
from micromart_core.burial import BARE_BYTES, Burial
from micromart_core.event_log import NotRetriable, list_dead_letters, retry_dead_letters
from micromart_core.events import seal
from micromart_core.inventory.model import StockLow
from micromart_core.kept_body import keep
from micromart_core.maintenance.vitals import read_vitals
from micromart_core.settings import ShopSettings

EVENT = StockLow(sku="TEA-01", on_hand=1, reorder_level=5)
STAFF = ShopSettings(staff_email="staff@example.org")
HOSTILE = [
    b"",
    b"\0",
    b"\xff\xfe",
    b"\x1b[2J",
    b'{"id":"evt_\\u0000"}',
    b"\xed\xa0\x80",
    b"x" * 3_000_000,
    b"\0" * 3_000_000,
]
NONSENSE = b"\0nonsense"


@pytest.fixture
def staffed(shop):
    return shop.again(shop=STAFF)


def buries(shop, body: bytes, why: str = "why", *, on_dead=tell_of_dead_letter) -> None:
    Burial(shop.database, shop.settings, on_dead).bury(Message("carts", body, 1, 0), why)


def letters(shop) -> tuple:
    return shop.operator().run(list_dead_letters).items


def sealed(shop) -> bytes:
    return seal(EVENT, event_id="evt_1", at=shop.clock.now, trace_id="t").to_json()


@contextmanager
def refusing_letters(shop, condition: str):
    """Let the database refuse some letters by itself, whatever they hold."""
    if shop.database.is_sqlite:
        refuse = f"BEFORE INSERT ON dead_letters WHEN NEW.{condition} BEGIN SELECT RAISE(FAIL, 'no check'); END"
        statements = (f"CREATE TRIGGER refuse {refuse}", "DROP TRIGGER refuse")
    else:
        alter = "ALTER TABLE dead_letters"
        statements = (f"{alter} ADD CONSTRAINT refuse CHECK (NOT {condition})", f"{alter} DROP CONSTRAINT refuse")
    changes(shop, statements[0])
    try:
        yield
    finally:
        changes(shop, statements[1])


def changes(shop, statement: str) -> None:
    with shop.database.begin(writes=True) as opened:
        opened.connection.exec_driver_sql(statement)
        opened.commit()


@pytest.mark.parametrize("body", HOSTILE, ids=range(len(HOSTILE)))
def test_a_message_that_is_no_event_is_kept_once_and_told(staffed, body):
    for _ in range(2):
        buries(staffed, body)

    [letter] = letters(staffed)
    assert (letter.type, letter.attempts) == ("unreadable", 1)
    assert letter.error.startswith("no event, for carts: ")
    assert len(letter.body) < 2_000_000
    assert staffed.rows("SELECT template FROM mails") == [("dead-letter",)]
    assert staffed.operator().run(read_vitals).dead_events == 1
    with pytest.raises(NotRetriable):
        staffed.operator().run(retry_dead_letters, (letter.id,))


def test_bytes_come_back_from_base64_and_the_letter_says_so(shop):
    buries(shop, NONSENSE)

    [letter] = letters(shop)
    assert b64decode(letter.body) == NONSENSE
    assert letter.error.endswith("; its body is in base64")


@pytest.mark.parametrize(
    ("body", "text", "how"),
    [
        (b"plain\n", "plain\n", ""),
        ("é".encode(), "é", ""),
        ("é€é".encode(), "é€", ", only the first 2 of 3 are kept"),
        (b"\x1b[2J", "G1s=", "its body is in base64, only the first 2 of 4 are kept"),
    ],
)
def test_a_body_is_kept_as_it_is_when_it_can_be(body, text, how):
    kept = keep(body, longest=2 if "first" in how else 100)

    assert (kept.text, kept.how) == (text, how.removeprefix(", "))


@pytest.mark.parametrize("why", ["\0", "\ud800", "x" * 1_000_000, "\x1b[2J"], ids=["NUL", "half", "long", "escape"])
def test_an_error_of_any_text_is_kept(shop, why):
    buries(shop, sealed(shop), f"ValueError: {why}")

    [letter] = letters(shop)
    assert letter.error.startswith("ValueError: ")
    assert len(letter.error) < 2_100


def test_an_event_is_kept_and_can_be_retried_when_staff_cannot_be_told(staffed):
    def breaks(*_facts) -> None:
        raise ZeroDivisionError

    buries(staffed, sealed(staffed), "KeyError: 'x'", on_dead=breaks)

    [letter] = letters(staffed)
    assert (letter.id, letter.type, letter.error) == ("evt_1", "stock.low", "KeyError: 'x'")
    staffed.operator().run(retry_dead_letters, (letter.id,))
    assert letters(staffed) == ()


def test_a_letter_that_is_refused_as_it_is_is_kept_bare(staffed):
    with refusing_letters(staffed, "type = 'stock.low'"):
        buries(staffed, sealed(staffed))

    [letter] = letters(staffed)
    assert letter.type == "unreadable"
    assert b64decode(letter.body) == sealed(staffed)


def test_of_a_bare_letter_no_more_than_the_beginning_is_kept(staffed):
    event = sealed(staffed).replace(b'"sku":"', b'"sku":"' + b"T" * 2 * BARE_BYTES)
    with refusing_letters(staffed, "type = 'stock.low'"):
        buries(staffed, event)

    assert b64decode(letters(staffed)[0].body) == event[:BARE_BYTES]


def test_what_not_even_a_bare_letter_can_be_made_of_is_told_to_the_caller(shop):
    with refusing_letters(shop, "attempts > 0"):
        for body in (sealed(shop), NONSENSE):
            with pytest.raises(DBAPIError, match="check"):
                buries(shop, body)

    assert letters(shop) == ()
    buries(shop, NONSENSE)
    assert len(letters(shop)) == 1
