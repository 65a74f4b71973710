"""Where a shop was and its file is gone, no other one is opened: it would be mixed with the first, or hide it."""

import sqlite3
from contextlib import closing

import pytest

from micromart_core.embedded import ShopIsMissing, make_shop
from micromart_core.settings import DatabaseSettings, Settings


@pytest.fixture
def shop_file(tmp_path):
    return tmp_path / "shop.db"


def make(file) -> bool:
    return make_shop(Settings(database=DatabaseSettings(url=f"sqlite:///{file}")), lambda _gateway: None)


def test_the_log_of_a_shop_whose_file_was_removed_is_not_written_into_a_new_one(shop_file, tmp_path):
    make(shop_file)
    with closing(sqlite3.connect(shop_file)) as killed:
        killed.execute("PRAGMA wal_autocheckpoint = 0")
        killed.execute("UPDATE alembic_version SET version_num = version_num")
        killed.commit()
        log = (tmp_path / "shop.db-wal").read_bytes()
    shop_file.unlink()
    (tmp_path / "shop.db-wal").write_bytes(log)  # as after SIGKILL

    with pytest.raises(ShopIsMissing, match="is missing") as refusal:
        make(shop_file)

    assert "shop.db-wal has what it did last" in refusal.value.why
    assert not shop_file.exists()
    assert (tmp_path / "shop.db-wal").read_bytes() == log


def test_an_empty_log_keeps_nobody_from_opening_a_shop(shop_file, tmp_path):
    (tmp_path / "shop.db-wal").touch()

    assert make(shop_file)


def test_the_link_to_a_shop_on_a_disk_that_is_not_mounted_stays(shop_file, tmp_path):
    shop_file.symlink_to(tmp_path / "disk" / "shop.db")

    with pytest.raises(ShopIsMissing, match="is missing"):
        make(shop_file)

    assert shop_file.is_symlink()
