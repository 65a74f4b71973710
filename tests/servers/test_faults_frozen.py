"""A process frozen in its transaction: nobody waits for it beyond the limit, nothing happens twice (FAULTS F13)."""

import os
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from micromart_core.carts.service import set_quantity, show_cart
from micromart_core.carts.service_upkeep import sweep_expired
from micromart_core.errors import TryAgain
from micromart_core.inventory.model import Sku
from micromart_core.inventory.service_verify import verify_stock
from micromart_core.settings import DatabaseSettings, HoldSettings, Settings
from micromart_core.write_lock import TurnNeverCame, WriteLock
from tests.chaos.invariants import violations
from tests.conftest import ShopUnderTest

pytestmark = pytest.mark.slow
TEA, MUG = Sku("TEA-01"), Sku("NM-001")
LIMIT = 1
BRIEF = HoldSettings(minutes=Decimal("0.005"), limit_minutes=Decimal("0.005"))
SLEEPER = Path(__file__).with_name("sleeper.py")


@pytest.fixture
def shop(database_url, tmp_path):
    """A shop that waits one second at most, with tea and mugs."""
    shop = ShopUnderTest(database_url, None, tmp_path, Settings(database=DatabaseSettings(timeout_seconds=LIMIT)))
    for sku in (TEA, MUG):
        shop.stocks(sku, on_hand=10)
    yield shop
    shop.close()


class Sleeper:
    """A process that froze in the middle of its transaction."""

    def __init__(self, work: str, shop: ShopUnderTest) -> None:
        line = [sys.executable, str(SLEEPER), work, shop.settings.database.url]
        place = {"cwd": shop.folder, "env": {**os.environ, "PYTHONPATH": str(Path.cwd())}}
        self._process = subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **place)
        assert self._process.stdout.readline() == "asleep\n"
        os.waitpid(self._process.pid, os.WUNTRACED)

    def wake(self) -> str:
        """Let it go on and return what it says at the end."""
        self._process.send_signal(signal.SIGCONT)
        out, err = self._process.communicate(timeout=20)
        assert (self._process.returncode, err) == (0, "")
        return out.strip()

    def kill(self) -> None:
        self._process.kill()
        self._process.communicate()


@pytest.fixture
def falls_asleep(shop):
    """A function that starts a process and returns when it is frozen."""
    sleepers = []

    def start(work: str) -> Sleeper:
        sleepers.append(Sleeper(work, shop))
        return sleepers[-1]

    yield start
    for sleeper in sleepers:
        sleeper.kill()


def told_within(seconds: float, act) -> TryAgain:
    """Return how `act` was told to try again, in time."""
    began = time.monotonic()
    with pytest.raises(TryAgain) as told:
        act()
    assert time.monotonic() - began < seconds
    assert told.value.exit_code == 75
    return told.value


def test_others_go_on_or_are_told_to_try_again_beside_a_frozen_writer(shop, falls_asleep):
    shop.guest("ann").run(set_quantity, MUG, 1)
    sleeper = falls_asleep("write")

    assert shop.guest("ann").run(show_cart).item_count == 1
    told = told_within(2 * LIMIT + 1, lambda: shop.guest("ann").run(set_quantity, TEA, 1))
    assert isinstance(told, TurnNeverCame) == shop.database.is_sqlite
    if not shop.database.is_sqlite:
        assert shop.guest("ann").run(set_quantity, MUG, 2).item_count == 2

    assert sleeper.wake() == "1"
    assert shop.guest("ann").run(set_quantity, TEA, 11).quantity_of(TEA) == 11
    assert shop.raw_stock(TEA) == (11, 11)
    assert violations(shop.database) == []


def test_twenty_that_wait_at_once_are_all_told_in_time(shop, falls_asleep):
    sleeper = falls_asleep("write")
    told = []

    def ask(name: str) -> None:
        told.append(told_within(3 * LIMIT + 2, lambda: shop.guest(name).run(set_quantity, TEA, 1)))

    threads = [threading.Thread(target=ask, args=(f"g{number}",)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(told) == 20
    assert sleeper.wake() == "1"
    for number in range(11):
        shop.guest(f"g{number}").run(set_quantity, TEA, 1)
    assert shop.raw_stock(TEA) == (11, 11)


@pytest.mark.parametrize("slept_for", [0.0, 7.0 * LIMIT], ids=["a moment", "until its session ended"])
def test_a_frozen_sweeper_releases_nothing_twice(shop, falls_asleep, slept_for):
    brief = shop.again(holds=BRIEF)
    for number in range(4):
        cart = brief.guest(f"g{number}").run(set_quantity, TEA, 2)
    taken = 0
    time.sleep(max(0.0, (cart.held_until - datetime.now(UTC)).total_seconds()) + 0.01)
    sleeper = falls_asleep("sweep")
    ends = time.monotonic() + slept_for

    if not shop.database.is_sqlite:
        assert shop.operator().run(sweep_expired) == 0
        assert shop.guest("late").run(show_cart).item_count == 0
    told_within(2 * LIMIT + 1, lambda: shop.guest("late").run(set_quantity, TEA, 3))
    while time.monotonic() < ends:
        time.sleep(0.1)
    if slept_for and not shop.database.is_sqlite:
        shop.guest("bob").run(set_quantity, TEA, 10)
        taken = 10
    sleeper.wake()

    assert shop.operator().run(sweep_expired) == 0
    assert shop.raw_stock(TEA) == (10, taken)
    shop.deliver()
    assert violations(shop.database) == []
    assert shop.staff().run(verify_stock).violations == ()


def test_a_wait_that_was_given_up_keeps_nobody_out(tmp_path):
    """The thread that was left behind gets its turn at last, and lets it go."""
    path = tmp_path / "turn.lock"
    holder, impatient, patient = WriteLock(path), WriteLock(path, 0.05), WriteLock(path, 5)
    with holder:
        for _ in range(10):
            with pytest.raises(TurnNeverCame), impatient:
                pass
    for lock in (patient, impatient, holder) * 5:
        with lock:
            pass
    for lock in (holder, impatient, patient):
        lock.close()


def test_threads_of_one_process_share_the_wait(tmp_path):
    lock, entered = WriteLock(tmp_path / "turn.lock", 0.2), threading.Event()

    def hold() -> None:
        with lock:
            entered.set()
            time.sleep(0.6)

    holder = threading.Thread(target=hold)
    holder.start()
    entered.wait()
    with pytest.raises(TurnNeverCame), lock:
        pass
    holder.join()
    with lock:
        pass
    lock.close()
