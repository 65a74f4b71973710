"""How events and dead letters look, on terminals of three sizes."""

from collections import defaultdict
from functools import partial
from itertools import count

import pytest

from micromart_core import dead_letters
from micromart_core.events import Envelope
from micromart_core.settings import BrokerSettings
from tests.elsewhere import beside_the_database
from tests.tui.busy_desk import set_the_desk
from tests.tui.conftest import SIZES

pytestmark = beside_the_database("the event log is on no wire")
each_size = pytest.mark.parametrize("size", SIZES)
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
LOST = b"""{"id":"evt_0lost","type":"stock.low","at":"2026-01-03T11:20:00Z","key":"EK-104",
"trace_id":"4bf92f3577b34da6a3ce929d0e0e4736","data":{"sku":"EK-104","on_hand":3,"reorder_level":5}}"""


@pytest.fixture
def desk(shop, clock, monkeypatch):
    """The busy desk with the same ids in every run; a broker that is away, so that what came last waits."""
    numbers = defaultdict(partial(count, 100))
    for module in ("carts.store", "orders.service", "transaction"):
        monkeypatch.setattr(f"micromart_core.{module}.new_id", lambda prefix: f"{prefix}_{next(numbers[prefix])}")
    monkeypatch.setattr("micromart_core.orders.service.new_number", lambda: f"MM-7Q2{next(numbers['number'])}")
    monkeypatch.setattr("micromart_core.gateway.new_trace_id", lambda: TRACE)
    set_the_desk(shop, clock)
    with shop.database.begin(writes=True) as opened:
        told = "KeyError: 'reorder_level' in inventory.handlers.tell_staff"
        dead_letters.save(opened.connection, Envelope.from_json(LOST), error=told, attempts=6, at=clock())
        noise = {"letter_id": "msg_9c1f", "error": "This is no event envelope: it is no JSON", "at": clock()}
        dead_letters.save_unreadable(opened.connection, "\x16\x03\x01 GET / HTTP/1.1", **noise)
        opened.commit()
    return shop.again(broker=BrokerSettings(url="amqp://shop:none@127.0.0.1:1/shop"))


@pytest.fixture
def looks_like(desk, picture):
    """Compare the events with their picture, after some keys."""

    def compare(*keys: str) -> bool:
        return picture(desk.staff(), "desk/events", *keys)

    return compare


@each_size
def test_events_stand_newest_first(looks_like):
    assert looks_like("down")


@each_size
def test_events_of_one_kind(looks_like):
    assert looks_like("slash", "o", "r", "d")


@each_size
def test_an_event_is_read_row_by_row(looks_like):
    assert looks_like("enter")


@each_size
def test_dead_letters_say_why(looks_like):
    assert looks_like("D")


@each_size
def test_a_dead_letter_shows_what_it_carries(looks_like):
    assert looks_like("D", "enter")


@each_size
def test_dropping_asks_for_the_word(looks_like):
    assert looks_like("D", "d")
