"""The log of a day answers every question of the dashboards, in a real Elasticsearch."""

import json
import re

import pytest

from deploy.elk.dashboards import FILE
from deploy.elk.pages import PAGES
from tests.served import PASSWORD

pytestmark = [pytest.mark.slow, pytest.mark.alone]
SAVED = [json.loads(line) for line in FILE.read_text().splitlines()]
SEARCHES = {each["id"]: each["attributes"] for each in SAVED if each["type"] == "search"}


def query_of(search: dict) -> str:
    return json.loads(search["kibanaSavedObjectMeta"]["searchSourceJSON"])["query"]["query"]


def charts() -> list[tuple[str, dict]]:
    """Each aggregation, with the query of the search whose lines it looks at."""
    found = []
    for each in SAVED:
        if each["type"] == "visualization":
            query = query_of(SEARCHES[each["references"][0]["id"]])
            found += [(query, one) for one in json.loads(each["attributes"]["visState"])["aggs"]]
    return found


def test_every_field_that_a_page_names_exists(day):
    kinds = day.asked.kinds()
    named = {column for search in SEARCHES.values() for column in search["columns"]}
    for search in SEARCHES.values():
        named |= set(re.findall(r"([a-z@][\w.]*):", query_of(search).replace("_exists_:", "")))
    named |= {one["params"]["field"] for _, one in charts() if "field" in one["params"]}

    assert named - kinds.keys() == set()
    assert {"micromart.order.total", "event.duration", "trace.id", "log.level"} <= named


def test_every_saved_query_finds_lines(day):
    assert [name for name, search in SEARCHES.items() if not day.asked.find(query_of(search))] == []
    assert len(SEARCHES) == len(PAGES) == 5


def test_every_chart_has_something_to_draw(day):
    for query, one in charts():
        if one["type"] == "count":
            continue
        what, field = one["type"], one["params"]["field"]
        if what == "date_histogram":
            assert day.asked.kinds()[field] == {"date"}
            continue
        told = day.asked.aggregates(query, what, field)
        drawn = told.get("buckets") or told.get("value") or [each for each in told.get("values", {}).values() if each]
        assert drawn, (query, what, field)


def test_what_was_sold_is_what_was_charged(day):
    told = day.asked.aggregates('event.action:"order.placed"', "sum", "micromart.order.total")
    placed = [line["micromart"]["order"] for line in day.asked.find('event.action:"order.placed"')]

    assert [order["number"] for order in placed] == [day.order.number, day.number_by_ssh]
    assert told["value"] == sum(order["total"] for order in placed)
    assert placed[0] == {
        "number": day.order.number,
        "total": float(str(day.order.total)),
        "currency": "USD",
        "units": 2,
    }


def test_no_line_tells_an_address_a_password_or_a_secret(day):
    told = json.dumps(day.lines())

    for secret in ("ann@example.org", "Lamp Street", PASSWORD, "canary", *secrets_in(day)):
        assert secret not in told


def secrets_in(day) -> list[str]:
    """What the homes of both shoppers hold."""
    found = [file.read_text() for file in day.folder.glob("*/state/shops/*/cart-secret")]
    found += [json.loads(file.read_text())["token"] for file in day.folder.glob("*/state/shops/*/**/session.json")]
    assert len(found) >= 2
    return found
