"""The contract: what an idempotency key answers, and what two processes of one home add at once."""

import json
import os
import subprocess
import sys
from pathlib import Path


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


def test_what_processes_of_one_home_add_at_once_is_all_in_the_cart(micromart, home):
    sku = micromart("product", "list", "-o", "ids", "--limit", "1").out.strip()
    command = [sys.executable, "-m", "micromart_cli.main", "cart", "add", sku, "--json"]
    environ = {**os.environ, "MICROMART_HOME": str(home), "PYTHONPATH": str(Path(__file__).parents[2])}

    adding = [subprocess.Popen(command, env=environ, stdout=subprocess.PIPE) for _ in range(4)]
    answers = [json.loads(process.communicate(timeout=60)[0]) for process in adding]

    assert [process.returncode for process in adding] == [0] * 4
    assert sorted(answer["lines"][0]["quantity"] for answer in answers) == [1, 2, 3, 4]
