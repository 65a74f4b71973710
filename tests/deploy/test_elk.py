"""The dashboards' file: what its generator writes, and every name in it leads somewhere."""

import json

from ruamel.yaml import YAML

from deploy.elk.dashboards import FILE, ndjson
from deploy.elk.pages import PAGES
from micromart_core.carts.service import add_units, set_quantity
from tests.deploy.operating_files import ROOT, SERVICES

SAVED = [json.loads(line) for line in FILE.read_text().splitlines()]
FILEBEAT = YAML(typ="safe").load(ROOT / "deploy" / "elk" / "filebeat.yml")
ELK = {name: service for name, service in SERVICES.items() if service.get("profiles") == ["elk"]}


def test_the_file_is_what_its_generator_writes():
    assert FILE.read_text() == ndjson()


def test_every_reference_is_in_the_file():
    known = {(each["type"], each["id"]) for each in SAVED}

    assert len(known) == len(SAVED)
    assert {(one["type"], one["id"]) for each in SAVED for one in each["references"]} <= known


def test_every_page_has_a_dashboard_with_its_lines_and_charts():
    dashboards = [each for each in SAVED if each["type"] == "dashboard"]

    assert [each["id"] for each in dashboards] == [
        f"micromart-{page}" for page in ("sales", "holds", "letters", "errors", "latency")
    ]
    for each in dashboards:
        panels = json.loads(each["attributes"]["panelsJSON"])
        assert [panel["panelRefName"] for panel in panels] == [one["name"] for one in each["references"]]
        assert {one["type"] for one in each["references"]} == {"search", "visualization"}


def test_holds_are_counted_whether_a_number_was_set_or_a_key_was_pressed():
    [query] = [page.query for page in PAGES if page.id == "holds"]

    assert all(f'"carts/{holds.__name__}"' in query for holds in (set_quantity, add_units))


def test_filebeat_reads_the_folder_that_the_daemon_writes():
    daemon, filebeat = SERVICES["daemon"], SERVICES["filebeat"]
    folder = daemon["environment"]["MICROMART_DAEMON__LOG_FOLDER"]

    assert f"logs:{folder}" in daemon["volumes"]
    assert f"logs:{folder}:ro" in filebeat["volumes"]
    assert f'"{folder}/*.jsonl"' in (ROOT / "deploy" / "elk" / "filebeat.yml").read_text()


def test_a_line_that_is_sent_again_is_there_once():
    """What its place in the log makes the id of a line, before that place is dropped."""
    [first, *others] = FILEBEAT["processors"]

    assert first["fingerprint"]["target_field"] == "@metadata._id"
    assert set(first["fingerprint"]["fields"]) == {"@timestamp", "log.file.path", "log.offset"}
    assert [name for each in others for name in each] == ["drop_fields"]


def test_it_is_there_for_those_who_ask_and_of_one_release():
    assert ELK.keys() == {"elasticsearch", "filebeat", "kibana", "elk-setup"}
    assert len({service["image"].rpartition(":")[2] for service in ELK.values()}) == 1
