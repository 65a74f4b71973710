"""A server that takes connections and says nothing: what needs it waits, and nobody else."""

import base64
import json
import socket
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

ANN = {"X-Cart-Secret": "a" * 43}


@pytest.fixture
def silent():
    """The address of a server that never answers."""
    with socket.create_server(("127.0.0.1", 0), backlog=200) as server:
        yield f"127.0.0.1:{server.getsockname()[1]}"


def token(issuer: str) -> str:
    """A token signed by nobody, with a key that only the issuer could know."""
    head = {"alg": "ES256", "typ": "at+jwt", "kid": "unknown"}
    moment = int(time.time())
    body = {"iss": issuer, "aud": "micromart", "azp": "micromart-cli", "sub": "ann", "iat": moment, "exp": moment + 300}
    parts = [json.dumps(head).encode(), json.dumps(body).encode(), b"x" * 64]
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts)


def slowest_guest(gateway) -> float:
    slowest = 0.0
    for _ in range(10):
        began = time.monotonic()
        assert gateway.post("carts/show_cart", ANN).status_code == 200
        slowest = max(slowest, time.monotonic() - began)
    return slowest


def test_guests_do_not_feel_a_dead_issuer(start, silent):
    issuer = f"http://{silent}/realms/micromart"
    gateway = start(MICROMART_IDENTITY__ISSUER=issuer, MICROMART_GATEWAY__REQUEST_SECONDS="3")
    headers = {"Authorization": f"Bearer {token(issuer)}"}

    def ask() -> int:
        url = f"http://127.0.0.1:{gateway.port}/v1/orders/my_orders"
        return httpx.post(url, json={}, headers=headers, timeout=60).status_code

    with ThreadPoolExecutor(30) as people:
        waiting = [people.submit(ask) for _ in range(30)]
        time.sleep(0.5)
        slowest, still_waiting = slowest_guest(gateway), sum(not each.done() for each in waiting)
        statuses = {each.result() for each in waiting}

    assert still_waiting > 0
    assert slowest < 2
    assert statuses <= {401, 503, 504}
    assert gateway.client.get("/ready").status_code == 200


def test_nobody_feels_a_dead_redis(start, silent):
    gateway = start(MICROMART_REDIS__URL=f"redis://{silent}/0")

    assert slowest_guest(gateway) < 2
    assert gateway.client.get("/v1/products").status_code == 200
