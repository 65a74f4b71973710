"""Events reach every handler once, without any broker, whatever breaks on the way (FAULTS F11, F12)."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from msgspec.structs import replace

from micromart_core.delivery import ATTEMPTS
from micromart_core.dispatch import handles
from micromart_core.events import Event
from micromart_core.operation import operation
from micromart_core.settings import ShopSettings
from micromart_core.transaction import Transaction


@dataclass(frozen=True, kw_only=True)
class BellRung(Event, name="test.bell_rung", key="bell"):
    """A bell was rung."""

    bell: str


heard: list[str] = []
broken: set[str] = set()


@handles(BellRung)
def hear(tx: Transaction, event: BellRung) -> None:
    """Hear the bell, unless it is broken."""
    if event.bell in broken:
        raise ZeroDivisionError(event.bell)
    heard.append(event.bell)


@operation("ops:run")
def ring(tx: Transaction, *bells: str) -> int:
    """Ring some bells."""
    tx.record(*(BellRung(bell=bell) for bell in bells))
    return len(bells)


@pytest.fixture(autouse=True)
def silence():
    heard.clear()
    broken.clear()


def waiting(shop) -> int:
    return len(shop.rows("SELECT id FROM outbox WHERE published_at IS NULL"))


def test_an_event_is_delivered_by_whoever_committed_it(shop):
    shop.operator().run(ring, "a", "b")

    assert heard == ["a", "b"]
    assert waiting(shop) == 0


def test_what_was_rolled_back_is_never_heard_of(shop):
    shop.operator().under(dry_run=True).run(ring, "a")

    assert heard == []
    assert waiting(shop) == 0


def test_an_event_told_three_times_takes_effect_once(shop):
    shop.operator().run(ring, "a")
    for _ in range(2):
        shop.rows("SELECT 1")
        with shop.database.begin(writes=True) as opened:
            opened.connection.exec_driver_sql("UPDATE outbox SET published_at = NULL")
            opened.commit()
        shop.deliver()

    assert heard == ["a"]
    assert waiting(shop) == 0


def test_a_broken_handler_holds_up_nobody_and_loses_nothing(shop):
    broken.add("b")
    shop.operator().run(ring, "a", "b", "c")

    assert set(heard) == {"a", "c"}
    assert waiting(shop) == 1

    broken.clear()
    shop.deliver()
    assert set(heard) == {"a", "b", "c"}
    assert waiting(shop) == 0


def test_what_fails_six_times_lies_among_the_dead_letters_and_staff_are_told(shop):
    staffed = shop.again(shop=ShopSettings(staff_email="staff@example.org"))
    broken.add("b")
    staffed.operator().run(ring, "b")
    for _ in range(ATTEMPTS):
        staffed.deliver()

    [letter] = staffed.rows("SELECT type, attempts, error FROM dead_letters")
    assert letter == ("test.bell_rung", ATTEMPTS, "ZeroDivisionError: b")
    assert waiting(staffed) == 0
    assert staffed.rows('SELECT template, "to" FROM mails') == [("dead-letter", "staff@example.org")]


def test_what_a_dead_process_left_behind_is_delivered_by_the_next_writer(shop, clock):
    killed = replace(shop.operator(), after_commit=lambda _events: None)
    killed.run(ring, "a")
    assert heard == []

    clock.advance(seconds=6)
    assert shop.shop.delivery.drain(older_than=timedelta(seconds=5)) == 1
    assert heard == ["a"]


def test_an_event_of_a_type_nobody_knows_is_passed_over(shop, clock):
    with shop.database.begin(writes=True) as opened:
        from micromart_core import outbox
        from micromart_core.events import Envelope

        opened.connection.execute(
            outbox.outbox.insert().values(
                id="evt_1", type="moon.landed", key="k", trace_id="t", data='{"x": 1}', at=clock.now
            )
        )
        opened.commit()
        assert Envelope.from_json(
            b'{"id":"evt_1","type":"moon.landed","at":"2026-01-01T00:00:00Z","key":"k","trace_id":"t","data":{}}'
        )

    assert shop.deliver() == 1
    assert waiting(shop) == 0
