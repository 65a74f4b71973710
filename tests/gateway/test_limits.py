"""Too much, too long, too often, too many: a clear answer, and no other customer feels it."""

import contextlib
import socket
import sqlite3
import subprocess
import sys
import time

import msgspec
import pytest

from micromart_core.adapters.remote.wire import Wire
from micromart_core.rate_limit import RateLimited

ANN = {"X-Cart-Secret": "a" * 43}


def test_a_request_that_is_too_large_is_not_read(start):
    gateway = start(MICROMART_GATEWAY__MAX_BODY_KIB="1")
    told = gateway.client.post("/v1/carts/show_cart", content=b" " * 5_000, headers=ANN)
    in_pieces = gateway.client.post("/v1/carts/show_cart", content=iter([b" " * 900] * 9), headers=ANN)

    assert (told.status_code, in_pieces.status_code) == (413, 413)
    assert gateway.post("carts/show_cart", ANN).status_code == 200


def test_who_asks_too_often_is_told_when_to_come_back(start):
    gateway = start(MICROMART_GATEWAY__REQUESTS_PER_MINUTE="5")
    told = [gateway.post("carts/show_cart", {"X-Cart-Secret": f"{n}" * 43}) for n in range(7)]

    assert [each.status_code for each in told] == [200] * 5 + [429] * 2
    assert told[-1].headers["retry-after"] == "60"
    assert told[-1].json()["code"] == "rate_limited"
    assert gateway.client.get("/ready").status_code == 200


def test_a_front_end_beside_it_says_on_whose_behalf_it_asks_and_limits_count_that(start):
    gateway = start(MICROMART_GATEWAY__REQUESTS_PER_MINUTE="3", MICROMART_GATEWAY__BEHIND_PROXY="true")
    url = f"http://127.0.0.1:{gateway.port}"
    greedy, other = Wire(url, "203.0.113.9"), Wire(url, "198.51.100.1")
    with contextlib.closing(greedy), contextlib.closing(other):
        for _ in range(3):
            greedy.get("/v1/shop")
        with pytest.raises(RateLimited):
            greedy.get("/v1/shop")
        assert b"MicroMart" in other.get("/v1/shop").body


def test_nobody_else_can_say_that_they_ask_for_others(start):
    gateway = start(MICROMART_GATEWAY__REQUESTS_PER_MINUTE="1")
    told = [
        gateway.client.get("/v1/shop", headers={"X-Forwarded-For": source}).status_code
        for source in ("203.0.113.9", "198.51.100.1")
    ]
    assert told == [200, 429]


def test_a_crowd_of_half_open_connections_keeps_nobody_out(start):
    gateway = start(MICROMART_GATEWAY__CONNECTIONS_PER_SOURCE="20")
    with contextlib.ExitStack() as crowd:
        for _ in range(1_000):
            one = crowd.enter_context(socket.create_connection(("127.0.0.1", gateway.port), 10))
            one.settimeout(20)
            one.send(b"GET /v1/shop HT")
        refused = one.recv(4_096)
        deadline = time.monotonic() + 25
        served = False
        while not served and time.monotonic() < deadline:
            with contextlib.suppress(OSError):
                served = _asked(gateway.port)
            time.sleep(0.5)

    assert refused.startswith(b"HTTP/1.1 503") or refused == b""
    assert served


def _asked(port: int) -> bool:
    with socket.create_connection(("127.0.0.1", port), 5) as one:
        one.settimeout(5)
        one.sendall(b"GET /health HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\r\n")
        return one.recv(4_096).startswith(b"HTTP/1.1 200")


def test_it_stops_in_good_order(start):
    gateway = start()
    assert gateway.client.get("/health").json() == {"live": True}

    assert gateway.stop() == 0
    assert "Traceback" not in gateway.log.read_text()


def test_it_does_not_listen_beyond_this_machine_without_tls(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "micromart_daemon.main", "gateway", "--listen", "0.0.0.0:0"],
        env={"MICROMART_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 2
    assert "does not listen on 0.0.0.0:0 without TLS" in done.stderr


@pytest.mark.slow
def test_it_ends_even_while_a_request_waits_for_the_database(start, tmp_path):
    gateway = start(MICROMART_DATABASE__TIMEOUT_SECONDS="120", MICROMART_GATEWAY__REQUEST_SECONDS="300")
    sku = gateway.client.get("/v1/products").json()["items"][0]["sku"]
    with contextlib.closing(sqlite3.connect(tmp_path / "home" / "data" / "shop.db")) as database:
        database.execute("BEGIN IMMEDIATE")
        with socket.create_connection(("127.0.0.1", gateway.port)) as waiting:
            body = msgspec.json.encode({"sku": sku, "quantity": 1})
            head = f"POST /v1/carts/set_quantity HTTP/1.1\r\nHost: shop\r\nX-Cart-Secret: {'a' * 43}\r\n"
            waiting.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
            gateway.client.get("/ready")  # by then it has been begun

            assert gateway.stop() == 1
