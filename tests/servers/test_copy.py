"""A shop moves from one database to another with everything but sessions and codes, in every direction."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from micromart_core.authentication.tables import clients, sessions
from micromart_core.carts.service import set_quantity, show_cart
from micromart_core.database import Database
from micromart_core.every_table import load_tables
from micromart_core.home import os_user
from micromart_core.inventory.service_stock import adjust_stock
from micromart_core.inventory.service_verify import verify_stock
from micromart_core.maintenance.backup import back_up
from micromart_core.maintenance.copying import TargetNotEmpty, copy_shop, plan_copy
from micromart_core.maintenance.restore import restore
from micromart_core.migration import SchemaTooNew, SchemaTooOld, current_revision, stamp
from micromart_core.orders.service_lists import my_orders
from micromart_core.settings import DatabaseSettings
from micromart_core.users.tables import audit_trail
from tests.conftest import ShopUnderTest
from tests.core.order_stories import buys, fills, lives_at, without_address

NO_COPY = {"sessions", "codes", "daemons"}


@pytest.fixture
def source(shop):
    """A shop with products, an order, its mail, a cart that holds, a robot, and a session that must not move."""
    with shop.database.begin(writes=True) as opened:
        stamp(opened.connection)
        opened.commit()
    source = without_address(shop)
    for sku in ("TEA-01", "NM-001"):
        source.stocks(sku, on_hand=10)
    lives_at(source, "bob")
    buys(source.shopper("bob"), "TEA-01", 2)
    fills(source.guest("g"), nm_001=3)
    source.deliver()
    now = source.clock()
    with source.database.begin(writes=True) as opened:
        client = {"name": "cron", "secret_hash": "0" * 64, "created_by": "stan", "created_at": now}
        opened.connection.execute(insert(clients).values(**client))
        session = {"token_hash": "1" * 64, "client": "cron", "signed_in_at": now, "expires_at": now + timedelta(days=1)}
        opened.connection.execute(insert(sessions).values(**session))
        opened.commit()
    yield source
    source.close()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.servers)])
def target(request, source, tmp_path):
    """An empty database, and the shop that will be in it."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path}/target.db"
    else:
        url = request.getfixturevalue("empty_postgresql")()
    target = ShopUnderTest(url, source.clock, tmp_path, source.settings)
    yield target
    target.close()


def rows_of(database: Database) -> dict[str, list]:
    """Return every row of every table that moves, without what the trail tells of moves themselves."""
    moves = audit_trail.c.action.in_(["shop.copy", "shop.restore"])
    with database.begin(writes=False) as opened:
        return {
            table.name: sorted(
                map(
                    repr,
                    opened.connection.execute(select(table).where(~moves) if table is audit_trail else select(table)),
                )
            )
            for table in load_tables().sorted_tables
            if table.name not in NO_COPY
        }


def test_everything_moves_but_sessions_and_codes(source, target):
    before = rows_of(source.database)

    copied = copy_shop(source.database, target.database)

    assert rows_of(target.database) == before
    assert target.rows("SELECT count(*) FROM sessions")[0][0] == 0
    assert {count.table: (count.source, count.target) for count in copied.tables} == {
        table: (len(rows), len(rows)) for table, rows in before.items()
    }
    assert copied.rows == sum(len(rows) for rows in before.values()) > 10


def test_the_trail_of_the_copy_says_who_brought_it_from_where(source, target):
    copy_shop(source.database, target.database)

    (entry,) = target.rows("SELECT actor, action, target, after FROM audit_trail")
    origin = source.database.url.render_as_string(hide_password=True)
    assert tuple(entry) == (f"operator:{os_user()}", "shop.copy", "shop", f"from {origin}")
    assert source.rows("SELECT count(*) FROM audit_trail") == [(0,)]


def test_the_moved_shop_goes_on_selling(source, target):
    copy_shop(source.database, target.database)

    assert target.guest("g").run(show_cart).quantity_of("NM-001") == 3
    assert len(target.shopper("bob").run(my_orders).items) == 1
    target.staff().run(adjust_stock, "TEA-01", 5, "received", None)
    fills(target.guest("g"), nm_001=5)
    buys(target.shopper("bob"), "TEA-01", 1)
    target.deliver()
    verified = target.operator().run(verify_stock)
    assert verified.ok, verified.violations
    assert target.shop.send_mail(10.0).sent == 2


def test_a_shop_that_moved_up_and_down_again_is_the_same(source, target, tmp_path):
    before = rows_of(source.database)
    copy_shop(source.database, target.database)
    home = Database(DatabaseSettings(url=f"sqlite:///{tmp_path}/home.db"))

    copy_shop(target.database, home)

    assert rows_of(home) == before
    home.close()


def test_a_backup_of_one_database_can_be_restored_into_the_other(source, target, tmp_path):
    before = rows_of(source.database)
    back_up(source.database, tmp_path / "backup")

    restore(target.database, tmp_path / "backup")

    assert rows_of(target.database) == before
    assert target.rows("SELECT count(*) FROM sessions")[0][0] == 0


def test_a_target_with_anything_in_it_is_refused_and_stays(source, target):
    copy_shop(source.database, target.database)
    target.staff().run(adjust_stock, "TEA-01", 5, "received", None)
    before = rows_of(target.database)

    for verb in (copy_shop, plan_copy):
        with pytest.raises(TargetNotEmpty):
            verb(source.database, target.database)

    assert rows_of(target.database) == before


def test_a_plan_counts_and_makes_no_table(source, target):
    plan = plan_copy(source.database, target.database)

    assert {count.table: count.source for count in plan.tables}["orders"] == 1
    assert plan.rows == 0
    assert not target.database.is_sqlite or not Path(target.database.url.database).exists()
    assert current_revision(target.database) is None


def test_a_shop_of_another_version_is_not_copied(source, target):
    with source.database.begin(writes=True) as opened:
        opened.connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
        opened.commit()
    with pytest.raises(SchemaTooNew):
        copy_shop(source.database, target.database)
    with source.database.begin(writes=True) as opened:
        opened.connection.exec_driver_sql("DELETE FROM alembic_version")
        opened.commit()
    with pytest.raises(SchemaTooOld):
        copy_shop(source.database, target.database)

    with source.database.begin(writes=True) as opened:
        stamp(opened.connection)
        opened.commit()


def test_many_rows_move_in_batches(source, target):
    sessions_before = datetime(2025, 1, 1, tzinfo=UTC)
    event = {"type": "test", "key": "k", "trace_id": "t", "data": "{}", "at": sessions_before}
    outbox = load_tables().tables["outbox"]
    with source.database.begin(writes=True) as opened:
        opened.connection.execute(insert(outbox), [{**event, "id": f"evt_{number:06}"} for number in range(2_500)])
        opened.commit()

    counts = {count.table: count.target for count in copy_shop(source.database, target.database).tables}

    assert counts["outbox"] > 2_500
    assert source.guest("g").run(set_quantity, "NM-001", 2)


@pytest.mark.servers
def test_the_address_shown_has_no_password(source, empty_postgresql):
    target = Database(DatabaseSettings(url=empty_postgresql()))
    target.url = target.url.set(password="secret")

    assert "secret" not in copy_shop(source.database, target).to
    target.close()
