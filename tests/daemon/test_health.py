"""`micromartd health` and `micromart doctor` name what is down, each server by its name."""

import json
import time

import pytest

from tests.daemon.process import eventually

pytestmark = pytest.mark.servers
NOBODY = "127.0.0.1:1"
SEEN = "SELECT count(*) FROM daemons"
NO_REDIS = {"MICROMART_REDIS__URL": f"redis://{NOBODY}/0"}
BY_SERVER = {
    "broker": {"MICROMART_BROKER__URL": f"amqp://{NOBODY}"},
    "mail": {"MICROMART_MAIL__URL": f"smtp://{NOBODY}"},
    "database": {"MICROMART_DATABASE__URL": f"postgresql+psycopg://nobody@{NOBODY}/none"},
}


def look(served, *words: str, **settings: str) -> tuple[int, str]:
    looking = served.begins("health", *words, env=settings)
    return looking.ends(), looking.told()


def doctor(served, **settings: str) -> dict[str, dict]:
    examined = served.begins("doctor", "--json", program="micromart_cli.main", env=settings)
    examined.ends()
    checkup, _ = json.JSONDecoder().raw_decode(examined.told())
    return {item["check"]: item for item in checkup["items"]}


def test_a_shop_that_is_well_is_0_and_a_line_each(served, redis_url):
    served.daemon()
    eventually(lambda: served.count(SEEN))
    code, table = look(served, MICROMART_REDIS__URL=redis_url)

    assert code == 0, table
    lines = {line[5:16].strip(): line for line in table.splitlines()}
    assert list(lines) == [
        *("database", "migrations", "redis", "broker", "mail"),
        *("daemon", "events", "carts", "letters", "given up"),
    ]
    assert all(line.startswith("ok ") for line in lines.values())
    assert "relay,consumer,sweeper,mail" in lines["daemon"]


def test_as_json_it_is_what_doctor_prints(served):
    served.daemon()
    eventually(lambda: served.count(SEEN))
    code, told = look(served, "--json")

    items = {item["check"]: item for item in json.loads(told)["items"]}
    theirs = doctor(served)
    assert code == 0
    assert {name: theirs[name]["ok"] for name in items} == {name: item["ok"] for name, item in items.items()}
    assert theirs["daemon"] == items["daemon"]


@pytest.mark.parametrize("server", list(BY_SERVER))
def test_each_server_that_is_down_is_named_by_both(served, server):
    served.daemon()
    eventually(lambda: served.count(SEEN))
    code, told = look(served, "--json", **BY_SERVER[server])

    bad = {item["check"]: item for item in json.loads(told)["items"] if not item["ok"]}
    assert code == 1
    assert server in bad
    assert f"{server}.url" in bad[server]["fix"]
    assert bad.keys() <= {"database": {"database", "migrations", "daemon"}}.get(server, {server})
    assert not doctor(served, **BY_SERVER[server])[server]["ok"]


def test_without_redis_the_shop_goes_on_so_health_warns_and_doctor_finds(served):
    served.daemon()
    eventually(lambda: served.count(SEEN))
    code, told = look(served, "--json", **NO_REDIS)

    [redis] = [item for item in json.loads(told)["items"] if item["check"] == "redis"]
    assert (code, redis["ok"]) == (0, True)
    assert redis["detail"].startswith("degraded: redis://")
    assert redis["fix"]
    theirs = doctor(served, **NO_REDIS)["redis"]
    assert (theirs["ok"], redis["detail"]) == (False, f"degraded: {theirs['detail']}")
    assert "\nWARN redis      degraded: " in look(served, **NO_REDIS)[1]


def test_a_database_that_says_nothing_is_waited_for_once(served, door_to_database):
    door_to_database.fall_silent()
    patience = {"MICROMART_DATABASE__TIMEOUT_SECONDS": "4"}
    began = time.monotonic()
    code, told = look(served, "--json", **door_to_database.env, **patience)

    assert time.monotonic() - began < 8  # its start is in it
    assert code == 1
    assert {item["check"] for item in json.loads(told)["items"] if not item["ok"]} == {
        *("database", "migrations", "daemon"),
    }


def test_work_that_nobody_does_is_said(served):
    served.stocks()
    served.buys("ann")
    served.changes("UPDATE outbox SET at = now() - interval '5 minutes'")
    code, table = look(served)

    assert code == 1
    assert "BAD  daemon     none was seen" in table
    assert "BAD  events     1 wait, the oldest for 30" in table
    assert "micromartd run" in table


def test_a_format_that_is_none_is_refused(served):
    code, told = look(served, "-o", "xml")
    assert (code, "it is table or json" in told) == (2, True)
