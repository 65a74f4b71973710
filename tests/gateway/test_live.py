"""Live changes: what a guest hears, and that an open stream keeps nothing from stopping."""

import json

import httpx

ANN = {"X-Cart-Secret": "a" * 43}


def heard(lines) -> dict:
    return json.loads(next(line for line in lines if line.startswith("data: ")).removeprefix("data: "))


def test_a_guest_hears_of_stock_and_of_nobodys_cart(start):
    gateway = start()
    sku = gateway.client.get("/v1/products").json()["items"][0]["sku"]
    with (
        httpx.Client(base_url=gateway.client.base_url, timeout=20) as other,
        other.stream("GET", "/v1/changes") as live,
    ):
        lines = live.iter_lines()
        first = heard(lines)
        gateway.post("carts/set_quantity", ANN, sku=sku, quantity=1)
        told = heard(lines)

        assert live.headers["content-type"].startswith("text/event-stream")
        assert first == {"topic": "*", "key": ""}
        assert told["topic"] in ("stock", "*")
        assert gateway.stop() == 0


def test_a_bad_token_hears_nothing(gateway):
    assert gateway.client.get("/v1/changes", headers={"Authorization": "Bearer stolen"}).status_code == 401
