"""Live changes: what a guest hears, and that an open stream keeps nothing from stopping."""

import asyncio
import json

import httpx
import pytest

from micromart_core.carts.service import set_quantity
from micromart_daemon.gateway.live import MOST_OF_ONE_SOURCE, Live
from micromart_daemon.gateway.problems import Full

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


@pytest.mark.anyio
async def test_one_address_leaves_streams_for_others(shop):
    live = Live(shop.shop)
    told = [live.answer(None, "203.0.113.9", hears_all=False).body_iterator for _ in range(MOST_OF_ONE_SOURCE)]
    for each in told:
        await anext(each)

    with pytest.raises(Full):
        live.answer(None, "203.0.113.9", hears_all=False)
    other = live.answer(None, "198.51.100.1", hears_all=False).body_iterator
    assert "retry" in await anext(other)
    await told.pop().aclose()
    told.append(live.answer(None, "203.0.113.9", hears_all=False).body_iterator)

    live.close()
    for each in (*told, other):
        await each.aclose()


@pytest.mark.anyio
async def test_after_a_bug_whoever_listens_hears_on(shop, caplog):
    shop.stocks("tea-01", on_hand=5)
    live = Live(shop.shop)
    found, broken = live._owners.owner_of, []

    def breaks_once(change):
        if not broken:
            broken.append(change)
            raise ValueError("a planted bug")
        return found(change)

    live._owners.owner_of = breaks_once
    told = live.answer("anybody", "127.0.0.1", hears_all=False).body_iterator
    assert "retry" in await anext(told)
    assert '"*"' in await anext(told)

    await asyncio.to_thread(shop.shopper("ann").run, set_quantity, "tea-01", 1)
    async with asyncio.timeout(30):
        assert '"*"' in await anext(told)  # it may have missed something
        await asyncio.to_thread(shop.shopper("bob").run, set_quantity, "tea-01", 1)
        assert "data: " in await anext(told)

    live.close()
    await told.aclose()
    assert "live changes broke" in caplog.text


@pytest.fixture
def anyio_backend():
    return "asyncio"
