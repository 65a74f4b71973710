"""One look sees every duty that has something due, and none that has not, on either database."""

import threading
from contextlib import ExitStack

import pytest
from msgspec.structs import replace
from sqlalchemy import func, select, text
from sqlalchemy.exc import ProgrammingError

from micromart_core.bootstrap import open_shop
from micromart_core.carts.service import set_quantity
from micromart_core.errors import Unavailable
from micromart_core.lookout import Duty, Lookout
from micromart_core.notifications.service_sending import claim_due_mail
from micromart_core.settings import DatabaseSettings, ShopSettings
from micromart_daemon.lookout import DUE, LookoutRole
from micromart_daemon.stopping import Bell, Stop
from tests.core.order_stories import TEA, buys, without_address
from tests.core.test_orders_races import ends_every_hold

SOLD_AGAIN = "UPDATE outbox SET published_at = NULL"
BACKLOGS = {
    Duty.EVENTS: (
        """INSERT INTO outbox (id, type, key, trace_id, data, at)
            SELECT number, 'order.placed', '', '', repeat('x', 500), now() FROM generate_series(1, 3000) AS number""",
        "UPDATE outbox SET published_at = now()",
    ),
    Duty.LETTERS: (
        """INSERT INTO mails (id, message_id, trace_id, template, "to", subject, text, html, queued_at, next_attempt_at,
                secret_code, secret_until)
            SELECT number, number, '', 'verification', '', '', repeat('x', 500), '', now(), now(), '123456', now()
            FROM generate_series(1, 3000) AS number""",
        "UPDATE mails SET status = 'sent', sent_at = now(), next_attempt_at = NULL, secret_code = NULL",
    ),
    Duty.CARTS: (
        """INSERT INTO carts (id, cart_key, held_until, hold_limit, created_at)
            SELECT number, number, now(), now(), now() FROM generate_series(1, 3000) AS number""",
        "UPDATE carts SET status = 'expired', held_until = NULL, hold_limit = NULL, ended_at = now()",
    ),
}
"""How much of a duty comes, and how it is done."""
CUT = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()"""


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


def on_postgresql(shop) -> None:
    if shop.database.is_sqlite:
        pytest.skip("SQLite has no connection that somebody could cut, or that could fall silent")


def is_cut_off(shop, lookout) -> None:
    """Cut every connection to the shop's database but this one; the next look tells of it."""
    changes(shop, CUT)
    with pytest.raises(Unavailable):
        lookout.look()


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


def plan_of(shop, condition) -> str:
    question = select(condition).compile(shop.database.engine, compile_kwargs={"literal_binds": True})
    return "\n".join(line for (line,) in shop.rows(f"EXPLAIN {question}"))


@pytest.mark.parametrize("duty", Duty)
def test_after_a_backlog_no_look_reads_a_whole_table(quiet, duty):
    on_postgresql(quiet)
    comes, is_done = BACKLOGS[duty]
    changes(quiet, comes)
    changes(quiet, "ANALYZE outbox, mails, carts")
    changes(quiet, is_done)

    assert "Seq Scan" not in plan_of(quiet, DUE[duty](func.now()))


def test_a_connection_that_was_cut_is_told_and_made_anew(quiet, lookout):
    on_postgresql(quiet)
    assert lookout.look() == []
    is_cut_off(quiet, lookout)

    changes(quiet, SOLD_AGAIN)
    assert lookout.look() == [Duty.EVENTS]


def test_after_a_cut_too_it_takes_no_place_in_a_pool_of_one(quiet):
    on_postgresql(quiet)
    alone = quiet.again(database=DatabaseSettings(url=quiet.settings.database.url, pool_size=1, timeout_seconds=1))
    lookout = Lookout(alone.database, DUE)
    assert lookout.look() == []
    is_cut_off(quiet, lookout)
    assert lookout.look() == []

    changes(alone, SOLD_AGAIN)
    assert lookout.look() == [Duty.EVENTS]
    lookout.close()


def test_when_all_connections_were_cut_only_one_look_fails(quiet):
    on_postgresql(quiet)
    other = quiet.again(database=DatabaseSettings(url=quiet.settings.database.url))
    with ExitStack() as in_use:
        for _ in range(3):
            in_use.enter_context(other.database.begin(writes=False))
    lookout = Lookout(other.database, DUE)
    assert lookout.look() == []
    is_cut_off(quiet, lookout)

    assert lookout.look() == []
    lookout.close()


def test_what_the_database_refuses_is_told_as_it_is_and_breaks_no_connection(quiet, lookout):
    on_postgresql(quiet)
    assert lookout.look() == []
    kept = lookout._connection
    changes(quiet, "ALTER TABLE carts RENAME TO carts_away")
    with pytest.raises(ProgrammingError, match="carts"):
        lookout.look()

    changes(quiet, "ALTER TABLE carts_away RENAME TO carts")
    assert lookout.look() == []
    assert lookout._connection is kept


def test_who_gets_no_answer_does_not_wait_for_ever_where_the_server_sets_no_end(quiet):
    on_postgresql(quiet)
    pooled = DatabaseSettings(url=quiet.settings.database.url, timeout_seconds=1, pgbouncer=True)
    lookout = Lookout(quiet.again(database=pooled).database, DUE)
    assert lookout.look() == []

    with quiet.database.begin(writes=True) as opened:
        opened.connection.execute(text("LOCK TABLE carts IN ACCESS EXCLUSIVE MODE"))
        ends = threading.Timer(10, opened.connection.invalidate)  # a test that waits for ever tells nobody
        ends.start()
        with pytest.raises(Unavailable):
            lookout.look()
        ends.cancel()
    lookout.close()


def test_whoever_has_nobody_to_look_for_it_is_woken(quiet):
    nowhere = DatabaseSettings(url="postgresql+psycopg://nobody@127.0.0.1:1/nothing")
    shop = open_shop(replace(quiet.settings, database=nowhere), quiet.folder)
    bells = {duty: Bell() for duty in Duty}
    with pytest.raises(Unavailable):
        LookoutRole(shop, bells).work(Stop())
    shop.close()

    assert all(bell.wait(0, Stop()) for bell in bells.values())
