"""One look sees every duty that has something due, and none that has not, on either database."""

import pytest
from sqlalchemy import text

from micromart_core.carts.service import set_quantity
from micromart_core.errors import Unavailable
from micromart_core.lookout import Duty, Lookout
from micromart_core.notifications.service_sending import claim_due_mail
from micromart_core.settings import DatabaseSettings, ShopSettings
from micromart_daemon.lookout import DUE
from tests.core.order_stories import TEA, buys, without_address
from tests.core.test_orders_races import ends_every_hold

SOLD_AGAIN = "UPDATE outbox SET published_at = NULL"


@pytest.fixture
def quiet(live_shop):
    """A shop with tea on its shelf, and nothing to do."""
    shop = without_address(live_shop, shop=ShopSettings(staff_email="staff@example.org"))
    shop.stocks(TEA, on_hand=9)
    buys(shop.shopper("bea"), TEA)
    shop.deliver()
    changes(shop, "DELETE FROM mails")
    return shop


@pytest.fixture
def lookout(quiet):
    lookout = Lookout(quiet.database, DUE)
    yield lookout
    lookout.close()


def changes(shop, statement: str) -> None:
    with shop.database.begin(writes=True) as opened:
        opened.connection.execute(text(statement))
        opened.commit()


def test_nothing_is_due_in_a_quiet_shop(lookout):
    assert lookout.look() == []
    assert lookout.look() == []


def test_an_event_that_waits_is_seen_until_it_is_published(quiet, lookout):
    changes(quiet, SOLD_AGAIN)
    assert lookout.look() == [Duty.EVENTS]

    quiet.deliver()
    changes(quiet, "DELETE FROM mails")
    assert lookout.look() == []


def test_a_cart_is_seen_once_its_hold_is_over(quiet, lookout):
    quiet.guest("ann").run(set_quantity, TEA, 1)
    assert lookout.look() == []

    ends_every_hold(quiet)
    assert lookout.look() == [Duty.CARTS]


def test_a_letter_is_seen_while_it_is_due_and_nobody_sends_it(quiet, lookout):
    buys(quiet.shopper("ann"), TEA)
    quiet.deliver()
    assert lookout.look() == [Duty.LETTERS]

    quiet.operator().run(claim_due_mail)
    assert lookout.look() == []


def test_it_asks_about_the_duties_it_was_given_and_no_other(quiet):
    quiet.guest("ann").run(set_quantity, TEA, 1)
    lookout = Lookout(quiet.database, {Duty.CARTS: DUE[Duty.CARTS]})

    assert lookout.look() == []
    ends_every_hold(quiet)
    assert lookout.look() == [Duty.CARTS]
    lookout.close()


def test_it_takes_no_place_in_a_pool_of_one(quiet):
    alone = quiet.again(database=DatabaseSettings(url=quiet.settings.database.url, pool_size=1, timeout_seconds=1))
    lookout = Lookout(alone.database, DUE)
    assert lookout.look() == []

    changes(alone, SOLD_AGAIN)
    assert lookout.look() == [Duty.EVENTS]
    lookout.close()


def test_a_connection_that_was_cut_is_told_and_made_anew(quiet, lookout):
    if quiet.database.is_sqlite:
        pytest.skip("SQLite has no connection that somebody could cut")
    assert lookout.look() == []
    changes(
        quiet,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()",
    )
    with pytest.raises(Unavailable):
        lookout.look()

    changes(quiet, SOLD_AGAIN)
    assert lookout.look() == [Duty.EVENTS]
