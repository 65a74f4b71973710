"""The contract: what an idempotency key answers, and what a person adds at once from one home or from two."""

import json
import os
import subprocess
import sys
from functools import partial
from pathlib import Path

from tests.cli.test_auth import login, register


def test_what_was_done_under_a_key_is_answered_without_asking_again(cli, shop):
    shop.stocks("TEA-01", on_hand=5)
    staff, key = shop.staff(), ("--idempotency-key", "k1", "--json")
    damage = ("stock", "adjust", "TEA-01", "--by", "-1", "--reason", "damage", "--evict", "newest")
    assert cli(*damage, *key, by=staff).code == 2

    first = cli(*damage, *key, "--yes", by=staff)
    again = cli(*damage, *key, by=staff)

    assert (first.code, again.code, again.out) == (0, 0, first.out)
    assert shop.raw_stock("TEA-01").on_hand == 4
    other = ("stock", "adjust", "TEA-01", "--by", "-2", "--reason", "damage", "--evict", "newest")
    assert cli(*other, *key, by=staff).code == 5


def adds_at_once(sku: str, places: list[dict[str, str]], elsewhere) -> list[int]:
    """Add a unit from each place at once; return how many each was told that the cart holds now."""
    command = [sys.executable, "-m", "micromart_cli.main", "cart", "add", sku, "--json"]
    environ = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    shop = elsewhere.asked(command, environ | places[0])
    adding = [subprocess.Popen(command, env=environ | each | shop, stdout=subprocess.PIPE) for each in places]
    answers = [json.loads(process.communicate(timeout=60)[0]) for process in adding]
    assert [process.returncode for process in adding] == [0] * len(places)
    return sorted(answer["lines"][0]["quantity"] for answer in answers)


def test_what_processes_of_one_home_add_at_once_is_all_in_the_cart(micromart, home, home_elsewhere):
    sku = micromart("product", "list", "-o", "ids", "--limit", "1").out.strip()

    assert adds_at_once(sku, [{"MICROMART_HOME": str(home)}] * 4, home_elsewhere) == [1, 2, 3, 4]


def test_what_a_person_adds_at_once_from_two_homes_is_all_in_the_cart(cli, micromart, home, home_elsewhere, tmp_path):
    register(cli, home)
    login(cli)
    sku = cli("product", "list", "-o", "ids", "--limit", "1").out.strip()
    desk = {"MICROMART_HOME": str(home)}
    laptop = {
        "MICROMART_HOME": str(tmp_path / "laptop"),
        "MICROMART_DATABASE__URL": f"sqlite:///{home}/data/shop.db",
        "MICROMART_IDENTITY__ALLOW_LOCAL": "true",
    }
    signed_in = login(partial(micromart, env=laptop))
    assert signed_in.code == 0, signed_in.err

    assert adds_at_once(sku, [desk, laptop] * 2, home_elsewhere) == [1, 2, 3, 4]
