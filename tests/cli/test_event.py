"""micromart event: what has happened, in order, as it happens, and told again."""

import json

import pytest

from micromart_core.inventory.service_stock import adjust_stock


@pytest.fixture
def eventful(shop):
    """A shop in which the stock of one product changed twice, an hour apart."""
    shop.stocks("TEA-01", on_hand=3)
    shop.staff().run(adjust_stock, "TEA-01", 4, "received", None)
    shop.clock.advance(hours=1)
    shop.staff().run(adjust_stock, "TEA-01", -1, "damage", None)
    return shop


def test_events_are_listed_as_envelopes_with_their_fate(cli, eventful):
    listed = cli("event", "list", "--json", by=eventful.operator())

    assert [event["data"]["balance"] for event in listed.json["items"]] == [7, 6]
    first = listed.json["items"][0]
    assert first.keys() >= {"id", "type", "at", "key", "trace_id", "data", "published_at"}
    assert (first["type"], first["key"]) == ("stock.changed", "TEA-01")


def test_a_list_is_narrowed_and_paged(cli, eventful):
    operator = eventful.operator()
    page = cli("event", "list", "--limit", "1", "--json", by=operator).json
    rest = cli("event", "list", "--after", page["next"], "--json", by=operator).json

    assert (len(page["items"]), len(rest["items"]), rest["next"]) == (1, 1, None)
    assert cli("event", "list", "--topic", "order.placed", by=operator).out == ""
    assert len(cli("event", "list", "--topic", "stock", "-o", "jsonl", by=operator).lines) == 2
    trace = page["items"][0]["trace_id"]
    traced = cli("event", "list", "--trace", trace, "--json", by=operator).json
    assert traced["items"] == page["items"]
    since = eventful.clock().isoformat()
    assert len(cli("event", "list", "--since", since, "-o", "jsonl", by=operator).lines) == 1
    assert cli("event", "list", "--since", "yesterday", by=operator).code == 2


def test_a_tail_shows_the_newest_events_until_its_time_is_over(cli, eventful):
    tail = cli("event", "tail", "--timeout", "300ms", "-o", "jsonl", by=eventful.operator())

    assert tail.code == 75
    assert [event["data"]["balance"] for event in tail.lines] == [7, 6]
    assert cli("event", "tail", "-o", "csv", by=eventful.operator()).code == 2


def test_a_tail_that_ends_says_that_nothing_was_changed(cli, eventful):
    tail = cli("event", "tail", "--timeout", "300ms", "--json", by=eventful.operator())

    assert (tail.code, tail.error["code"], tail.error["details"]) == (75, "timeout", {"seconds": 0.3})
    assert "nothing was changed" in tail.error["why"]
    assert "may or may not" not in tail.err


def test_a_tail_for_people_is_one_line_an_event(cli, eventful):
    tail = cli("event", "tail", "--topic", "stock.changed", "--timeout", "300ms", by=eventful.operator())

    lines = tail.out.splitlines()
    assert [line.split("  ")[1:3] for line in lines] == [["stock.changed", "TEA-01"]] * 2
    assert json.loads(lines[0].split("  ", 3)[3])["balance"] == 7


def test_a_replay_needs_a_beginning_and_says_how_many(cli, eventful):
    operator = eventful.operator()
    eventful.deliver()

    assert cli("event", "replay", by=operator).code == 2
    plan = cli("event", "replay", "--since", "2020-01-01", "--dry-run", "--json", by=operator)
    assert plan.json == {"events": 2, "dry_run": True}
    assert cli("event", "replay", "--since", "2020-01-01", "--json", by=operator).json == {"events": 2}
    assert cli("event", "replay", "--since", "2120-01-01", "--exit-nothing", by=operator).code == 8
