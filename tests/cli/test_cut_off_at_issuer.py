"""Who is cut off at the real Keycloak: staff in ten seconds, blocked people at once, who was killed amid renewing."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from micromart_core.adapters.keycloak.operations import enter_from_issuer
from micromart_core.bootstrap_issuer import Issuer
from micromart_core.caller import THE_SHOP
from micromart_core.errors import NotAllowed
from micromart_core.home import find_home
from micromart_core.identity import Credentials, KnownCaller
from micromart_core.inventory.service_stock import adjust_stock
from micromart_core.settings import IdentitySettings
from tests.cli.at_issuer import settings_of
from tests.home_elsewhere import HomeElsewhere, door_at
from tests.identity.real_keycloak import parts_of

pytestmark = pytest.mark.servers
WHERE = ("--name", "Ann", "--line1", "1 Lamp Street", "--city", "Porto", "--postcode", "4000-001", "--country", "PT")
BELIEVED_FOR, ONE_CALL = 10.0, 3.0
"""Seconds: what is promised of a role that was taken away, and how long a call may take."""


@pytest.fixture
def run(keycloak, micromart, home):
    def run(*words: str, expect: int = 0, **more: str):
        ran = micromart(*words, env=settings_of(keycloak) | more)
        assert ran.code == expect, (words, ran.err)
        return ran

    return run


@pytest.mark.slow
def test_a_process_that_runs_on_honours_a_removed_role_for_ten_seconds_at_most(keycloak, live_shop, tmp_path):
    clerk, secret = keycloak.person("stock-clerk"), keycloak.core[1]
    shop = live_shop.again(identity=IdentitySettings(issuer=keycloak.issuer, core_client_secret=secret))
    shop.stocks("tea-01", on_hand=1)
    token = keycloak.sign_in(clerk)["access_token"]
    issuer, subject = Issuer(shop.settings), parts_of(token)[1]["sub"]
    shop.shop.gateway(KnownCaller(THE_SHOP)).run(
        enter_from_issuer, keycloak.issuer, subject, clerk.name, clerk.email, "here", None, False
    )
    identity = issuer.identity_of(find_home({"MICROMART_HOME": str(tmp_path / "home")}))
    door = door_at(shop, identity, Credentials(token))
    door.run(adjust_stock, "tea-01", 1, "delivery")

    role = keycloak.role("stock-clerk")
    keycloak.admin("DELETE", f"/users/{subject}/role-mappings/realm", [role])
    taken = time.monotonic()
    honoured = deeds_until_refused(door)

    assert time.monotonic() - taken <= BELIEVED_FOR + ONE_CALL
    assert shop.raw_stock("tea-01").on_hand == 2 + honoured
    issuer.close()


def deeds_until_refused(door) -> int:
    """Count deliveries until the first is refused; what is never refused would go on for too long."""
    for done in range(1000):
        try:
            door.run(adjust_stock, "tea-01", 1, "delivery")
        except NotAllowed:
            return done
        time.sleep(0.2)
    raise AssertionError("the role was never taken away")


def test_a_blocked_persons_next_command_is_refused_and_their_open_order_is_kept(keycloak, run, home, sign_in):
    ann, admin = keycloak.person(), keycloak.person("admin")
    env, hers = settings_of(keycloak), {"MICROMART_HOME": str(home.parent / "hers")}
    shared = {"MICROMART_DATABASE__URL": f"sqlite:///{home / 'data' / 'shop.db'}"}
    sku = run("product", "list", "-o", "ids", "--limit", "1").out.strip()
    sign_in(ann, env | hers | shared)
    sign_in(admin, env)
    run("address", "add", *WHERE, **hers, **shared)
    run("cart", "add", sku, **hers, **shared)
    number = run("checkout", "--json", **hers, **shared).json["number"]

    run("user", "disable", ann.name, "--yes")

    for words in (("cart", "add", sku), ("order", "list"), ("profile", "show")):
        refused = run(*words, "--json", expect=7, **hers, **shared).error
        assert refused["code"] == "user.disabled"
    run("order", "pack", number)
    assert run("order", "ship", number, "--json").json["status"] == "shipped"
    run("user", "enable", ann.name)
    assert [order["number"] for order in run("order", "list", "--json", **hers, **shared).json["items"]] == [number]


def test_a_process_killed_between_renewing_and_keeping_costs_a_new_sign_in_and_a_sentence(
    keycloak, run, home, home_elsewhere, sign_in
):
    env, ann = settings_of(keycloak), keycloak.person()
    sign_in(ann, env)
    [kept] = (home_elsewhere.home_at_shop(home).state / "identity").glob("*.json")
    kept.write_text(json.dumps(json.loads(kept.read_text()) | {"expires_at": 0.0}))

    assert killed_while_keeping(env, home, home_elsewhere) == -signal.SIGKILL

    refused = run("profile", "show", "--json", expect=6).error
    assert refused["code"] == "identity.over"
    assert "micromart auth login" in refused["try"]
    assert run("auth", "status", "--json").json["signed_in"] is False
    sign_in(ann, env)
    assert run("profile", "show", "--json").json["username"] == ann.name


def killed_while_keeping(env: dict[str, str], home: Path, elsewhere: HomeElsewhere) -> int:
    more = {"DIES": "1", "TAP": str(home.parent / "tap"), "PYTHONPATH": str(Path(__file__).parents[2])}
    words, given = ("profile", "show"), {**os.environ, **env, **more}
    command = [sys.executable, "-m", "tests.cli.tapped", *words]
    given |= elsewhere.asked(words, given)
    return subprocess.run(command, env=given, capture_output=True, check=False).returncode
