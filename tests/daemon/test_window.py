"""/health, /live and /metrics: what they tell, and that nobody who asks badly can stop them."""

import contextlib
import json
import socket
import struct

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text

from micromart_core.carts.service import set_quantity
from micromart_core.clock import stopwatch
from micromart_core.inventory.model import Sku
from tests.daemon.process import DaemonProcess, eventually
from tests.daemon.served import TEA

pytestmark = pytest.mark.servers


def figures(daemon: DaemonProcess) -> dict[str, float]:
    """Every figure of /metrics by its name, with its labels behind it."""
    status, text = daemon.get("/metrics")
    assert status == 200
    families = text_string_to_metric_families(text)
    return {"/".join((s.name, *s.labels.values())): s.value for family in families for s in family.samples}


def test_the_figures_are_there_right_after_a_restart(served):
    served.stocks()
    served.buys("ann")
    served.shop.guest("bob").run(set_quantity, Sku(TEA), 2)
    served.changes("UPDATE carts SET held_until = now() - interval '1 hour' WHERE held_until IS NOT NULL")
    served.changes("UPDATE outbox SET at = now() - interval '90 seconds'")
    with served.shop.database.begin(writes=True) as opened:  # else a writer of the daemon sweeps it along
        opened.connection.execute(text("SELECT id FROM carts FOR UPDATE"))
        found = figures(served.daemon("mail"))

    assert found["micromart_up"] == found["micromart_broker_up"] == 1
    assert (found["micromart_outbox_events"], found["micromart_ledger_drift"]) == (1, 0)
    assert found["micromart_outbox_age_seconds"] >= 90
    assert found["micromart_sweep_lag_seconds"] >= 3600
    assert (found["micromart_sweep_carts"], found["micromart_mail_waiting"]) == (1, 0)
    assert (found["micromart_dead_letters"], found["micromart_mail_dead"]) == (0, 0)
    assert found["micromart_queue_messages/micromart.notifications"] == 0
    assert found["process_resident_memory_bytes"] > 0


def test_figures_follow_the_work(served):
    served.stocks()
    daemon = served.daemon("relay")
    served.buys("ann")
    eventually(lambda: figures(daemon)["micromart_queue_messages/micromart.notifications"] == 1)

    served.daemon("consumer")
    eventually(lambda: figures(daemon)["micromart_mail_waiting"] == 1)
    assert figures(daemon)["micromart_daemons"] == 2
    served.changes("UPDATE mails SET status = 'dead', next_attempt_at = NULL")
    assert figures(daemon)["micromart_mail_dead"] == 1


def test_drift_of_the_ledger_is_seen(served):
    served.stocks()
    served.changes("UPDATE stock SET on_hand = on_hand + 1")

    assert figures(served.daemon())["micromart_ledger_drift"] == 1


def test_a_ledger_that_cannot_be_replayed_now_hides_no_other_figure(served):
    served.stocks()
    served.buys("ann")
    with served.shop.database.begin(writes=True) as opened:
        opened.connection.execute(text("LOCK TABLE stock_movements IN ACCESS EXCLUSIVE MODE"))
        found = figures(served.daemon("mail"))

    assert (found["micromart_up"], found["micromart_outbox_events"]) == (1, 1)
    assert "micromart_ledger_drift" not in found


def test_health_is_503_when_something_is_wrong_and_says_what(served):
    daemon = served.daemon(env={"MICROMART_MAIL__URL": "smtp://127.0.0.1:1"})
    status, body = daemon.get("/health")

    told = json.loads(body)
    assert (status, told["ok"]) == (503, False)
    assert {item["check"] for item in told["items"] if not item["ok"]} == {"mail"}
    assert daemon.get("/live")[0] == 200
    assert daemon.get("/elsewhere")[0] == 404


def test_a_redis_that_is_away_is_told_and_takes_no_daemon_out_of_service(served):
    daemon = served.daemon(env={"MICROMART_REDIS__URL": "redis://127.0.0.1:1/0"})
    eventually(lambda: daemon.health()["daemon"]["ok"])
    status, body = daemon.get("/health")

    told = json.loads(body)
    assert (status, told["ok"]) == (200, True)
    assert "degraded" in {item["check"]: item["detail"] for item in told["items"]}["redis"]
    assert figures(daemon)["micromart_redis_up"] == 0


def ask(daemon: DaemonProcess, request: bytes) -> bytes:
    """Send some bytes and return what comes back until the other side closes."""
    with socket.create_connection(("127.0.0.1", daemon.port), timeout=30) as line:
        line.sendall(request)
        line.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: line.recv(65536), b""))


@pytest.mark.parametrize(
    "request_",
    [
        b"",
        b"\r\n\r\n",
        b"GET " + b"/" * 100_000 + b" HTTP/1.1\r\n\r\n",
        b"GET /health HTTP/1.1\r\n" + b"X: y\r\n" * 5_000 + b"\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        bytes(range(256)) * 10,
        b"POST /metrics HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n",
        b"GET /\x1b[31m\xff\xfe HTTP/1.0\r\n\r\n",
        b"DELETE /health HTTP/9.9\r\n\r\n",
    ],
)
def test_whoever_asks_badly_does_not_stop_it(served, request_):
    daemon = served.daemon("mail")
    with contextlib.suppress(OSError):  # it may hang up before it has heard all
        ask(daemon, request_)

    assert daemon.get("/live")[0] == 200
    assert "Traceback" not in daemon.told()
    assert daemon.stops() == 0
    assert daemon.log()


@pytest.mark.parametrize("wanted", ["application/openmetrics-text;version=abc.def", "text/plain;version=zzz", "*/*"])
def test_figures_are_told_whatever_form_is_asked_for(served, wanted):
    daemon = served.daemon("mail")
    answer = ask(daemon, f"GET /metrics HTTP/1.0\r\nAccept: {wanted}\r\n\r\n".encode())

    assert answer.startswith(b"HTTP/1.0 200 ")
    assert b"\nmicromart_up 1.0\n" in answer
    assert [line["message"] for line in daemon.log() if line["log.level"] == "error"] == []


def test_a_burst_of_clients_is_let_in_at_once(served):
    daemon = served.daemon("mail")
    began = stopwatch()
    lines = [socket.create_connection(("127.0.0.1", daemon.port)) for _ in range(100)]

    assert stopwatch() - began < 1  # a connection that finds no room knocks again after a second
    assert daemon.stops() == 0
    for line in lines:
        line.close()


def test_slow_clients_keep_nobody_waiting_and_no_daemon_from_ending(served):
    daemon = served.daemon("mail")
    slow = [socket.create_connection(("127.0.0.1", daemon.port)) for _ in range(200)]
    for line in slow:
        line.sendall(b"GET /hea")

    assert daemon.get("/live")[0] == 200
    assert daemon.get("/metrics")[0] == 200
    assert daemon.stops() == 0
    for line in slow:
        line.close()


def test_clients_that_leave_before_the_answer_are_not_told_of(served):
    daemon = served.daemon("mail")
    for _ in range(20):
        line = socket.create_connection(("127.0.0.1", daemon.port))
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        line.sendall(b"GET /metrics HTTP/1.1\r\n\r\n")
        line.close()  # with a reset

    assert daemon.get("/live")[0] == 200
    assert daemon.stops() == 0
    assert [line["message"] for line in daemon.log() if line["log.level"] == "error"] == []
