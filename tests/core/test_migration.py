"""One revision row tells old from new; upgrading happens once, whoever comes at the same time."""

import multiprocessing
import stat
from concurrent.futures import ProcessPoolExecutor

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from micromart_core.database import Database
from micromart_core.database_errors import StorageBroken, StorageReadOnly
from micromart_core.embedded import make_shop
from micromart_core.errors import Unavailable
from micromart_core.migration import SchemaTooNew, SchemaTooOld, check, current_revision, planned, upgrade
from micromart_core.settings import DatabaseSettings, Settings
from migrations import HEAD


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.servers)])
def empty_url(request, tmp_path):
    """A database without a single table."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/empty.db"
    return request.getfixturevalue("empty_postgresql")()


@pytest.fixture
def database(empty_url):
    database = Database(DatabaseSettings(url=empty_url))
    yield database
    database.close()


def say_it_is_at(database: Database, revision: str) -> None:
    with database.begin(writes=True) as opened:
        opened.connection.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})
        opened.commit()


def test_a_database_without_tables_has_no_revision_and_is_too_old(database):
    assert current_revision(database) is None
    with pytest.raises(SchemaTooOld) as refusal:
        check(database)

    assert refusal.value.hint == "micromart db upgrade"
    assert refusal.value.exit_code == 1


def test_upgrading_makes_the_tables_and_a_second_time_does_nothing(database):
    plan = planned(database)

    first, second = upgrade(database), upgrade(database)

    check(database)
    assert (plan, first.was, first.revision) == (first, None, HEAD)
    assert (second.was, second.revision) == (HEAD, HEAD)


def test_a_newer_database_is_left_alone(database):
    upgrade(database)
    say_it_is_at(database, "9999")

    for verb in (check, planned, upgrade):
        with pytest.raises(SchemaTooNew) as refusal:
            verb(database)
        assert "micromart db upgrade" in refusal.value.hint
    assert current_revision(database) == "9999"


def test_an_upgrade_that_fails_leaves_nothing(database):
    with database.begin(writes=True) as opened:
        opened.connection.execute(text("CREATE TABLE orders (id TEXT)"))
        opened.commit()

    with pytest.raises((StorageBroken, DBAPIError)):
        upgrade(database)

    assert current_revision(database) is None
    with database.begin(writes=False) as opened:
        assert not opened.connection.dialect.has_table(opened.connection, "outbox")


def upgrade_in_a_process(url: str) -> str | None:
    database = Database(DatabaseSettings(url=url))
    try:
        return upgrade(database).was
    finally:
        database.close()


@pytest.mark.slow
def test_of_four_processes_that_upgrade_at_once_one_does_it(empty_url):
    with ProcessPoolExecutor(4, mp_context=multiprocessing.get_context("spawn")) as processes:
        were = list(processes.map(upgrade_in_a_process, [empty_url] * 4))

    assert sorted(were, key=str) == [HEAD, HEAD, HEAD, None]


def make_in_a_process(url: str) -> bool:
    return make_shop(Settings(database=DatabaseSettings(url=url)), lambda _gateway: None)


@pytest.mark.slow
def test_of_four_processes_that_find_no_shop_one_makes_it_and_only_its_owner_may_read_it(tmp_path):
    folder = tmp_path / "new" / "data"
    with ProcessPoolExecutor(4, mp_context=multiprocessing.get_context("spawn")) as processes:
        made = list(processes.map(make_in_a_process, [f"sqlite:///{folder}/shop.db"] * 4))

    database = Database(DatabaseSettings(url=f"sqlite:///{folder}/shop.db"))
    check(database)
    database.close()
    assert sorted(made) == [False, False, False, True]
    assert stat.S_IMODE((folder / "shop.db").stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert not [path.name for path in folder.iterdir() if ".new" in path.name]


def test_a_shop_that_cannot_be_filled_is_not_there_afterwards(tmp_path):
    def fail(_gateway):
        raise RuntimeError("killed while it was made")

    settings = Settings(database=DatabaseSettings(url=f"sqlite:///{tmp_path}/shop.db"))
    with pytest.raises(RuntimeError):
        make_shop(settings, fail)

    assert [path.name for path in tmp_path.iterdir()] == ["shop.db.lock"]
    assert make_shop(settings, lambda _gateway: None)


def test_a_file_that_is_no_database_is_told_as_such(tmp_path):
    path = tmp_path / "shop.db"
    path.write_bytes(b"no database at all, but long enough to be read as one" * 40)
    database = Database(DatabaseSettings(url=f"sqlite:///{path}"))

    with pytest.raises(StorageBroken, match="refused"):
        check(database)

    database.close()


def test_a_folder_that_cannot_be_made_is_told_as_such(tmp_path):
    (tmp_path / "file").touch()

    with pytest.raises(StorageReadOnly):
        make_shop(Settings(database=DatabaseSettings(url=f"sqlite:///{tmp_path}/file/shop.db")), lambda _gateway: None)


def test_a_server_that_is_not_there_is_unavailable():
    database = Database(DatabaseSettings(url="postgresql://nobody@127.0.0.1:1/none", timeout_seconds=2))

    with pytest.raises(Unavailable):
        check(database)

    database.close()
