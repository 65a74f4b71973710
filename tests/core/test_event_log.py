"""Operators read events, have them delivered again, and settle the dead letters."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from msgspec.structs import replace

from micromart_core import dead_letters, dispatch
from micromart_core.errors import InvalidValue, NotAllowed, SignInFirst
from micromart_core.event_log import (
    NotRetriable,
    UnknownDeadLetter,
    drop_dead_letters,
    last_event_id,
    list_dead_letters,
    list_events,
    list_newest_events,
    replay_events,
    retry_dead_letters,
    show_dead_letter,
)
from micromart_core.events import Envelope, Event, seal
from micromart_core.operation import operation


@dataclass(frozen=True, kw_only=True)
class GongStruck(Event, name="test.gong_struck", key="bell"):
    """A bell was rung, in this test only."""

    bell: str


@operation(on_wire=False)
def ring(tx, bells: tuple[str, ...]) -> None:
    """Record that bells were rung."""
    tx.record(*(GongStruck(bell=bell) for bell in bells))


@pytest.fixture
def listener():
    """Somebody who hears bells, and stumbles over those called `broken` until he is mended."""
    heard, faults = [], {"broken"}

    def hear(_tx, event):
        if event.bell in faults:
            raise ValueError("this bell hurts")
        heard.append(event.bell)

    dispatch.handles(GongStruck)(hear)
    yield heard, faults
    dispatch._handlers.pop(GongStruck)


def give_up(shop) -> None:
    """Try to deliver until nothing waits any more."""
    for _ in range(8):
        shop.deliver()


def test_events_are_listed_oldest_first_and_page_by_page(shop, clock):
    shop.guest("g").run(ring, ("one", "two"))
    clock.advance(hours=1)
    shop.guest("g").run(ring, ("three",))
    operator = shop.operator()

    first = operator.run(list_events, limit=2)
    second = operator.run(list_events, after=first.next, limit=2)

    assert [event.data["bell"] for event in first.items] == ["one", "two"]
    assert [event.data["bell"] for event in second.items] == ["three"]
    assert second.next is None
    assert [event.key for event in operator.run(list_events, since=clock.now).items] == ["three"]
    assert operator.run(list_events, topic="stock.low").items == ()


def test_a_tail_begins_with_the_newest_events(shop):
    shop.guest("g").run(ring, ("one", "two", "three"))
    operator = shop.operator()

    after = operator.run(last_event_id, back=2)

    assert [event.key for event in operator.run(list_events, after=after).items] == ["two", "three"]
    assert operator.run(last_event_id, back=10) is None


def test_the_newest_events_are_read_page_by_page_by_the_beginning_of_their_type_and_by_their_trace(shop):
    for bells in (("one", "two"), ("three",)):
        shop.guest("g").run(ring, bells)
    operator = shop.operator()

    first = operator.run(list_newest_events, limit=2)
    rest = operator.run(list_newest_events, before=first.next, limit=2)
    trace = rest.items[0].trace_id
    together = operator.run(list_newest_events, trace=trace)

    assert [event.key for event in first.items + rest.items] == ["three", "two", "one"]
    assert rest.next is None
    assert [event.key for event in together.items] == ["two", "one"]
    assert operator.run(list_events, trace=trace).items == together.items[::-1]
    assert len(operator.run(list_newest_events, topic="test.").items) == 3
    assert operator.run(list_newest_events, topic="test_gong%").items == ()


def test_a_replay_reaches_only_those_who_have_not_heard_it(shop, clock, listener):
    heard, _ = listener
    shop.guest("g").run(ring, ("one",))
    shop.deliver()
    newcomer = []
    dispatch.handles(GongStruck)(newcomer_hears := lambda _tx, event: newcomer.append(event.bell))

    replayed = shop.operator().run(replay_events, since=clock.now - timedelta(hours=1))
    shop.deliver()

    assert newcomer_hears
    assert replayed.events == 1
    assert (heard, newcomer) == (["one"], ["one"])


def test_what_nobody_can_take_in_becomes_a_dead_letter_and_does_not_hold_up_others(shop, listener):
    heard, _ = listener
    shop.guest("g").run(ring, ("broken", "whole"))

    give_up(shop)

    letters = shop.operator().run(list_dead_letters).items
    assert heard == ["whole"]
    assert [(letter.type, letter.attempts) for letter in letters] == [("test.gong_struck", 6)]
    assert "this bell hurts" in letters[0].error


def test_a_dead_letter_is_delivered_once_its_handler_is_mended(shop, listener):
    heard, faults = listener
    shop.guest("g").run(ring, ("broken",))
    give_up(shop)
    letter = shop.operator().run(list_dead_letters).items[0]
    faults.clear()

    assert shop.operator().run(retry_dead_letters, (letter.id,)) == (letter,)
    shop.deliver()

    assert heard == ["broken"]
    assert shop.operator().run(list_dead_letters).items == ()


def keep_dead(shop, body: str, letter_id: str = "evt_dead") -> None:
    event = seal(GongStruck(bell="x"), event_id=letter_id, at=shop.clock.now, trace_id="t")
    with shop.database.begin(writes=True) as opened:
        dead_letters.save(opened.connection, event, error="boom", attempts=6, at=shop.clock.now)
        opened.connection.execute(dead_letters.dead_letters.update().values(body=body))
        opened.commit()


def test_a_dead_letter_that_is_no_event_can_only_be_dropped(shop):
    keep_dead(shop, "not even JSON")

    with pytest.raises(NotRetriable) as refusal:
        shop.operator().run(retry_dead_letters, ("evt_dead",))
    assert refusal.value.hint == "micromart dead drop evt_dead"
    assert shop.operator().run(show_dead_letter, "evt_dead").body == "not even JSON"

    shop.operator().run(drop_dead_letters, ("evt_dead", "evt_dead"))
    assert shop.operator().run(list_dead_letters).items == ()
    trail = shop.rows("SELECT actor, action, target FROM audit_trail")
    assert [(who.partition(":")[0], action, target) for who, action, target in trail] == [
        ("operator", "event.drop", "event:evt_dead")
    ]


def test_an_event_that_was_never_in_this_outbox_can_be_retried(shop, listener):
    heard, _ = listener
    event = seal(GongStruck(bell="from elsewhere"), event_id="evt_dead", at=shop.clock.now, trace_id="t")
    keep_dead(shop, event.to_json().decode())

    shop.operator().run(retry_dead_letters, ("evt_dead",))
    shop.deliver()

    assert heard == ["from elsewhere"]


def test_one_unknown_letter_among_several_changes_nothing(shop):
    keep_dead(shop, "{}")

    for verb in (retry_dead_letters, drop_dead_letters):
        with pytest.raises(UnknownDeadLetter):
            shop.operator().run(verb, ("evt_dead", "evt_none"))

    assert len(shop.operator().run(list_dead_letters).items) == 1


def test_only_operators_may_look(shop):
    with pytest.raises(SignInFirst):
        shop.guest("g").run(list_events)
    with pytest.raises(NotAllowed):
        shop.shopper("ann").run(list_dead_letters)


def test_a_page_has_bounds(shop):
    for limit in (0, 1001):
        with pytest.raises(InvalidValue):
            shop.operator().run(list_dead_letters, limit=limit)


def test_an_envelope_comes_back_from_json_as_it_was(clock):
    event = seal(GongStruck(bell="x"), event_id="evt_1", at=clock.now, trace_id="t")

    assert Envelope.from_json(event.to_json()) == replace(event)
