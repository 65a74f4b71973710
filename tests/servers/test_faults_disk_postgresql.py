"""A disk that gets full under PostgreSQL: refused in one sentence, nothing half-written, well again with space (F9)."""

import os
import pwd
import subprocess
import tempfile
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from micromart_core.database_errors import StorageFull
from micromart_core.errors import Unavailable
from micromart_core.every_table import load_tables
from micromart_core.inventory.model import Sku
from micromart_core.inventory.service_verify import verify_stock
from micromart_core.products.service_import import import_products
from tests.chaos.invariants import violations
from tests.conftest import ShopUnderTest
from tests.servers.conftest import open_at
from tests.servers.test_faults_disk import leave_free, try_to_buy
from tests.servers.test_stack import Stack

pytestmark = [pytest.mark.servers, pytest.mark.slow]
TEA = Sku("TEA-01")
SEGMENT = 16 * 1024 * 1024
"""Bytes of one file of PostgreSQL's write-ahead log."""
CATALOGUE = "sku,name,category,price\n" + "".join(f"A-{n},Thing {n} of many,shelf,1.00\n" for n in range(3_000))


@pytest.fixture
def disk():
    """A disk of PostgreSQL's own of 80 megabytes, in memory; making one needs root."""
    with tempfile.TemporaryDirectory(prefix="micromart-disk-", dir="/var/tmp") as name:
        mount = ["mount", "-t", "tmpfs", "-o", "size=80m,mode=0700", "tmpfs", name]
        if os.geteuid() != 0 or subprocess.run(mount, check=False).returncode:
            pytest.skip("only root may mount a small disk")
        Path(name).chmod(0o711)
        data = Path(name) / "data"
        data.mkdir(mode=0o700)
        owner = pwd.getpwnam("postgres")
        os.chown(data, owner.pw_uid, owner.pw_gid)
        yield Path(name)
        subprocess.run(["umount", "--lazy", name], check=True)


def with_tea(url: str, folder: Path) -> ShopUnderTest:
    shop = open_at(url, folder, timeout_seconds=5)
    load_tables().create_all(shop.database.engine)
    shop.stocks(TEA, on_hand=50_000)
    return shop


def buy_until_full(shop: ShopUnderTest, name: str) -> int:
    """Buy tea until the disk is full; return how often it went well."""
    for bought in range(2_000):
        if not try_to_buy(shop, f"{name}-{bought}"):
            return bought
    raise AssertionError("the disk never got full")


def buy_until_told(shop: ShopUnderTest) -> tuple[int, Unavailable]:
    """Buy tea until the server is gone; return how often it went well, and what was told then."""
    for bought in range(5_000):
        try:
            assert try_to_buy(shop, f"p{bought}")
        except Unavailable as told:
            return bought, told
    raise AssertionError("the log never got full")


def test_wherever_the_disk_under_the_tables_gets_full_nothing_is_half_written(private, disk, tmp_path):
    private.ask(f"CREATE TABLESPACE small LOCATION '{disk / 'data'}'")
    private.ask("CREATE DATABASE small TABLESPACE small")
    url = make_url(private.settings()["MICROMART_DATABASE__URL"]).set(database="small")
    shop = with_tea(url.render_as_string(hide_password=False), tmp_path)
    bought = []
    for pages in range(0, 120, 12):
        leave_free(disk, pages)
        bought.append(buy_until_full(shop, f"p{pages}"))
        with pytest.raises(StorageFull) as told:
            shop.staff().run(import_products, CATALOGUE)
        assert (told.value.exit_code, told.value.code) == (1, "database.full")
        assert violations(shop.database, at_rest=False) == []
    (disk / "ballast").unlink()

    assert shop.rows("SELECT count(*) FROM orders") == [(sum(bought),)]
    assert shop.rows("SELECT count(*) FROM products") == [(1,)]
    assert shop.raw_stock(TEA).on_hand == 50_000 - sum(bought) > 0
    assert try_to_buy(shop, "late")
    assert shop.staff().run(import_products, CATALOGUE).created == 3_000
    shop.deliver()
    assert violations(shop.database) == []
    assert shop.operator().run(verify_stock).ok
    shop.close()


def log_onto(disk: Path, stack: Stack) -> None:
    """Move the write-ahead log of a stack's PostgreSQL onto the disk."""
    (data,) = stack.ask("SHOW data_directory")
    stack.run("down")
    log = Path(str(data)) / "pg_wal"
    subprocess.run(["mv", log, disk / "data" / "log"], check=True)
    log.symlink_to(disk / "data" / "log")
    stack.run("up")


def fill_log(stack: Stack, room: int) -> None:
    """Write the log full, but for so many bytes, up to the end of the last file that it has."""
    ahead = "SELECT count(*) FROM pg_ls_waldir() WHERE name > pg_walfile_name(pg_current_wal_insert_lsn())"
    offset = "SELECT file_offset FROM pg_walfile_name_offset(pg_current_wal_insert_lsn())"
    (files,), (written,) = stack.ask(ahead), stack.ask(offset)
    for size in [1024 * 1024] * ((files * SEGMENT + SEGMENT - written - room) // (1024 * 1024)):
        stack.ask(f"SELECT pg_logical_emit_message(false, 'ballast', repeat('x', {size}))")


def test_a_full_disk_under_the_log_stops_the_server_and_loses_no_order_that_was_told(private, disk, tmp_path):
    log_onto(disk, private)
    shop = with_tea(private.settings()["MICROMART_DATABASE__URL"], tmp_path)
    leave_free(disk, 0)
    fill_log(private, room=1024 * 1024)
    bought, told = buy_until_told(shop)

    assert told.exit_code == 69
    (disk / "ballast").unlink()
    private.run("up")
    (orders,) = shop.rows("SELECT count(*) FROM orders")[0]
    assert bought <= orders <= bought + 1
    assert try_to_buy(shop, "late")
    shop.deliver()
    assert violations(shop.database) == []
    assert shop.operator().run(verify_stock).ok
    shop.close()
