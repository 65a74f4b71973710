"""A shop that is opened with the first question."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from itertools import islice
from threading import Barrier

import pytest

from micromart_core.errors import Unavailable
from micromart_core.inventory.model import Sku
from micromart_core.late_gateway import LateGateway
from micromart_core.products.model import NewProduct
from micromart_core.products.service_edit import create_product
from micromart_core.shop_facts import show_shop

WAYS_IN = 8


def test_threads_that_ask_at_once_open_it_once(shop):
    opened, together = [], Barrier(WAYS_IN)
    late = LateGateway(lambda: opened.append("once") or shop.guest("ann"))

    def ask(_: int) -> str:
        together.wait()
        return late.run(show_shop).currency

    with ThreadPoolExecutor(WAYS_IN) as pool:
        assert set(pool.map(ask, range(WAYS_IN))) == {"USD"}
    assert opened == ["once"]


def test_nothing_is_opened_by_a_door_for_one_intent_until_something_is_asked(shop):
    opened = []
    late = LateGateway(lambda: opened.append("once") or shop.guest("ann"))

    intent = late.under(idempotency_key="k-1")

    assert opened == []
    assert intent.run(show_shop).currency == "USD"
    assert opened == ["once"]


def test_what_keeps_it_shut_is_said_each_time_until_it_opens(shop):
    answers = [Unavailable("It is away.", why="nobody answers")]

    def opening():
        if answers:
            raise answers.pop()
        return shop.guest("ann")

    late = LateGateway(opening)

    with pytest.raises(Unavailable):
        late.run(show_shop)
    assert late.run(show_shop).currency == "USD"


def test_it_passes_on_what_changes(shop):
    changes = LateGateway(lambda: shop.guest("ann")).changes()
    shop.needs_category("desk")
    shop.staff().run(create_product, Sku("NM-001"), NewProduct("Null Mug", "desk", "24.00"))

    with closing(changes):
        assert any(change.key == "NM-001" for change in islice(changes, 10))
