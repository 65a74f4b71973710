"""A backup is the shop of one moment, in one file, whichever database it came from."""

import sqlite3
import stat
import threading
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert

from micromart_core.authentication.tables import clients, sessions
from micromart_core.carts.service import show_cart
from micromart_core.clock import utc_now
from micromart_core.database import Database
from micromart_core.database_errors import StorageFull, StorageReadOnly
from micromart_core.event_log import replay_events
from micromart_core.home import os_user
from micromart_core.inventory.service_verify import verify_stock
from micromart_core.maintenance.backup import NotABackup, UnknownFile, WouldOverwrite, back_up, inspect
from micromart_core.maintenance.restore import IsTheShop, plan_restore, restore
from micromart_core.migration import SchemaTooNew, stamp
from micromart_core.notifications.service_sending import claim_due_mail
from micromart_core.orders.service_lists import my_orders
from micromart_core.settings import DatabaseSettings
from micromart_core.users.service_staff import list_audit
from migrations import HEAD
from tests.core.order_stories import buys, fills, lives_at, without_address


@pytest.fixture
def store(shop):
    """A shop with a revision, ten of each of two products, and Bob who has ordered one."""
    with shop.database.begin(writes=True) as opened:
        stamp(opened.connection)
        opened.commit()
    store = without_address(shop)
    for sku in ("TEA-01", "NM-001"):
        store.stocks(sku, on_hand=10)
    lives_at(store, "bob")
    buys(store.shopper("bob"), "TEA-01", 2)
    store.deliver()
    yield store
    store.close()


def letters_in(store) -> list[Path]:
    return [path for path in (store.folder / "outbox").rglob("*") if path.is_file()]


def sends_mail(store) -> int:
    return store.shop.send_mail(10.0).sent


def signs_in_a_robot(store) -> None:
    now = store.clock()
    with store.database.begin(writes=True) as opened:
        client = {"name": "cron", "secret_hash": "0" * 64, "created_by": "stan", "created_at": now}
        opened.connection.execute(insert(clients).values(**client))
        session = {"token_hash": "1" * 64, "client": "cron", "signed_in_at": now, "expires_at": now + timedelta(days=1)}
        opened.connection.execute(insert(sessions).values(**session))
        opened.commit()


def test_a_restored_shop_is_what_it_was_and_its_promises_hold(store, tmp_path):
    fills(store.shopper("ann"), nm_001=3)
    backup = back_up(store.database, tmp_path / "monday.backup")
    fills(store.shopper("ann"), nm_001=5)
    buys(store.shopper("bob"), "TEA-01", 1)
    store.deliver()

    restored = restore(store.database, tmp_path / "monday.backup")

    assert (backup.revision, restored.was, restored.revision) == (HEAD, HEAD, HEAD)
    assert store.raw_stock("NM-001") == (10, 3)
    assert store.raw_stock("TEA-01") == (8, 0)
    assert store.shopper("ann").run(show_cart).quantity_of("NM-001") == 3
    assert len(store.shopper("bob").run(my_orders).items) == 1
    assert store.operator().run(verify_stock).ok
    fills(store.shopper("ann"), nm_001=4)
    buys(store.shopper("bob"), "TEA-01", 1)
    assert store.operator().run(verify_stock).ok


def test_a_restored_shop_still_finds_its_products(store, tmp_path):
    from micromart_core.products.service_search import search_products

    found = [product.sku for product in store.guest("g").run(search_products, "NM-001").items]
    restore(store.database, Path(back_up(store.database, tmp_path / "backup").file))

    assert [product.sku for product in store.guest("g").run(search_products, "NM-001").items] == found


def test_nobody_stays_signed_in_after_a_restore(store, tmp_path):
    signs_in_a_robot(store)
    back_up(store.database, tmp_path / "backup")

    restore(store.database, tmp_path / "backup")

    assert store.rows("SELECT count(*) FROM sessions")[0][0] == 0
    assert store.rows("SELECT count(*) FROM clients")[0][0] == 1


def test_the_restored_shop_knows_who_restored_it_from_which_file_and_when(store, tmp_path):
    backup = tmp_path / "monday.backup"
    back_up(store.database, backup)

    began = utc_now()
    for _ in range(2):
        restore(store.database, backup)

    (entry,) = store.staff().run(list_audit, action="shop.restore").items  # the first one is gone with that shop
    assert (entry.actor, entry.target, entry.after) == (f"operator:{os_user()}", "shop", f"from {backup}")
    assert began <= entry.at <= utc_now()


def test_a_shop_is_not_restored_from_itself(store):
    if not store.database.is_sqlite:
        pytest.skip("a file of its own has SQLite only")
    signs_in_a_robot(store)

    with pytest.raises(IsTheShop):
        restore(store.database, Path(store.database.url.database))

    assert store.rows("SELECT count(*) FROM sessions") == [(1,)]


def test_mail_that_was_sent_by_then_is_not_sent_again_even_after_a_replay(store, clock, tmp_path):
    assert sends_mail(store) == 1
    back_up(store.database, tmp_path / "backup")

    restore(store.database, tmp_path / "backup")
    store.operator().run(replay_events, since=clock() - timedelta(days=1))
    store.deliver()

    assert sends_mail(store) == 0
    assert len(letters_in(store)) == 1


def test_a_letter_that_somebody_was_sending_is_free_after_a_restore(store, tmp_path):
    assert store.operator().run(claim_due_mail)
    back_up(store.database, tmp_path / "backup")

    restore(store.database, tmp_path / "backup")

    assert sends_mail(store) == 1


def test_only_its_owner_may_read_a_backup_and_nothing_lies_beside_it(store, tmp_path):
    folder = tmp_path / "backups"
    folder.mkdir()

    back_up(store.database, folder / "one")
    back_up(store.database, folder / "one")

    assert [path.name for path in folder.iterdir()] == ["one"]
    assert stat.S_IMODE((folder / "one").stat().st_mode) == 0o600
    with closing(sqlite3.connect(folder / "one")) as backup:
        assert backup.execute("PRAGMA journal_mode").fetchone() == ("delete",)


def test_a_log_that_lies_beside_a_backup_is_not_written_into_the_next_one(store, tmp_path):
    backup = tmp_path / "backup"
    back_up(store.database, backup)
    with closing(sqlite3.connect(backup)) as killed:
        killed.execute("PRAGMA journal_mode = WAL")
        killed.execute("UPDATE stock SET on_hand = 777")
        killed.commit()
        log = (tmp_path / "backup-wal").read_bytes()
    (tmp_path / "backup-wal").write_bytes(log)  # as after SIGKILL

    with pytest.raises(WouldOverwrite) as refusal:
        back_up(store.database, backup)

    assert "backup-wal lies beside it" in refusal.value.why


def test_a_file_that_is_no_backup_is_not_overwritten(store, tmp_path):
    diary = tmp_path / "diary.txt"
    diary.write_text("Dear diary")

    with pytest.raises(WouldOverwrite):
        back_up(store.database, diary)

    assert diary.read_text() == "Dear diary"


def test_what_is_no_backup_is_refused_and_the_shop_stays(store, tmp_path):
    whole = Path(back_up(store.database, tmp_path / "whole").file).read_bytes()
    (tmp_path / "text").write_text("Dear diary")
    (tmp_path / "empty").touch()
    (tmp_path / "half").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "scratched").write_bytes(whole[:8192] + b"\xff" * 4096 + whole[12288:])
    with closing(sqlite3.connect(tmp_path / "other")) as other:
        other.execute("CREATE TABLE cats (name TEXT)")

    for name in ("text", "empty", "half", "scratched", "other"):
        with pytest.raises(NotABackup) as refusal:
            restore(store.database, tmp_path / name)
        assert refusal.value.exit_code == 65, name
    with pytest.raises(UnknownFile):
        restore(store.database, tmp_path / "nothing")
    assert store.operator().run(verify_stock).ok


def test_a_newer_backup_is_refused(store, tmp_path):
    back_up(store.database, tmp_path / "newer")
    with closing(sqlite3.connect(tmp_path / "newer")) as backup:
        backup.execute("UPDATE alembic_version SET version_num = '9999'")
        backup.commit()

    for look in (inspect, plan_restore):
        with pytest.raises(SchemaTooNew):
            look(tmp_path / "newer")
    with pytest.raises(SchemaTooNew):
        restore(store.database, tmp_path / "newer")


def test_a_folder_that_is_not_there_is_told_as_such(store, tmp_path):
    with pytest.raises(StorageReadOnly):
        back_up(store.database, tmp_path / "nowhere" / "backup")


def test_a_full_disk_leaves_no_half_a_backup(store, small_disk):
    (small_disk / "ballast").write_bytes(b"x" * (900 * 1024))

    with pytest.raises(StorageFull):
        back_up(store.database, small_disk / "backup")

    assert [path.name for path in small_disk.iterdir()] == ["ballast"]


@pytest.mark.slow
def test_a_backup_taken_while_the_shop_sells_is_one_moment_of_it(store, tmp_path):
    store.stocks("BUSY-1", on_hand=1000)
    selling, has_sold = threading.Event(), threading.Event()
    selling.set()

    def sell() -> None:
        while selling.is_set():
            buys(store.shopper("bob"), "BUSY-1", 1)
            has_sold.set()

    seller = threading.Thread(target=sell)
    seller.start()
    try:
        assert has_sold.wait(30)
        for number in range(3):
            back_up(store.database, tmp_path / str(number))
    finally:
        selling.clear()
        seller.join()
    restore(store.database, tmp_path / "2")

    sold = 1000 - store.raw_stock("BUSY-1").on_hand
    assert 0 < sold == len(store.rows("SELECT id FROM stock_movements WHERE sku = 'BUSY-1'")) - 1
    assert store.operator().run(verify_stock).ok


@pytest.fixture
def embedded(store):
    """The same story, told on SQLite only."""
    if not store.database.is_sqlite:
        pytest.skip("a file of its own has SQLite only")
    return store


def test_whoever_has_the_embedded_shop_open_goes_on_with_the_restored_one(embedded, tmp_path):
    back_up(embedded.database, tmp_path / "backup")
    open_elsewhere = Database(DatabaseSettings(url=embedded.settings.database.url))
    with open_elsewhere.engine.connect() as window:
        window.exec_driver_sql("SELECT count(*) FROM orders").scalar_one()
        buys(embedded.shopper("bob"), "TEA-01", 1)

        restore(embedded.database, tmp_path / "backup")

        assert window.exec_driver_sql("SELECT count(*) FROM orders").scalar_one() == 1
    open_elsewhere.close()


def test_an_embedded_shop_that_is_gone_or_destroyed_comes_back(embedded, tmp_path):
    back_up(embedded.database, tmp_path / "backup")
    embedded.database.close()
    path = Path(embedded.database.url.database)
    path.chmod(0o600)

    for damage in (path.unlink, lambda: path.write_bytes(b"\xff" * 20000), lambda: path.write_bytes(b"")):
        damage()
        restore(embedded.database, tmp_path / "backup")
        assert embedded.operator().run(verify_stock).ok
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        embedded.database.close()


def test_the_shop_itself_is_no_place_for_its_backup(embedded):
    with pytest.raises(WouldOverwrite):
        back_up(embedded.database, Path(embedded.database.url.database))
