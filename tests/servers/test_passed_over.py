"""Sweepers, relays and senders that meet at the same rows: what one holds, the others pass over, and do the rest."""

from contextlib import closing, contextmanager

import pytest
from sqlalchemy import text

from micromart_core.bootstrap_broker import relay_of
from micromart_core.carts.service import set_quantity
from micromart_core.carts.service_upkeep import sweep_expired
from micromart_core.inventory.model import Sku
from micromart_core.notifications.service_sending import claim_due_mail
from micromart_core.orders.service import place_order
from tests.servers.broker_stories import Tower

pytestmark = pytest.mark.servers
TEA = Sku("TEA-01")


@contextmanager
def somebody_holds(shop, table: str):
    """Hold the oldest row of a table in a transaction that does not end, as a frozen process does; yield its id."""
    with shop.database.begin(writes=True) as opened:
        oldest = text(f"SELECT id FROM {table} ORDER BY id LIMIT 1 FOR UPDATE")
        yield opened.connection.execute(oldest).scalar_one()


def test_a_sweeper_passes_over_the_cart_that_somebody_uses(shop_with):
    shop = shop_with()
    shop.shop._last_upkeep = float("inf")
    shop.stocks(TEA, on_hand=9)
    for name in ("ann", "bob", "cid"):
        shop.guest(name).run(set_quantity, TEA, 3)
    with shop.database.begin(writes=True) as opened:
        opened.connection.execute(text("UPDATE carts SET held_until = now() - interval '1 minute'"))
        opened.commit()

    with somebody_holds(shop, "carts") as used:
        assert shop.operator().run(sweep_expired) == 2
        assert shop.rows("SELECT id FROM carts WHERE status = 'open'") == [(used,)]
    assert shop.raw_stock(TEA).held == 3
    assert shop.operator().run(sweep_expired) == 1


def test_a_relay_passes_over_the_event_that_another_publishes(shop_with, broker_url):
    tower = Tower(shop_with(), broker_url)
    tower.rings("a", "b", "c")

    with somebody_holds(tower.shop, "outbox") as held, closing(relay_of(tower.shop.shop)) as relay:
        assert relay.relay() == 2
        assert tower.shop.rows("SELECT id FROM outbox WHERE published_at IS NULL") == [(held,)]


def test_a_sender_passes_over_the_letter_that_another_claims(shop_with):
    shop = shop_with()
    shop.stocks(TEA, on_hand=9)
    for name in ("ann", "bob"):
        shop.shopper(name).run(set_quantity, TEA, 1)
        shop.shopper(name).run(place_order)
    shop.deliver()

    with somebody_holds(shop, "mails") as held:
        claimed = shop.operator().run(claim_due_mail)
        assert claimed is not None
        assert claimed.mail_id != held
