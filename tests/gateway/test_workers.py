"""Several workers on one port: they answer together, are begun again, counted together and ended together."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.daemon.process import eventually
from tests.gateway.test_metrics import figures

SHOWN = "micromart_operations_total/carts/show_cart/ok"


def children(process_id: int) -> set[int]:
    """Return those that any of its threads began."""
    told = Path(f"/proc/{process_id}/task").glob("*/children")
    return {int(word) for each in told for word in each.read_text().split()}


def is_there(process_id: int) -> bool:
    """Return whether a process runs; one that ended and that nobody asked after has no command line."""
    try:
        return Path(f"/proc/{process_id}/cmdline").read_bytes() != b""
    except FileNotFoundError:
        return False


def show_cart(gateway, number: int) -> int:
    """Ask on a connection of its own, which any of the workers may take."""
    url = f"http://127.0.0.1:{gateway.port}/v1/carts/show_cart"
    return httpx.post(url, json={}, headers={"X-Cart-Secret": f"{number:043}"}, timeout=30).status_code


@pytest.fixture
def by_two(start):
    """A gateway with two workers that both answer."""
    gateway = start(MICROMART_GATEWAY__WORKERS="2", MICROMART_GATEWAY__METRICS_LISTEN="127.0.0.1:0")
    eventually(lambda: gateway.log.read_text().count("answers too") == 2)
    gateway.window = "http://127.0.0.1:" + re.search(r"metrics on 127\.0\.0\.1:(\d+)", gateway.log.read_text())[1]
    return gateway


def test_one_that_died_is_begun_again_and_meanwhile_the_other_answers(by_two):
    before = children(by_two.process.pid)
    died = min(before)

    os.kill(died, signal.SIGKILL)
    told = {show_cart(by_two, number) for number in range(20)}
    after = eventually(lambda: len(now := children(by_two.process.pid) - {died}) == 2 and now)

    assert (len(before), told) == (2, {200})
    assert len(after & before) == 1
    eventually(lambda: by_two.log.read_text().count("answers too") == 3)
    assert "It ended by itself." in by_two.log.read_text()


def test_what_all_of_them_ran_is_one_figure_and_never_falls(by_two):
    for number in range(12):
        show_cart(by_two, number)
    seen = eventually(lambda: (now := figures(by_two.window)).get(SHOWN) == 12 and now)
    died = max(children(by_two.process.pid))

    os.kill(died, signal.SIGKILL)
    eventually(lambda: "It ended by itself." in by_two.log.read_text())

    assert seen["micromart_up"] == 1
    assert figures(by_two.window)[SHOWN] == 12


def test_they_end_together_and_in_good_order(by_two):
    workers = children(by_two.process.pid)

    assert (by_two.stop(), len(workers)) == (0, 2)
    assert not [each for each in workers if is_there(each)]
    assert "Traceback" not in by_two.log.read_text()


def test_none_is_left_behind_when_who_began_them_is_killed(by_two):
    workers = children(by_two.process.pid)

    by_two.process.kill()

    eventually(lambda: not [each for each in workers if is_there(each)])


def test_nobody_else_begins_a_worker(tmp_path):
    for word in ("2", "1:0:0:0", "1:900:901"):
        done = subprocess.run(
            [sys.executable, "-m", "micromart_daemon.main", "gateway", "--worker", word],
            env={"MICROMART_HOME": str(tmp_path)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, "Traceback" in done.stderr) == (2, False)
        assert "begun by its gateway alone" in done.stderr
