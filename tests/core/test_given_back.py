"""A database that is closed, or of which a connection broke, has no connection left that nobody uses any more."""

from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager

import pytest
from msgspec.structs import replace

from micromart_core.database import Database

ENDS = {"closed": Database.close, "broken": lambda database: database.engine.dispose()}


@pytest.fixture
def database(shop):
    database = Database(replace(shop.settings.database, pool_size=1))
    yield database
    database.close()


@contextmanager
def in_use(database):
    """A transaction, as the driver's connection under it."""
    with database.begin(writes=False) as opened:
        yield opened.connection.connection.driver_connection


def is_open(database, driver) -> bool:
    try:
        driver.execute("SELECT 1")
    except Exception as error:
        if not isinstance(error, database.engine.dialect.loaded_dbapi.Error):
            raise
        return False
    return True


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
def test_what_was_in_use_is_closed_when_it_comes_back(database, end):
    with in_use(database) as driver:
        end(database)
        assert is_open(database, driver)

    assert not is_open(database, driver)


def test_who_comes_after_the_end_is_answered_and_leaves_nothing_open(database):
    database.close()

    for _ in range(2):
        with in_use(database) as driver:
            assert is_open(database, driver)
        assert not is_open(database, driver)


def test_after_a_broken_connection_the_next_one_is_kept(database):
    ENDS["broken"](database)

    with in_use(database) as driver:
        pass
    with in_use(database) as again:
        assert again is driver


def test_who_waits_for_the_only_place_gets_it_though_the_connection_is_closed(shop):
    engine = Database(replace(shop.settings.database, pool_size=1)).engine
    pool = engine.pool
    with ThreadPoolExecutor(1) as threads:
        held = pool.connect()
        pool._max_overflow = 0
        waiting = threads.submit(pool.connect)
        assert wait([waiting], 0.2).not_done
        pool.dispose()
        before = held.driver_connection
        held.close()
        got = waiting.result(1)

    assert got.driver_connection is not before
    got.close()
