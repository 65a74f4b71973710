"""A host that lost its network after the sign-in: carts and orders go on, and what must ask the issuer says so."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.at_issuer import PATIENCE, settings_of
from tests.cli.ran import Ran
from tests.elsewhere import beside_the_database

pytestmark = pytest.mark.servers
WHERE = ("--name", "Ann", "--line1", "1 Lamp Street", "--city", "Porto", "--postcode", "4000-001", "--country", "PT")
NO_NETWORK = ["unshare", "--net", "--map-root-user"]


@pytest.fixture
def env(keycloak, home):
    return settings_of(keycloak)


@pytest.fixture
def dark(env):
    """Run a verb in a network of its own, in which there is nobody."""
    if subprocess.run([*NO_NETWORK, "true"], check=False, capture_output=True).returncode:
        pytest.skip("a network of one's own needs the kernel's leave")

    def run(*words: str, expect: int = 0) -> Ran:
        command = [*NO_NETWORK, sys.executable, "-m", "micromart_cli.main", *words]
        around = {**os.environ, **env, "PYTHONPATH": str(Path(__file__).parents[2])}
        done = subprocess.run(command, env=around, capture_output=True, text=True, timeout=PATIENCE, check=False)
        assert done.returncode == expect, (words, done.stderr)
        return Ran(done.returncode, done.stdout, done.stderr)

    return run


@beside_the_database("without a network nobody reaches a shop elsewhere")
def test_without_a_network_a_fresh_sign_in_orders_and_staff_work_and_renewing_are_69(
    keycloak, micromart, env, dark, home, sign_in
):
    sku = micromart("product", "list", "-o", "ids", "--limit", "1", env=env).out.strip()
    sign_in(keycloak.person("stock-clerk"), env)
    assert micromart("address", "add", *WHERE, env=env).code == 0

    assert dark("product", "show", sku, "--json").json["sku"] == sku
    assert dark("cart", "add", sku, "--json").json["lines"]
    assert dark("checkout", "--json").json["status"] == "placed"
    told = dark("stock", "adjust", sku, "--by", "5", "--reason", "delivery", "--json", expect=69).error
    assert told["code"] == "identity.unreachable"

    [kept] = (home / "state" / "identity").glob("*.json")
    kept.write_text(json.dumps(json.loads(kept.read_text()) | {"expires_at": 0.0}))
    assert dark("product", "show", sku, "--json").json["sku"] == sku
    for words in (("cart", "add", sku), ("checkout",), ("order", "list")):
        assert dark(*words, "--json", expect=69).error["code"] == "identity.unreachable"
    assert micromart("order", "list", "--json", env=env).json["items"], "the sign-in outlived the dark hour"
