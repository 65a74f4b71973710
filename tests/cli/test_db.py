"""micromart db: made, looked through, filled, backed up, restored and moved, with a clear word when it cannot be."""

import os
import sqlite3
import stat
from contextlib import closing

import pytest

from micromart_core.embedded import make_shop
from micromart_core.settings import DatabaseSettings, Settings
from migrations import HEAD


@pytest.fixture
def shop_file(home):
    """Where the embedded shop of this home lies."""
    return home / "data" / "shop.db"


@pytest.fixture
def made(cli, shop_file):
    """An embedded shop with the demo catalogue."""
    assert cli("db", "current").code == 0
    return shop_file


def sets_revision(file, revision: str) -> None:
    with closing(sqlite3.connect(file)) as database:
        database.execute("UPDATE alembic_version SET version_num = ?", (revision,))
        database.commit()


def test_an_empty_home_gets_the_demo_shop_and_is_told_so(cli, shop_file):
    first = cli("db", "check", "--json")
    second = cli("db", "check", "--json")

    assert first.code == second.code == 0
    assert str(shop_file) in first.err
    assert second.err == ""
    assert stat.S_IMODE(shop_file.stat().st_mode) == 0o600
    stock = next(item for item in first.json["items"] if item["check"] == "stock")
    assert stock["detail"].startswith("16 products")


def test_upgrading_first_makes_an_empty_shop(cli):
    plan = cli("db", "upgrade", "--dry-run", "--json")
    ran = cli("db", "upgrade", "--json")
    again = cli("db", "upgrade", "--exit-nothing")

    assert plan.json == {"was": None, "revision": HEAD, "dry_run": True}
    assert ran.json == {"was": None, "revision": HEAD}
    assert again.code == 8
    assert "0 products" in cli("db", "check").out


def test_a_dry_upgrade_makes_no_file(cli, shop_file):
    assert cli("db", "upgrade", "--dry-run").code == 0

    assert not shop_file.exists()


def test_a_newer_database_is_left_alone_by_every_verb(cli, made):
    sets_revision(made, "9999")

    assert cli("db", "current", "--json").json == {"revision": "9999", "expected": HEAD, "current": False}
    for verb in (("upgrade",), ("backup", "file"), ("copy", "--to", "sqlite:///other.db")):
        refused = cli("db", *verb)
        assert refused.code == 1, verb
        assert "micromart db upgrade" in refused.err
    checked = cli("db", "check", "--json")
    assert checked.code == 1
    assert [item["check"] for item in checked.json["items"] if not item["ok"]] == ["migrations"]


def test_a_file_without_tables_can_be_upgraded(cli, shop_file):
    shop_file.parent.mkdir(parents=True)
    shop_file.touch()

    refused = cli("db", "backup", "file")
    assert refused.code == 1
    assert "try:   micromart db upgrade" in refused.err
    assert cli("db", "upgrade").code == 0
    assert cli("db", "check").code == 0


def test_a_destroyed_database_is_told_and_can_be_restored(cli, made, tmp_path):
    assert cli("db", "backup", tmp_path / "backup").code == 0
    made.write_bytes(b"\xff" * 20_000)

    for verb in (("current",), ("upgrade",), ("backup", tmp_path / "other")):
        refused = cli("db", *verb)
        assert refused.code == 1, verb
        assert "not a database" in refused.err
    checked = cli("db", "check", "--json")
    assert checked.code == 1
    assert checked.json["items"][0]["fix"] == "micromart db restore FILE"
    assert cli("db", "restore", tmp_path / "backup", "--yes").code == 0
    assert cli("db", "check").code == 0


def test_a_scratched_database_is_found_by_check(cli, made):
    cli("db", "seed", "--products", "200")
    with closing(sqlite3.connect(made)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        database.execute("PRAGMA journal_mode = DELETE")
    size = made.stat().st_size
    with made.open("r+b") as file:
        file.seek(size // 2 // 4096 * 4096)
        file.write(b"\xff" * 4096 * 3)

    checked = cli("db", "check", "--json")

    assert checked.code == 1
    assert not checked.json["items"][0]["ok"]


def test_seeding_twice_adds_nothing(cli):
    cli("db", "upgrade")

    plan = cli("db", "seed", "--demo", "--products", "3", "--dry-run", "--json")
    ran = cli("db", "seed", "--demo", "--products", "3", "--json")
    again = cli("db", "seed", "--demo", "--products", "3", "--exit-nothing")

    assert plan.json == {"demo": 16, "products": 3, "dry_run": True}
    assert ran.json == {"demo": 16, "products": 3}
    assert again.code == 8
    assert cli("db", "seed").code == 2
    assert cli("db", "seed", "--products", "-1").code == 2


def test_a_backup_is_restored_after_asking(cli, made, tmp_path):
    backup = cli("db", "backup", tmp_path / "backup", "--json")
    assert backup.json["revision"] == HEAD
    assert backup.json["size"] == (tmp_path / "backup").stat().st_size
    cli("db", "seed", "--products", "5")

    unasked = cli("db", "restore", tmp_path / "backup", "--json")
    assert (unasked.code, unasked.error["details"]["flag"]) == (2, "--yes")
    assert cli("db", "restore", tmp_path / "backup", "--dry-run", "--json").json["dry_run"]
    assert "21 products" in cli("db", "check").out

    restored = cli("db", "restore", tmp_path / "backup", "--yes", "--json")
    assert "Everybody is signed out" in restored.err
    assert restored.json == {"file": str(tmp_path / "backup"), "was": HEAD, "revision": HEAD}
    assert "16 products" in cli("db", "check").out


def test_a_backup_is_restored_into_an_empty_home(cli, made, tmp_path):
    cli("db", "backup", tmp_path / "backup")
    made.unlink()

    assert cli("db", "restore", tmp_path / "backup", "--yes").code == 0

    assert "16 products" in cli("db", "check").out
    assert stat.S_IMODE(made.stat().st_mode) == 0o600


def test_what_is_wrong_with_a_backup_is_said_before_asking(cli, made, tmp_path):
    (tmp_path / "diary").write_text("Dear diary")
    cli("db", "backup", tmp_path / "newer")
    sets_revision(tmp_path / "newer", "9999")

    codes = {name: cli("db", "restore", tmp_path / name).code for name in ("nothing", "diary", "newer")}

    assert codes == {"nothing": 3, "diary": 65, "newer": 1}
    assert cli("db", "backup", tmp_path / "diary").code == 4
    assert cli("db", "backup", tmp_path / "no" / "where").code == 1
    assert cli("db", "check").code == 0


def test_a_full_disk_is_told_and_the_shop_works_again_with_space(cli, small_disk, monkeypatch):
    """F9: refused cleanly, nothing half-written, works again with space."""
    file = small_disk / "shop.db"
    monkeypatch.setenv("MICROMART_DATABASE__URL", f"sqlite:///{file}")
    assert cli("db", "upgrade").code == 0
    ballast = small_disk / "ballast"
    with ballast.open("wb", buffering=0) as heavy:
        while _write_block(heavy):
            pass

    full = cli("db", "seed", "--demo", "--json")
    assert (full.code, full.error["code"]) == (1, "database.full")
    ballast.unlink()

    assert "0 products" in cli("db", "check").out
    assert cli("db", "seed", "--products", "3").code == 0


def _write_block(file) -> bool:
    try:
        return file.write(b"x" * 4096) == 4096
    except OSError:
        return False


def test_an_empty_home_on_a_full_disk_has_no_half_a_shop(cli, small_disk, monkeypatch):
    monkeypatch.setenv("MICROMART_DATABASE__URL", f"sqlite:///{small_disk}/shop.db")
    (small_disk / "ballast").write_bytes(b"x" * (850 * 1024))

    full = cli("db", "current", "--json")

    assert (full.code, full.error["code"]) == (1, "database.full")
    assert not (small_disk / "shop.db").exists()


@pytest.fixture
def read_only_disk(tmp_path):
    """The folder of a shop on a disk that nobody can write to; making one needs root."""
    folder = tmp_path / "read-only"
    folder.mkdir()
    make_shop(Settings(database=DatabaseSettings(url=f"sqlite:///{folder}/shop.db")), lambda _gateway: None)
    if os.geteuid() != 0 or os.system(f"mount --bind '{folder}' '{folder}' && mount -o remount,ro,bind '{folder}'"):
        pytest.skip("only root may mount a read-only disk")
    yield folder
    os.system(f"umount '{folder}'")


def test_a_shop_on_a_read_only_disk_says_so(cli, read_only_disk, monkeypatch):
    monkeypatch.setenv("MICROMART_DATABASE__URL", f"sqlite:///{read_only_disk}/shop.db")

    refused = cli("db", "seed", "--demo", "--json")

    assert refused.code == 1
    assert refused.error["code"] in ("database.read_only", "database.failed")
    assert "try" in refused.error


def test_a_server_that_is_not_there_is_69(cli, monkeypatch):
    monkeypatch.setenv("MICROMART_DATABASE__URL", "postgresql://nobody@127.0.0.1:1/none")
    monkeypatch.setenv("MICROMART_DATABASE__TIMEOUT_SECONDS", "2")

    for verb in ("current", "upgrade", "check"):
        refused = cli("db", verb, "--json")
        assert (refused.code, refused.error["code"]) == (69, "unavailable"), verb


def test_a_target_that_is_no_database_is_not_called_the_shops_own(cli, made):
    assert "--to is not a database URL" in cli("db", "copy", "--to", "nowhere").err


def test_copying_prints_all_counts_and_refuses_a_full_target(cli, made, tmp_path):
    target = f"sqlite:///{tmp_path}/other.db"

    plan = cli("db", "copy", "--to", target, "--dry-run", "--json")
    copied = cli("db", "copy", "--to", target, "--json")
    again = cli("db", "copy", "--to", target, "--json")

    assert (plan.json["dry_run"], plan.json["rows"]) == (True, 0)
    counts = {row["table"]: (row["source"], row["target"]) for row in copied.json["tables"]}
    assert counts["products"] == (16, 16)
    assert all(source == target for source, target in counts.values())
    assert "sessions" not in counts
    assert (again.code, again.error["code"]) == (4, "copy.target_not_empty")
    assert stat.S_IMODE((tmp_path / "other.db").stat().st_mode) == 0o600
    assert cli("db", "copy", "--to", f"sqlite:///{made}").code == 4


def test_copying_to_what_is_no_url_is_a_mistake_of_usage(cli, made):
    assert cli("db", "copy", "--to", "shop.db").code == 2
    assert cli("db", "copy", "--to", "mysql://host/name").code == 2
    for nowhere in ("sqlite://", "sqlite:///", "sqlite:///:memory:"):
        assert cli("db", "copy", "--to", nowhere).code == 2, nowhere


@pytest.mark.servers
def test_an_embedded_shop_moves_up_to_postgresql_and_goes_on_there(cli, made, empty_postgresql, monkeypatch, tmp_path):
    server = empty_postgresql()
    copied = cli("db", "copy", "--to", server, "--json")
    assert copied.code == 0
    monkeypatch.setenv("MICROMART_DATABASE__URL", server)

    checked = cli("db", "check", "--json")
    assert checked.code == 0
    assert {item["check"]: item["ok"] for item in checked.json["items"]} == {
        "database": True,
        "migrations": True,
        "tables": True,
        "stock": True,
    }
    assert cli("db", "backup", tmp_path / "backup").code == 0
    assert cli("db", "restore", tmp_path / "backup", "--yes").code == 0
    assert cli("db", "seed", "--demo", "--exit-nothing").code == 8


@pytest.mark.servers
def test_a_server_without_tables_is_told_to_be_upgraded(cli, empty_postgresql, monkeypatch):
    monkeypatch.setenv("MICROMART_DATABASE__URL", empty_postgresql())

    refused = cli("db", "backup", "file")
    assert refused.code == 1
    assert "micromart db upgrade" in refused.err
    assert cli("db", "upgrade", "--json").json == {"was": None, "revision": HEAD}
    assert cli("db", "check").code == 0
