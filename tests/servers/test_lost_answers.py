"""A connection that breaks at the worst moment: nothing is lost, nothing is done twice (FAULTS F8)."""

import random

import pytest
from sqlalchemy.engine import make_url

from micromart_core.carts.service import set_quantity, show_cart
from micromart_core.errors import Unavailable
from micromart_core.gateway import UnknownOutcome
from micromart_core.inventory.model import Reason, Sku
from micromart_core.inventory.service_stock import adjust_stock
from tests.conftest import ShopUnderTest
from tests.servers.cutting_proxy import CuttingProxy

pytestmark = pytest.mark.servers
TEA = Sku("TEA-01")


@pytest.fixture
def proxied(postgresql_url, tmp_path):
    """A shop whose every byte to PostgreSQL goes through the proxy."""
    from tests.conftest import _empty

    _empty(postgresql_url)
    url = make_url(postgresql_url)
    proxy = CuttingProxy(url.host or "127.0.0.1", url.port or 5432)
    through = url.set(host="127.0.0.1", port=proxy.port).render_as_string(hide_password=False)
    shop = ShopUnderTest(through, None, tmp_path)
    shop.stocks(TEA, on_hand=0)
    yield shop, proxy
    shop.close()
    proxy.close()


def test_a_lost_answer_to_commit_is_looked_up_not_guessed(proxied):
    shop, proxy = proxied
    proxy.cut_answer_to(b"COMMIT")

    level = shop.staff().run(adjust_stock, TEA, 5, Reason("delivery"))

    assert proxy.cuts == 1
    assert level.on_hand == 5
    assert shop.rows("SELECT change FROM stock_movements") == [(5,)]


def test_a_database_that_is_lost_at_the_commit_and_stays_away_leaves_the_key_to_ask_again_with(proxied, postgresql_url):
    shop, proxy = proxied
    proxy.cut_for_good(b"COMMIT")

    with pytest.raises(UnknownOutcome) as told:
        shop.staff().run(adjust_stock, TEA, 5, Reason("delivery"))

    assert told.value.exit_code == 69
    back = ShopUnderTest(postgresql_url, None, shop.folder)
    again = back.staff().under(idempotency_key=told.value.idempotency_key)
    assert again.run(adjust_stock, TEA, 5, Reason("delivery")).on_hand == 5
    assert back.rows("SELECT change FROM stock_movements") == [(5,)]
    back.close()


def test_what_can_be_said_again_is_only_told_that_the_database_is_away(proxied):
    shop, proxy = proxied
    proxy.cut_for_good(b"COMMIT")

    with pytest.raises(Unavailable) as told:
        shop.guest("ann").run(set_quantity, TEA, 0)

    assert not isinstance(told.value, UnknownOutcome)


def test_a_connection_lost_before_the_commit_runs_again(proxied):
    shop, proxy = proxied
    proxy.cut_before(b"COMMIT")

    assert shop.staff().run(adjust_stock, TEA, 5, Reason("delivery")).on_hand == 5
    assert shop.rows("SELECT change FROM stock_movements") == [(5,)]


def test_a_connection_that_died_while_idle_is_replaced(proxied):
    shop, proxy = proxied
    shop.staff().run(adjust_stock, TEA, 5, Reason("delivery"))
    proxy.cut_before(b"BEGIN")

    assert shop.guest("ann").run(set_quantity, TEA, 2).item_count == 2


def test_a_hundred_changes_with_a_tenth_of_the_answers_lost_are_a_hundred_changes(proxied):
    shop, proxy = proxied
    chance = random.Random(7)
    for _ in range(100):
        if chance.random() < 0.1:
            proxy.cut_answer_to(b"COMMIT")
        shop.staff().run(adjust_stock, TEA, 1, Reason("delivery"))

    assert proxy.cuts >= 5
    assert shop.raw_stock(TEA) == (100, 0)
    assert shop.rows("SELECT count(*) FROM stock_movements") == [(100,)]


def test_a_server_that_is_down_is_said_to_be_down(postgresql_url, tmp_path):
    dead = make_url(postgresql_url).set(host="127.0.0.1", port=1).render_as_string(hide_password=False)
    shop = ShopUnderTest(dead, None, tmp_path)

    with pytest.raises(Unavailable) as told:
        shop.guest("ann").run(show_cart)

    assert told.value.exit_code == 69
    shop.close()
