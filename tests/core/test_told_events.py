"""What the log tells of facts: enough to count sales, and nothing of who bought."""

import json
import logging
import subprocess
import sys

import pytest

from micromart_core.carts.service import set_quantity
from micromart_core.errors import Refused
from micromart_core.inventory.model import Sku
from micromart_core.logs import log_as_json
from micromart_core.orders.service import place_order
from tests.core.order_stories import lives_at
from tests.served import bare_environment

TEA = Sku("tea-01")


@pytest.fixture
def lines(tmp_path):
    """What is logged from now on, as the shipped file has it."""
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    with (tmp_path / "stderr").open("w") as stderr:
        log_as_json(stderr, "info", "micromartd", tmp_path)
        [file] = tmp_path.glob("micromartd-*.jsonl")
        yield lambda: [json.loads(line) for line in file.read_text().splitlines()]
        for handler in root.handlers:
            handler.close()
    logging.captureWarnings(capture=False)
    root.handlers, root.level = before, level


def test_an_order_is_one_line_with_its_number_and_amount_and_no_person(shop, lines):
    shop.stocks(TEA, on_hand=5)
    ann = shop.shopper("ann", email="ann@example.org")
    lives_at(shop, "ann", line1="1 Lamp Street")
    ann.run(set_quantity, TEA, 2)
    order = ann.run(place_order)

    [told] = [line for line in lines() if line.get("event", {}).get("action") == "order.placed"]
    assert told["micromart"]["order"] == {
        "number": order.number,
        "total": float(str(order.total)),
        "currency": order.total.currency,
        "units": 2,
    }
    assert told["service"]["name"] == "micromartd"
    assert told["trace"]["id"]
    assert not any(secret in json.dumps(lines()) for secret in ("ann@example.org", "Lamp Street"))


def test_a_refusal_is_a_failure_with_its_code(shop, lines):
    shop.stocks(TEA, on_hand=1)
    with pytest.raises(Refused):
        shop.shopper("ann").run(set_quantity, TEA, 2)

    [told] = [line for line in lines() if line.get("event", {}).get("outcome") == "failure"]
    assert told["event"]["action"] == "carts/set_quantity"
    assert told["error"]["code"] == "stock.insufficient"
    assert told["event"]["duration"] > 0


def test_a_folder_that_is_not_there_is_told_before_anything_begins(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "micromart_daemon.main", "gateway", "--listen", "127.0.0.1:0"],
        env=bare_environment() | {"MICROMART_HOME": str(tmp_path), "MICROMART_DAEMON__LOG_FOLDER": "/no/such/folder"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert "The log cannot be written in /no/such/folder." in done.stderr
