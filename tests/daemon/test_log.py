"""The daemon's log is ECS JSON, whatever happens to it, and leads from an event to the intent that caused it."""

import json

import pytest

from tests.daemon.process import eventually

pytestmark = pytest.mark.servers


def is_ecs(line: dict) -> bool:
    return {"@timestamp", "log.level", "message", "ecs.version"} <= line.keys() and line["@timestamp"].endswith("Z")


def test_every_line_is_ecs_json_and_those_of_an_intent_have_its_trace(served):
    served.stocks()
    daemon = served.daemon(env={"MICROMART_DAEMON__LOG_LEVEL": "debug"})
    served.buys("ann")
    served.comes_to_rest()
    daemon.get("/health")
    assert daemon.stops() == 0

    lines = [json.loads(line) for line in daemon.told().splitlines()]
    assert all(is_ecs(line) for line in lines)
    intents = [line for line in lines if line["log"]["logger"] == "micromart.gateway"]
    assert intents
    assert all(line["trace"]["id"] for line in intents)


def test_what_libraries_say_of_a_lost_database_is_json_too(served):
    daemon = served.daemon()
    eventually(lambda: served.count("SELECT count(*) FROM daemons"))
    for _ in range(3):
        served.changes(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    eventually(lambda: daemon.get("/health")[0] == 200)
    assert daemon.stops() == 0

    assert all(is_ecs(json.loads(line)) for line in daemon.told().splitlines())


def test_a_broken_handler_is_told_with_the_trace_of_the_order(served):
    """A line about an event carries the trace of whoever caused it."""
    daemon = served.daemon(module="tests.daemon.breaking")
    served.stocks()
    served.buys("ann")

    daemon.says("did not take in")
    [line] = [line for line in daemon.log() if "did not take in" in line["message"]][:1]
    assert line["trace"]["id"] == served.shop.rows("SELECT trace_id FROM outbox")[0][0]


def test_no_password_reaches_the_log(served):
    served.stocks()
    wrong = f"amqp://nobody:hush-hush@{served.broker_url.rpartition('@')[2]}"
    daemon = served.daemon(
        env={"MICROMART_BROKER__URL": wrong, "MICROMART_MAIL__URL": "smtp://nobody:hush-hush@127.0.0.1:1"}
    )
    served.buys("ann")
    daemon.says("relay stopped")
    daemon.says("consumer stopped")
    daemon.get("/health")
    daemon.get("/metrics")

    assert "hush-hush" not in daemon.told()
    assert "hush-hush" not in daemon.get("/health")[1]
