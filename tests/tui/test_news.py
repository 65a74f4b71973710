"""Listening to the shop: each change is told, and a shop that does not answer is listened to again."""

import queue

import pytest

from micromart_core.carts.service import set_quantity
from micromart_core.changes import ANYTHING, Change, Topic
from micromart_core.errors import Unavailable
from micromart_core.inventory.model import Sku
from micromart_tui import news
from micromart_tui.news import News


class Interrupted:
    """A door whose news break off the first time they are listened to."""

    def __init__(self, gateway, by: Exception) -> None:
        self._gateway, self._by, self._broke = gateway, by, False

    def changes(self):
        if not self._broke:
            self._broke = True
            raise self._by
        return self._gateway.changes()


@pytest.fixture
def told():
    return queue.Queue()


def test_a_hold_of_somebody_else_is_told(shop, told):
    shop.stocks("TEA-01", 5)
    listening = News(shop.guest("ann"), told.put)
    listening.begin()
    shop.guest("bob").run(set_quantity, Sku("TEA-01"), 1)

    while Change(Topic.STOCK, "TEA-01") not in told.get(timeout=10):
        pass
    listening.close()


@pytest.mark.parametrize("broken_by", [Unavailable("The database is away."), OSError("something nobody thought of")])
def test_after_a_silence_anything_may_have_changed(shop, told, monkeypatch, broken_by):
    monkeypatch.setattr(news, "AGAIN_AFTER", 0.01)
    shop.stocks("TEA-01", 5)
    listening = News(Interrupted(shop.guest("ann"), broken_by), told.put)
    listening.begin()
    assert told.get(timeout=10) == {ANYTHING}

    shop.guest("bob").run(set_quantity, Sku("TEA-01"), 1)
    while Change(Topic.STOCK, "TEA-01") not in told.get(timeout=10):
        shop.guest("bob").run(set_quantity, Sku("TEA-01"), 2)
    listening.close()


def test_closing_ends_the_thread(shop, told):
    listening = News(shop.guest("ann"), told.put)
    listening.begin()
    listening.close()

    listening._thread.join(10)
    assert not listening._thread.is_alive()
