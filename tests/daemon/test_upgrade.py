"""The tables are upgraded while daemons and shoppers of this release work: nobody fails, nobody waits for long."""

import threading

import pytest

from micromart_core.settings import DatabaseSettings
from tests.daemon.next_release import REVISION, next_release
from tests.daemon.process import eventually

pytestmark = [pytest.mark.servers, pytest.mark.slow]
AT = "SELECT version_num FROM alembic_version"
WAITS_FOR_A_TABLE = """SELECT count(*) FROM pg_locks
    WHERE NOT granted AND locktype = 'relation' AND mode = 'AccessExclusiveLock'"""


class Shoppers:
    """People who order one thing after another, and wait no longer than four seconds."""

    def __init__(self, served, count: int = 3) -> None:
        self.served, self.sold, self.failed = served, [], []
        self._closing = threading.Event()
        self._shop = served.shop.again(database=DatabaseSettings(url=served.url, timeout_seconds=4))
        self._shop.shop._last_upkeep = float("inf")
        self._threads = [threading.Thread(target=self._buy, args=(person,)) for person in range(count)]
        for thread in self._threads:
            thread.start()

    def _buy(self, person: int) -> None:
        number = 0
        while not self._closing.is_set():
            number += 1
            try:
                self.sold.append(self.served.buys(f"u{person}-{number}", shop=self._shop).number)
            except Exception as error:
                self.failed.append(error)
                raise

    def sell(self, more: int) -> None:
        """Wait until so many more orders were placed."""
        before = len(self.sold)
        eventually(lambda: self.failed or len(self.sold) >= before + more)
        assert self.failed == []

    def leave(self) -> None:
        self._closing.set()
        for thread in self._threads:
            thread.join()
        assert self.failed == []


def upgrades(served, release: dict[str, str]):
    return served.begins("db", "upgrade", program="micromart_cli", env=release)


def assert_nobody_stumbled(daemons) -> None:
    for daemon in daemons:
        troubles = [line["message"] for line in daemon.log() if line["log.level"] in ("warning", "error")]
        assert troubles == []


def test_old_and_new_daemons_work_side_by_side_after_the_upgrade(served, tmp_path):
    served.stocks(on_hand=1_000_000)
    release = next_release(tmp_path)
    old = [served.daemon() for _ in range(2)]
    shoppers = Shoppers(served)
    shoppers.sell(10)

    upgrade = upgrades(served, release)
    assert upgrade.ends() == 0, upgrade.told()
    assert served.shop.rows(AT) == [(REVISION,)]
    shoppers.sell(10)
    new = served.daemon(env=release)
    shoppers.sell(10)
    shoppers.leave()

    served.comes_to_rest()
    assert len({letter["Message-ID"] for letter in served.letters()}) == len(shoppers.sold)
    assert served.is_sound()
    assert_nobody_stumbled([*old, new])
    assert [daemon.stops() for daemon in (*old, new)] == [0, 0, 0]
    late = served.begins("run")
    assert (late.ends(), "newer than this MicroMart" in late.told()) == (1, True)


def test_a_long_reader_in_the_way_of_the_upgrade_keeps_nobody_else(served, tmp_path):
    """PostgreSQL lets everybody queue behind an ALTER TABLE that waits: so it must not wait for long."""
    served.stocks(on_hand=1_000_000)
    daemons = [served.daemon() for _ in range(2)]
    shoppers = Shoppers(served)
    shoppers.sell(3)
    with served.shop.database.begin(writes=False) as reading:
        reading.connection.exec_driver_sql("SELECT count(*) FROM orders")
        upgrade = upgrades(served, next_release(tmp_path))
        eventually(lambda: served.count(WAITS_FOR_A_TABLE))
        for _ in range(3):
            shoppers.sell(5)
            eventually(lambda: served.count(WAITS_FOR_A_TABLE))
        assert upgrade.process.poll() is None

    assert upgrade.ends() == 0, upgrade.told()
    assert served.shop.rows(AT) == [(REVISION,)]
    shoppers.leave()
    served.comes_to_rest()
    assert served.is_sound()
    assert_nobody_stumbled(daemons)
