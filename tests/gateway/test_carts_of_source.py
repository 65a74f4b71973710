"""One address fills only so many carts without signing in: what they hold is kept from everybody else."""

from contextlib import suppress

import pytest

from micromart_core.carts.service import clear_cart, extend_hold, remove_lines
from micromart_core.errors import Refused, Unavailable
from micromart_core.operation import access_to
from micromart_daemon.gateway import crowded_source
from micromart_daemon.gateway.crowded_source import FILL_CARTS, CartsOfSources, TooManyCarts
from micromart_daemon.gateway.table import offered


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


def test_what_is_refused_or_rehearsed_fills_no_cart(start):
    gateway = start(MICROMART_GATEWAY__CARTS_PER_SOURCE="1")
    rehearsed = gateway.post("carts/set_quantity", secret(1) | {"Dry-Run": "true"}, sku="NM-001", quantity=1)
    refused = gateway.post("carts/set_quantity", secret(2), sku="NM-001", quantity=99)
    unread = gateway.post("carts/set_quantity", secret(3), sku="NM-001", quantity="many")

    assert [each.status_code for each in (rehearsed, refused, unread)] == [200, 422, 400]
    assert holds(gateway, 4).status_code == 200
    again = gateway.post("carts/set_quantity", secret(1) | {"Dry-Run": "true"}, sku="NM-001", quantity=1)
    assert again.status_code == 429


def test_of_every_operation_on_ones_own_cart_it_is_known_whether_it_holds_more():
    own = {each.function for each in offered().values() if "cart:own" in (access_to(each.function).permission or "")}
    change = {function for function in own if access_to(function).writes}

    assert change - FILL_CARTS == {remove_lines, clear_cart, extend_hold}
    assert change > FILL_CARTS


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


def fills(carts: CartsOfSources, source: str, cart: str) -> None:
    with carts.filling(source, cart, is_rehearsed=False):
        pass


def test_a_cart_counts_while_it_may_be_held_and_no_longer(watch):
    carts = CartsOfSources(1, held_seconds=900)
    fills(carts, "203.0.113.9", "one")
    watch.now = 899
    with pytest.raises(TooManyCarts):
        fills(carts, "203.0.113.9", "two")
    watch.now = 900
    fills(carts, "203.0.113.9", "two")


def test_many_tries_at_once_fill_no_more_carts(watch):
    carts = CartsOfSources(1, held_seconds=900)
    with carts.filling("203.0.113.9", "one", is_rehearsed=False), pytest.raises(TooManyCarts):
        fills(carts, "203.0.113.9", "two")


def test_a_refusal_leaves_the_cart_of_another_try_and_an_outage_may_have_filled_one(watch):
    carts = CartsOfSources(1, held_seconds=900)
    with suppress(Refused), carts.filling("203.0.113.9", "one", is_rehearsed=False):
        fills(carts, "203.0.113.9", "one")
        raise Refused("No.")
    with pytest.raises(TooManyCarts):
        fills(carts, "203.0.113.9", "two")
    with pytest.raises(Unavailable), carts.filling("198.51.100.1", "one", is_rehearsed=False):
        raise Unavailable("Nobody knows.")
    with pytest.raises(TooManyCarts):
        fills(carts, "198.51.100.1", "two")


def test_addresses_are_counted_apart_and_forgotten(watch):
    carts = CartsOfSources(1, held_seconds=900)
    for number in range(100):
        fills(carts, f"203.0.113.{number}", "one")
    watch.now = 1_801
    fills(carts, "198.51.100.1", "one")

    assert list(carts._filled) == ["198.51.100.1"]
