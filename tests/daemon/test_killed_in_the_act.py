"""kill -9 at a precise moment of a daemon's work, and the next daemon makes it good (FAULTS F1)."""

from contextlib import closing, contextmanager

import pytest
from sqlalchemy import text

from micromart_core.carts.service import set_quantity
from micromart_core.inventory.model import Reason, Sku
from micromart_core.inventory.model_changes import Evict
from micromart_core.inventory.service_stock import adjust_stock
from tests.daemon.doors import ACK, PUBLISH, Door
from tests.daemon.process import eventually
from tests.daemon.served import TEA

pytestmark = [pytest.mark.servers, pytest.mark.slow]
WAITS = """SELECT count(*) FROM pg_locks JOIN pg_class ON pg_class.oid = relation
    WHERE NOT granted AND relname = :table"""
TAKEN_IN = "SELECT handler FROM inbox ORDER BY handler"
SENT = "SELECT count(*) FROM mails WHERE status = 'sent'"


@contextmanager
def locked(served, table: str):
    """Keep everybody from a table, so that whoever wants it stands still there."""
    with served.shop.database.begin(writes=True) as opened:
        opened.connection.execute(text(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE"))
        yield


def stands_at(served, table: str) -> bool:
    return served.shop.rows(WAITS, table=table)[0][0] > 0


@pytest.mark.parametrize(
    ("handler", "table"),
    [
        ("users.record_order", "user_orders"),
        ("inventory.tell_what_became_low", "stock_movements"),
        ("notifications.confirm_order", "mails"),
    ],
)
def test_in_a_handler_of_an_order_before_its_commit(served, handler, table):
    served.stocks(on_hand=5, reorder_level=4)
    served.buys("ann")
    served.daemon("relay")
    with locked(served, table):
        doomed = served.daemon("consumer")
        eventually(lambda: stands_at(served, table))
        doomed.dies()

    served.daemon()
    served.comes_to_rest()
    assert [row for (row,) in served.shop.rows(TAKEN_IN)].count(handler) == 1
    assert served.count("SELECT count(*) FROM outbox WHERE type = 'stock.low'") == 1
    assert len(served.letters()) == 1
    assert served.is_sound()


def test_in_the_handler_of_an_eviction_before_its_commit(served):
    served.stocks(on_hand=5)
    served.joins("ann")
    served.shop.shopper("ann").run(set_quantity, Sku(TEA), 3)
    served.shop.staff().run(adjust_stock, Sku(TEA), -5, Reason("damage"), None, Evict.NEWEST)
    served.daemon("relay")
    with locked(served, "cart_lines"):
        doomed = served.daemon("consumer")
        eventually(lambda: stands_at(served, "cart_lines"))
        doomed.dies()

    served.daemon()
    served.comes_to_rest()
    assert served.shop.rows("SELECT held_until FROM carts") == [(None,)]
    assert served.is_sound()


def test_after_the_commit_and_before_the_ack(served, door_to_broker):
    served.stocks()
    served.buys("ann")
    served.daemon("relay")
    door_to_broker.fall_silent_at(ACK)
    doomed = served.daemon("consumer", env=door_to_broker.env)
    eventually(lambda: door_to_broker.is_silent)
    eventually(lambda: served.count("SELECT count(*) FROM inbox"))
    doomed.dies()
    door_to_broker.close()

    eventually(lambda: any(served.depths().values()))  # brought again
    served.daemon()
    served.comes_to_rest()
    assert len(served.shop.rows(TAKEN_IN)) == len(set(served.shop.rows(TAKEN_IN))) == 3
    assert len(served.letters()) == 1
    assert served.is_sound()


def test_the_relay_before_the_broker_has_the_event(served, door_to_broker):
    served.stocks()
    door_to_broker.fall_silent_at(PUBLISH)
    doomed = served.daemon("relay", env=door_to_broker.env)
    served.buys("ann")
    eventually(lambda: door_to_broker.is_silent)
    doomed.dies()

    assert not any(served.depths().values())
    served.daemon()
    served.comes_to_rest()
    assert len(served.letters()) == 1
    assert served.is_sound()


def test_the_relay_after_the_confirm_and_before_the_mark(served, door_to_database):
    served.stocks()
    door_to_database.fall_silent_at(b"UPDATE outbox")
    doomed = served.daemon("relay", env=door_to_database.env)
    served.buys("ann")
    eventually(lambda: door_to_database.is_silent)
    doomed.dies()
    door_to_database.close()
    assert served.depths()["micromart.notifications"] == 1

    served.daemon("relay")
    eventually(lambda: served.depths()["micromart.notifications"] == 2)
    served.daemon("consumer,mail")
    served.comes_to_rest()
    assert len(served.letters()) == 1
    assert served.is_sound()


def test_the_mail_role_with_a_letter_that_left_and_is_not_noted(posted, post):
    """The one case in which a copy may come: under the same Message-ID."""
    posted.stocks()
    posted.buys("ann")
    posted.daemon("relay,consumer")
    with closing(Door(posted.url)) as door:
        door.fall_silent_at(b"sent_at=")
        doomed = posted.daemon("mail", env={"MICROMART_DATABASE__URL": door.url})
        eventually(lambda: door.is_silent)
        doomed.dies()
    assert (len(post.letters()), posted.count(SENT)) == (1, 0)

    posted.changes("UPDATE mails SET claimed_until = now()")  # as time would
    posted.daemon("mail")
    posted.comes_to_rest()
    [one, copy] = post.letters()
    assert one["Message-ID"] == copy["Message-ID"]
    assert posted.is_sound()


def test_the_mail_role_in_the_middle_of_a_conversation(posted, post):
    posted.stocks()
    posted.buys("ann", email="slow@example.org")
    doomed = posted.daemon()
    eventually(lambda: posted.count("SELECT count(*) FROM mails WHERE claimed_until IS NOT NULL"))
    doomed.dies()

    posted.changes("UPDATE mails SET claimed_until = now()")
    posted.daemon()
    posted.comes_to_rest()
    assert len({letter["Message-ID"] for letter in post.letters()}) == 1
    assert posted.is_sound()


def test_the_sweeper_with_carts_that_it_has_not_ended(served):
    served.stocks()
    served.joins(*(f"u{number}" for number in range(5)))
    for number in range(5):
        served.shop.shopper(f"u{number}").run(set_quantity, Sku(TEA), 2)
    served.changes("UPDATE carts SET held_until = now() - interval '1 minute'")
    with locked(served, "outbox"):
        doomed = served.daemon("sweeper")
        eventually(lambda: stands_at(served, "outbox"))
        doomed.dies()

    served.daemon()
    eventually(lambda: served.count("SELECT count(*) FROM carts WHERE status = 'expired'") == 5)
    served.comes_to_rest()
    assert tuple(served.shop.raw_stock(TEA)) == (1_000, 0)
    assert len(served.letters()) == 5
    assert served.is_sound()
