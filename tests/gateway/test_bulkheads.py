"""A server that takes connections and says nothing: what needs it waits, and nobody else."""

import base64
import json
import time
from concurrent.futures import ThreadPoolExecutor

import httpx

from tests.daemon.process import eventually

ANN = {"X-Cart-Secret": "a" * 43}


def token(issuer: str) -> str:
    """A token signed by nobody, with a key that only the issuer could know."""
    head = {"alg": "ES256", "typ": "at+jwt", "kid": "unknown"}
    moment = int(time.time())
    body = {"iss": issuer, "aud": "micromart", "azp": "micromart-cli", "sub": "ann", "iat": moment, "exp": moment + 300}
    parts = [json.dumps(head).encode(), json.dumps(body).encode(), b"x" * 64]
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts)


def guests_are_answered(gateway) -> bool:
    """Change a cart as often as guests have threads, and once more: each change is told to whoever listens."""
    asked = [gateway.post("carts/set_quantity", ANN, sku="NM-001", quantity=units) for units in (1, 2, 1, 2, 1)]
    return {each.status_code for each in asked} == {200}


def test_guests_do_not_feel_a_dead_issuer(start, hole):
    issuer = f"http://{hole.address}/realms/micromart"
    gateway = start(MICROMART_IDENTITY__ISSUER=issuer)
    headers = {"Authorization": f"Bearer {token(issuer)}"}

    def ask() -> int:
        url = f"http://127.0.0.1:{gateway.port}/v1/orders/my_orders"
        return httpx.post(url, json={}, headers=headers, timeout=60).status_code

    with ThreadPoolExecutor(30) as people:
        waiting = [people.submit(ask) for _ in range(30)]
        eventually(lambda: hole.waiting)
        assert guests_are_answered(gateway)
        assert hole.waiting  # still for the keys of the first who asked
        statuses = {each.result() for each in waiting}

    assert statuses <= {401, 503, 504}
    assert gateway.client.get("/ready").status_code == 200


def test_nobody_feels_a_dead_redis(start, hole):
    gateway = start(MICROMART_REDIS__URL=hole.url, MICROMART_REDIS__TIMEOUT_MS="10000")

    assert guests_are_answered(gateway)
    eventually(lambda: hole.waiting)
    assert guests_are_answered(gateway)
    assert (hole.visits, hole.waiting) == (1, 1)  # the first try is not given up yet
