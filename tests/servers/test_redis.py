"""Shops that share a Redis: they hear each other, count together, and answer as they would without it."""

import subprocess
import sys
from pathlib import Path

import pytest

from micromart_core.bootstrap import open_ready_shop
from micromart_core.carts.service import clear_cart, set_quantity, show_cart
from micromart_core.products.model import ProductChanges
from micromart_core.products.service_edit import archive_product, restore_product, update_product
from micromart_core.rate_limit import RateLimited
from micromart_core.settings import LimitSettings, RedisSettings, Settings
from tests.conftest import ShopUnderTest
from tests.core.order_stories import MUG, TEA, buys
from tests.ear import Ear
from tests.servers.sharing import connected, link_of, names, numbers

pytestmark = pytest.mark.servers
ROOT = Path(__file__).parents[2]


def test_a_hold_in_one_process_is_seen_in_another(open_shop):
    one, other = open_shop(), open_shop()
    with Ear(other.shop.changes()) as ear:
        connected(other)
        cart = one.shopper("ann").run(set_quantity, TEA, 1)

        ear.hears("stock", TEA)
        ear.hears("carts", cart.id)


def test_a_hold_by_a_verb_is_heard_though_its_process_has_ended(redis_url, tmp_path):
    settings = Settings(redis=RedisSettings(url=redis_url))
    shop = open_ready_shop(settings, tmp_path / "data", print)
    with Ear(shop.changes()) as ear:
        ear.hears("*")  # it has subscribed
        home = {"MICROMART_HOME": str(tmp_path), "MICROMART_REDIS__URL": redis_url, "PYTHONPATH": str(ROOT)}
        ran = subprocess.run(
            [sys.executable, "-m", "micromart_cli.main", "cart", "add", MUG],
            env=home,
            cwd=tmp_path,
            check=False,
            capture_output=True,
            text=True,
        )
        assert ran.returncode == 0, ran.stderr
        ear.hears("stock", MUG)
    shop.close()


def test_two_shops_that_share_a_redis_hear_nothing_of_each_other(open_shop, own_redis, sqlite_template, tmp_path):
    (tmp_path / "other").mkdir()
    copy = tmp_path / "other" / "shop.db"
    copy.write_bytes(sqlite_template.read_bytes())
    neighbour = ShopUnderTest(f"sqlite:///{copy}", None, tmp_path)
    neighbour.stocks("cup-01", on_hand=1)
    mine = open_shop()
    theirs = connected(neighbour.again(redis=RedisSettings(url=own_redis.url)))
    with Ear(mine.shop.changes()) as ear:
        connected(mine)
        ear.hears("*")
        theirs.shopper("zoe").run(set_quantity, "cup-01", 1)
        assert link_of(mine).namespace != link_of(theirs).namespace
        connected(open_shop()).shopper("ann").run(set_quantity, TEA, 1)
        ear.hears("stock", TEA)

        assert "cup-01" not in {change.key for change in ear.heard}
    neighbour.close()


def test_with_and_without_redis_the_answers_are_the_same(open_shop, live_shop):
    remembering = connected(open_shop())

    def both() -> tuple:
        twice = [(numbers(remembering), names(remembering, "the")) for _ in range(2)]
        assert twice[0] == twice[1]
        assert twice[0] == (numbers(live_shop), names(live_shop, "the"))
        return twice[0]

    seen = [both()]
    for happens in (
        lambda: remembering.shopper("ann").run(set_quantity, TEA, 2),
        lambda: buys(remembering.shopper("bob"), MUG),
        lambda: remembering.shopper("ann").run(clear_cart),
        lambda: remembering.staff().run(update_product, TEA, ProductChanges(name="The other tea")),
        lambda: remembering.staff().run(archive_product, MUG),
    ):
        happens()
        seen.append(both())

    assert len({repr(each) for each in seen}) == len(seen)


def test_a_search_after_a_product_was_renamed_shows_the_new_name_at_once(open_shop):
    one, other = connected(open_shop()), connected(open_shop())
    assert names(one, "tea") == names(one, "tea") == ["The TEA-01"]

    other.staff().run(update_product, TEA, ProductChanges(name="Tea of the morning"))

    assert names(one, "tea") == ["Tea of the morning"]
    assert names(other, "morning") == ["Tea of the morning"]


def test_a_search_never_shows_what_was_taken_away_even_if_that_news_was_lost(open_shop, live_shop):
    one = connected(open_shop())
    assert names(one, "tea") == ["The TEA-01"]

    live_shop.staff().run(archive_product, TEA)  # this one knows of no Redis
    assert names(one, "tea") == []
    live_shop.staff().run(restore_product, TEA)
    assert names(one, "tea") == []


def test_many_processes_count_one_callers_requests_together(open_shop):
    limits = LimitSettings(operations_per_minute=4)
    shops = [connected(open_shop(limits=limits)) for _ in range(2)]
    for shop in (*shops, *shops):
        shop.shopper("ann").run(show_cart)

    with pytest.raises(RateLimited):
        shops[0].shopper("ann").run(show_cart)
    shops[0].shopper("bob").run(show_cart)
