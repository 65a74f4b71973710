"""micromart trace: what one intent led to, without the log and without any server that keeps it."""

import pytest
from msgspec.structs import replace

from micromart_core import outbox
from micromart_core.carts.service import add_units
from micromart_core.event_log import list_events
from micromart_core.ids import new_trace_id
from micromart_core.orders.service import place_order
from micromart_core.orders.service_moves import cancel_order
from micromart_core.settings import CheckoutSettings


@pytest.fixture
def bought(shop):
    """A shop in which ann bought two, and the trace of that; another bought too."""
    served = shop.again(checkout=CheckoutSettings(require_address=False))
    served.stocks("TEA-01", on_hand=5)
    trace = new_trace_id()
    for name, own in (("ann", trace), ("bob", new_trace_id())):
        door = replace(served.shopper(name), trace_id=own)
        door.run(add_units, "TEA-01", 2)
        door.run(place_order)
        shop.clock.advance(seconds=2)
    return served, trace


def test_a_purchase_is_told_from_its_operations_to_its_letter(cli, bought):
    served, trace = bought
    served.deliver()
    steps = cli("trace", trace, "--json", by=served.operator()).json["items"]

    told = [(step["kind"], step["name"], step["about"], step["outcome"]) for step in steps]
    [order] = [about for _, name, about, _ in told if name == "order.placed" and about.startswith("ord_")]
    assert told == [
        ("operation", "carts/add_units", None, "done"),
        ("operation", "orders/place_order", None, "done"),
        ("stock", "order", "TEA-01", "-2 by ann, 3 on hand"),
        ("event", "order.placed", order, "published"),
        ("handler", "inventory.tell_what_became_low", "order.placed", "done"),
        ("handler", "notifications.confirm_order", "order.placed", "done"),
        ("handler", "users.record_order", "order.placed", "done"),
        ("letter", "order-confirmation", order, "waits"),
    ]
    assert {step["ms"] for step in steps} == {0}


def test_an_event_that_nobody_took_in_waits_and_says_why(cli, bought):
    served, trace = bought
    [event] = [
        each["id"].removeprefix("event/")
        for each in cli("trace", trace, "--json", by=served.operator()).json["items"]
        if each["name"] == "order.placed"
    ]
    with served.database.begin(writes=True) as opened:
        outbox.publish_again(opened.connection, event, now=served.clock())
        outbox.note_failure(opened.connection, event, "the shelf \x1b[31mbroke")
        opened.commit()

    shown = cli("trace", trace, by=served.operator())

    assert "waits after 1 tries: the shelf" in " ".join(shown.out.split())
    assert "\x1b[31m" not in shown.out


def test_what_staff_changed_names_who_did_it(cli, bought):
    served, bought_by = bought
    [event] = [
        each for each in served.operator().run(list_events, trace=bought_by).items if each.type == "order.placed"
    ]
    trace = new_trace_id()
    replace(served.staff("stan"), trace_id=trace).run(cancel_order, event.key)

    steps = cli("trace", trace, "--json", by=served.operator()).json["items"]

    told = [(step["kind"], step["name"], step["outcome"]) for step in steps]
    assert told[0] == ("operation", "orders/cancel_order", "done")
    assert ("audit", "order.cancel", "by stan") in told
    assert [outcome for kind, _, outcome in told if kind == "stock"] == ["+2 by stan, 3 on hand"]


def test_a_story_is_paged_and_an_unknown_one_says_what_leaves_none(cli, bought):
    served, trace = bought
    first = cli("trace", trace, "--limit", "1", "--json", by=served.operator()).json
    rest = cli("trace", trace, "--after", first["next"], "--json", by=served.operator()).json
    assert first["items"] + rest["items"] == cli("trace", trace, "--json", by=served.operator()).json["items"]

    refused = cli("trace", "0" * 32, "--json", by=served.operator())

    assert (refused.code, refused.error["code"]) == (3, "trace.unknown")
    assert "sets a number" in refused.error["why"]


def test_the_digits_that_the_desk_shows_are_enough_where_no_other_trace_begins_so(cli, bought):
    served, trace = bought
    whole = cli("trace", trace, "--json", by=served.operator()).json

    assert cli("trace", trace[:8], "--json", by=served.operator()).json == whole
    assert cli("trace", trace[:31], "--json", by=served.operator()).json == whole
    too_few = cli("trace", trace[:7], "--json", by=served.operator())
    assert (too_few.code, too_few.error["code"]) == (3, "trace.unknown")
    none = cli("trace", "0" * 8, "--json", by=served.operator())
    assert (none.code, none.error["code"]) == (3, "trace.unknown")


@pytest.mark.parametrize("several", [2, 5])
def test_digits_that_several_traces_begin_with_are_refused_and_whole_ones_named(cli, shop, several):
    shop.stocks("TEA-01", on_hand=9)
    traces = [f"1234abcd{number}{'0' * 23}" for number in range(several)]
    for name, trace in enumerate(traces):
        replace(shop.shopper(f"ann{name}"), trace_id=trace).run(add_units, "TEA-01", 1)

    refused = cli("trace", "1234abcd", "--json", by=shop.operator())

    assert (refused.code, refused.error["code"]) == (2, "trace.ambiguous")
    assert refused.error["why"].startswith(", ".join(traces[:3]))
    assert ("and others" in refused.error["why"]) is (several > 3)
    assert refused.error["try"] == f"micromart trace {traces[0]}"
    assert cli("trace", traces[1][:9], "--json", by=shop.operator()).json["items"]
