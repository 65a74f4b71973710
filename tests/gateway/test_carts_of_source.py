"""One address fills only so many carts without signing in: what they hold is kept from everybody else."""

import pytest

from micromart_daemon.gateway import crowded_source
from micromart_daemon.gateway.crowded_source import CartsOfSources, TooManyCarts


def secret(number: int) -> dict[str, str]:
    return {"X-Cart-Secret": f"{number:043}"}


def holds(gateway, number: int):
    return gateway.post("carts/set_quantity", secret(number), sku="NM-001", quantity=1)


def test_an_address_that_fills_too_many_carts_is_told_and_its_own_carts_go_on(start):
    gateway = start(MICROMART_GATEWAY__CARTS_PER_SOURCE="2")
    told = [holds(gateway, number) for number in (1, 2, 3)]

    assert [each.status_code for each in told] == [200, 200, 429]
    assert told[-1].json()["code"] == "gateway.too_many_carts"
    assert "retry-after" in told[-1].headers
    assert holds(gateway, 1).status_code == 200
    assert gateway.post("carts/show_cart", secret(4)).status_code == 200


class Watch:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def watch(monkeypatch) -> Watch:
    made = Watch()
    monkeypatch.setattr(crowded_source, "stopwatch", made)
    return made


def test_a_cart_counts_while_it_may_be_held_and_no_longer(watch):
    carts = CartsOfSources(1, held_seconds=900)
    carts.admit("203.0.113.9", "one")
    watch.now = 899
    with pytest.raises(TooManyCarts):
        carts.admit("203.0.113.9", "two")
    watch.now = 900
    carts.admit("203.0.113.9", "two")


def test_addresses_are_counted_apart_and_forgotten(watch):
    carts = CartsOfSources(1, held_seconds=900)
    for number in range(100):
        carts.admit(f"203.0.113.{number}", "one")
    watch.now = 1_801
    carts.admit("198.51.100.1", "one")

    assert list(carts._filled) == ["198.51.100.1"]
