"""Sixteen processes of random shoppers, staff and sweepers, and a kill -9 every second: no invariant ever breaks."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import text

from micromart_core.inventory.service_verify import verify_stock
from tests.chaos.invariants import violations

pytestmark = [pytest.mark.slow, pytest.mark.alone]
SECONDS = float(os.environ.get("MICROMART_CHAOS_SECONDS", "60"))
PROCESSES = 16
ACTOR = Path(__file__).with_name("actor.py")


class Crowd:
    """Sixteen actors; one that is killed is replaced."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url, self.folder, self.kills, self.born = url, folder, 0, 0
        self.ends = time.monotonic() + SECONDS
        self.actors = [self._start() for _ in range(PROCESSES)]

    def _start(self) -> subprocess.Popen:
        self.born += 1
        left = max(0.1, self.ends - time.monotonic())
        with (self.folder / f"{self.born}.out").open("w") as out, (self.folder / f"{self.born}.err").open("w") as err:
            return subprocess.Popen(
                [sys.executable, str(ACTOR), self.url, str(self.born), str(left)],
                stdout=out,
                stderr=err,
                cwd=self.folder,
                env={**os.environ, "PYTHONPATH": str(Path.cwd())},
            )

    def kill_one(self) -> None:
        place = random.randrange(PROCESSES)
        self.actors[place].send_signal(signal.SIGKILL)
        self.actors[place].wait()
        self.kills += 1
        self.actors[place] = self._start()

    def wait(self) -> None:
        for actor in self.actors:
            actor.wait(timeout=60)

    def complaints(self) -> list[str]:
        return [line for file in self.folder.glob("*.err") for line in file.read_text().splitlines()]

    def operations(self) -> int:
        return sum(len(file.read_text()) for file in self.folder.glob("*.out"))


def test_no_invariant_breaks_under_chaos(live_shop, tmp_path):
    for number in range(8):
        live_shop.stocks(f"P-{number}", on_hand=20)
    folder = tmp_path / "crowd"
    folder.mkdir()
    crowd = Crowd(live_shop.settings.database.url, folder)
    during = []
    while time.monotonic() < crowd.ends - 2:
        time.sleep(1)
        crowd.kill_one()
        during += violations(live_shop.database, at_rest=False)
    crowd.wait()
    live_shop.deliver()

    assert during == []
    assert crowd.complaints() == []
    assert violations(live_shop.database) == []
    assert live_shop.staff().run(verify_stock).violations == ()
    assert crowd.operations() > 10 * PROCESSES
    assert len(live_shop.rows("SELECT id FROM orders")) > PROCESSES


BREAKAGES = {
    "held = the sum of what cart lines hold": "UPDATE stock SET held = held + 1",
    "the ledger replayed = on hand": "UPDATE stock SET on_hand = on_hand + 1",
    "only open carts with a deadline hold": "UPDATE carts SET held_until = NULL, hold_limit = NULL",
}


@pytest.mark.parametrize("name", list(BREAKAGES))
def test_the_checker_sees_what_is_broken(shop, name):
    from micromart_core.carts.service import set_quantity
    from micromart_core.inventory.model import Sku

    shop.stocks("P-1", on_hand=20)
    shop.guest("ann").run(set_quantity, Sku("P-1"), 2)
    assert violations(shop.database) == []

    with shop.database.begin(writes=True) as opened:
        opened.connection.execute(text(BREAKAGES[name]))
        opened.commit()

    assert [found.split(":")[0] for found in violations(shop.database)] == [name]
