"""A real Prometheus rings for what goes wrong in a served shop, for nothing else, and ends when that is mended."""

import json
import re
from pathlib import Path

import httpx
import pytest

from deploy.stack.prometheus import RULES, hurried
from tests.daemon.process import eventually
from tests.servers.hostile_messages import NO_EVENTS, lays
from tests.stack_servers import stack_of_its_own

PATIENCE = 60
EXCEPT_RELAY = "consumer,sweeper,mail"


class Watch:
    """A Prometheus of its own, and whom it asks."""

    def __init__(self, told: dict[str, str]) -> None:
        self._url, self._targets = told["MICROMART_STACK_PROMETHEUS_URL"], Path(told["MICROMART_STACK_TARGETS"])

    def asks(self, *daemons) -> None:
        """Let it ask these daemons, and nobody else."""
        addresses = [f"127.0.0.1:{daemon.port}" for daemon in daemons]
        beside = self._targets.with_suffix(".new")
        beside.write_text(json.dumps([{"targets": addresses}]))
        beside.replace(self._targets)

    def has_asked(self, daemon) -> bool:
        """Tell whether it has an answer of this daemon, and a good one."""
        found = httpx.get(f"{self._url}/api/v1/query", params={"query": "micromart_up == 1"}).json()["data"]["result"]
        return f"127.0.0.1:{daemon.port}" in {each["metric"]["instance"] for each in found}

    def firing(self) -> dict[str, dict]:
        """The alerts that fire, by name."""
        alerts = httpx.get(f"{self._url}/api/v1/alerts").json()["data"]["alerts"]
        return {each["labels"]["alertname"]: each for each in alerts if each["state"] == "firing"}

    def rings(self, *names: str) -> dict[str, dict]:
        """Wait until exactly these alerts fire, and return them."""
        [found] = eventually(lambda: [told] if set(told := self.firing()) == set(names) else [], PATIENCE)
        return found


@pytest.fixture
def watch(tmp_path):
    with stack_of_its_own(tmp_path / "stack", "Prometheus") as stack:
        stack.start("prometheus")
        yield Watch(stack.settings("prometheus"))


def test_a_second_of_the_hurried_rules_is_a_minute_of_the_real_ones():
    real, quick = RULES.read_text(), hurried(RULES.read_text())

    assert not re.search(r"\d+m\b", quick)
    assert re.findall(r"for: (\d+)s", quick) == re.findall(r"for: (\d+)m", real)
    assert re.findall(r"_seconds\) > ([\d.]+)", quick) == ["5", "15", "10"]
    assert re.findall(r"_seconds\) > (\d+)", real) == ["300", "900", "600"]


@pytest.mark.servers
@pytest.mark.slow
def test_events_that_nobody_publishes_ring_until_a_relay_is_there(served, watch):
    served.stocks()
    daemon = served.daemon(EXCEPT_RELAY)
    watch.asks(daemon)
    eventually(lambda: watch.has_asked(daemon))
    assert watch.firing() == {}

    served.buys("ann")
    alert = watch.rings("EventsWait")["EventsWait"]

    assert alert["labels"] == {"alertname": "EventsWait", "severity": "page"}
    assert re.fullmatch(r"The oldest event has waited \d+(\.\d+)?s to be published\.", alert["annotations"]["summary"])
    assert "relay" in alert["annotations"]["try"]
    served.daemon("relay")
    watch.rings()


@pytest.mark.servers
@pytest.mark.slow
def test_a_daemon_that_is_gone_rings_until_another_answers_there(served, watch):
    daemon = served.daemon()
    watch.asks(daemon)
    eventually(lambda: watch.has_asked(daemon))

    daemon.dies()

    [alert] = watch.rings("ProcessIsGone").values()
    assert alert["labels"]["instance"] == f"127.0.0.1:{daemon.port}"
    watch.asks(served.daemon())
    watch.rings()


@pytest.mark.servers
@pytest.mark.slow
def test_an_event_given_up_stock_past_the_ledger_and_a_lost_database_ring_each_by_its_name(
    served, watch, door_to_database
):
    served.stocks()
    served.changes("UPDATE stock SET on_hand = on_hand + 1")
    daemon = served.daemon(env=door_to_database.env)
    eventually(lambda: served.depths().keys())
    lays(served.broker_url, NO_EVENTS[0], "users")
    watch.asks(daemon)

    found = watch.rings("LedgerDrift", "EventsWereGivenUp")

    assert found["LedgerDrift"]["labels"] == {"alertname": "LedgerDrift", "severity": "page"}
    assert found["EventsWereGivenUp"]["labels"] == {"alertname": "EventsWereGivenUp", "severity": "warn"}
    assert found["EventsWereGivenUp"]["annotations"]["summary"] == "1 events could not be taken in by anybody."
    door_to_database.close()
    [alert] = watch.rings("DatabaseDoesNotAnswer").values()
    assert alert["labels"] == {
        "alertname": "DatabaseDoesNotAnswer",
        "instance": f"127.0.0.1:{daemon.port}",
        "job": "micromart",
        "severity": "page",
    }
