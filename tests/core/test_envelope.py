"""An envelope is believed only when a shop could have written it."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from micromart_core.bootstrap import load_handlers
from micromart_core.clock import utc_now
from micromart_core.errors import InvalidValue
from micromart_core.events import _SHAPES, LARGEST, Envelope, Event, seal
from micromart_core.ids import new_id, new_trace_id
from micromart_core.inventory.model import StockLow

EVENT = StockLow(sku="TEA-01", on_hand=1, reorder_level=5)
TEXTS = ["id", "type", "key", "trace_id"]


def written(**changed) -> bytes:
    whole = seal(EVENT, event_id=new_id("evt"), at=utc_now(), trace_id=new_trace_id()).to_json()
    return msgspec.json.encode(msgspec.json.decode(whole) | changed)


@pytest.mark.parametrize("key", ["TEA-01", "ord_1/mail-dead", "NAÏVE ☕", "\u0646\u06cc\u0645\u200c\u0641", "x" * 256])
def test_what_a_shop_writes_is_read(key):
    event = StockLow(sku=key, on_hand=1, reorder_level=5)
    whole = seal(event, event_id=new_id("evt"), at=utc_now(), trace_id=new_trace_id())

    assert Envelope.from_json(whole.to_json()) == whole
    assert whole.event() == event


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize(
    "text", ["", "\0", "evt_\0", "evt_1\n", "\x1b[2J", "x" * 257, "evt_" + "x" * 1_000_000, "\x9b"]
)
def test_a_text_that_no_shop_writes_is_refused_and_named(name, text):
    with pytest.raises(InvalidValue) as refusal:
        Envelope.from_json(written(**{name: text}))

    assert refusal.value.why == f"its {name} looks like none of a shop's"
    assert refusal.value.hint == "micromart dead list"


@pytest.mark.parametrize(
    "changed",
    [
        {"id": "ord_1"},
        {"id": 7},
        {"type": "order"},
        {"type": "Order.Placed"},
        {"at": "2026-01-01T00:00:00"},
        {"at": "0001-01-01T00:00:00+14:00"},
        {"at": "9999-12-31T23:59:59-14:00"},
        {"data": []},
        {"data": "x"},
        {"data": None},
        {"data": {"x": "y" * LARGEST}},
    ],
)
def test_what_no_shop_writes_is_refused(changed):
    with pytest.raises(InvalidValue):
        Envelope.from_json(written(**changed))


@pytest.mark.parametrize("inside", [rb"\ud800", b"\xff", b"\xed\xa0\x80", b"\x00", b"\x1f"])
def test_no_text_of_an_event_is_half_a_character(inside):
    body = written(data={"sku": "HERE"}).replace(b"HERE", inside)

    with pytest.raises(InvalidValue):
        Envelope.from_json(body)


@given(st.binary() | st.text().map(str.encode) | st.recursive(st.none(), st.lists).map(msgspec.json.encode))
def test_whatever_comes_is_refused_as_a_value(body):
    with pytest.raises(InvalidValue):
        Envelope.from_json(body)


def test_every_type_of_event_has_a_name_that_is_read():
    load_handlers()

    assert len(Event.by_name) > 5
    assert [name for name in Event.by_name if not _SHAPES["type"].fullmatch(name)] == []
