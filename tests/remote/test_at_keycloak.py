"""A machine that has only the URL of a shop with a real Keycloak: it shops, and it administers."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.at_issuer import settings_of, sign_in

pytestmark = pytest.mark.servers
ADDRESS = ("--name", "Ann", "--line1", "1 Quay", "--city", "Porto", "--postcode", "4000", "--country", "PT")


@pytest.fixture
def url(keycloak, tmp_path):
    """Where the gateway of such a shop answers; its own home and settings are nobody else's."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("MICROMART_")}
    own = settings_of(keycloak) | {
        "MICROMART_HOME": str(tmp_path / "there"),
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    log = (tmp_path / "gateway.log").open("w")
    gateway = subprocess.Popen(
        [sys.executable, "-m", "micromart_daemon.main", "gateway", "--listen", "127.0.0.1:0"],
        env=environ | own,
        cwd=tmp_path,
        stderr=log,
    )
    yield f"http://127.0.0.1:{port_in(tmp_path / 'gateway.log', gateway)}"
    gateway.send_signal(signal.SIGTERM)
    assert gateway.wait(20) == 0
    log.close()


def port_in(log: Path, process) -> str:
    end = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < end:
        if found := re.search(r"answers on 127\.0\.0\.1:(\d+)", log.read_text()):
            return found[1]
        time.sleep(0.1)
    pytest.fail(log.read_text())


@pytest.fixture
def far(micromart, url):
    """Verbs of a machine that knows the URL and nothing else."""

    def run(*words: str, expect: int = 0):
        ran = micromart(*words, env={"MICROMART_SHOP__URL": url})
        assert ran.code == expect, (words, ran.err)
        return ran

    return run


def test_a_shopper_signs_in_by_device_and_orders(keycloak, far, url):
    ann = keycloak.person()
    sku = far("product", "list", "-o", "ids", "--limit", "1").out.strip()
    far("cart", "add", sku, "--quantity", "2")

    session = sign_in(ann, {"MICROMART_SHOP__URL": url}).json
    assert (session["user"], session["issuer"]) == (ann.name, keycloak.issuer)
    far("address", "add", *ADDRESS)
    order = far("checkout", "--json").json

    assert order["lines"][0]["quantity"] == 2
    assert far("order", "list", "--json").json["items"][0]["id"] == order["id"]
    far("stock", "adjust", sku, "--by", "1", "--reason", "delivery", expect=7)
    far("auth", "logout")
    far("order", "list", expect=6)


def test_staff_work_from_there_and_a_role_is_given_by_the_gateway(keycloak, far, url):
    ann, admin = keycloak.person(), keycloak.person("admin")
    sign_in(ann, {"MICROMART_SHOP__URL": url})
    sign_in(admin, {"MICROMART_SHOP__URL": url})
    sku = far("product", "list", "-o", "ids", "--limit", "1").out.strip()
    before = far("stock", "show", sku, "--json").json["on_hand"]

    assert far("stock", "adjust", sku, "--by", "5", "--reason", "delivery", "--json").json["on_hand"] == before + 5
    assert "stock-clerk" in far("user", "grant", ann.name, "stock-clerk", "--json").json["roles"]
    assert "stock-clerk" not in far("user", "revoke", ann.name, "stock-clerk", "--json").json["roles"]
