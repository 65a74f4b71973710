"""Too much, too long, too often, too many: a clear answer, and no other customer feels it."""

import contextlib
import socket
import subprocess
import sys
import time

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
    began = time.monotonic()

    assert gateway.stop() == 0
    assert time.monotonic() - began < 10
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
