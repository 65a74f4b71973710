"""Hosts whose clocks are minutes ahead and an hour behind: holds end by the database's clock (FAULTS F10)."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from deploy.stack import packages
from deploy.stack.errors import NotToBeHad
from micromart_core.carts.service import set_quantity, show_cart
from micromart_core.inventory.model import Sku
from tests.daemon.process import ROOT, eventually
from tests.daemon.served import TEA
from tests.stack_servers import go_without

pytestmark = [pytest.mark.servers, pytest.mark.slow]
AHEAD, BEHIND = "+15m", "-1h"
EXPIRED = "SELECT count(*) FROM carts WHERE status = 'expired'"


@pytest.fixture(scope="module")
def library() -> Path:
    """What makes a process believe in another time."""
    found = _library()
    if found is None:
        try:
            packages.install(["faketime"])
        except NotToBeHad as reason:
            go_without(f"faketime: {reason}")
        found = _library()
    assert found is not None, "the package faketime brings no library"
    return found


def _library() -> Path | None:
    return next(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"), None)


@pytest.fixture
def at(library):
    """A function that returns the environment of a host with a wrong clock."""

    def at(shift: str) -> dict[str, str]:
        return {"LD_PRELOAD": str(library), "FAKETIME": shift, "FAKETIME_DONT_FAKE_MONOTONIC": "1"}

    return at


def micromart(served, env: dict[str, str], *words: str) -> dict:
    line = [sys.executable, "-m", "micromart_cli.main", *words, "--json"]
    ran = subprocess.run(
        line,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"} | served.env | env,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return json.loads(ran.stdout)


def believed_time(env: dict[str, str]) -> float:
    line = [sys.executable, "-c", "import time; print(time.time())"]
    return float(subprocess.run(line, env=env, capture_output=True, text=True, check=True).stdout)


def test_shoppers_on_hosts_with_wrong_clocks_are_told_the_same(served, at):
    served.stocks()
    assert believed_time(at(AHEAD)) - time.time() > 800
    assert time.time() - believed_time(at(BEHIND)) > 3_500

    held = micromart(served, at(AHEAD), "cart", "add", TEA)
    seen = micromart(served, at(BEHIND), "cart", "show")

    assert held["held_until"] == seen["held_until"]
    assert 560 < seen["seconds_left"] <= held["seconds_left"] <= 600


def test_sweepers_end_no_hold_early_and_none_late(served, at):
    served.stocks()
    ann = served.shop.guest("ann")
    ann.run(set_quantity, Sku(TEA), 2)
    for shift in (AHEAD, BEHIND):
        served.daemon("sweeper", env=at(shift))
    time.sleep(4)  # each has looked several times
    assert served.count(EXPIRED) == 0
    assert ann.run(show_cart).item_count == 2

    served.changes("UPDATE carts SET held_until = now() - interval '1 second'")

    eventually(lambda: served.count(EXPIRED) == 1)
    assert served.shop.raw_stock(TEA).held == 0
