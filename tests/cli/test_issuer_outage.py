"""A real Keycloak that is killed after a sign-in and frozen during one: who goes on, who is told 69, what is lost."""

import json
import subprocess
import sys
import time

import pytest

from tests.cli.at_issuer import settings_of
from tests.deploy.operating_files import ROOT
from tests.stack_servers import STACK_FOLDER

pytestmark = [pytest.mark.servers, pytest.mark.slow, pytest.mark.alone]
WHERE = ("--name", "Ann", "--line1", "1 Lamp Street", "--city", "Porto", "--postcode", "4000-001", "--country", "PT")
ADJUST = ("--by", "1", "--reason", "delivery")


def stack(command: str) -> None:
    line = [sys.executable, "-m", "deploy.stack", command, "--folder", STACK_FOLDER, "keycloak"]
    subprocess.run(line, cwd=ROOT, check=True, capture_output=True, timeout=180)


@pytest.fixture
def killed():
    """A function that kills it; it runs again afterwards."""
    yield lambda: stack("kill")
    stack("start")


@pytest.fixture
def run(micromart, keycloak, home):
    def run(*words: str, expect: int = 0, **more: str):
        ran = micromart(*words, "--json", env=settings_of(keycloak) | more)
        assert ran.code == expect, (words, ran.err)
        return ran

    return run


def test_killed_after_a_sign_in_people_buy_on_and_staff_wait(keycloak, run, home_at_shop, killed, sign_in):
    clerk, env = keycloak.person("stock-clerk"), settings_of(keycloak)
    sign_in(clerk, env)
    sku = run("product", "list", "--limit", "1").json["items"][0]["sku"]
    run("address", "add", *WHERE)
    killed()

    run("cart", "add", sku)
    order = run("checkout").json["number"]
    assert run("stock", "adjust", sku, *ADJUST, expect=69).error["code"] == "identity.unreachable"
    run("auth", "login", expect=69)
    name, secret = keycloak.automation
    script = {"MICROMART_AUTOMATION__CLIENT_ID": name, "MICROMART_AUTOMATION__CLIENT_SECRET": secret}
    run("stock", "adjust", sku, *ADJUST, expect=69, **script)

    [kept] = (home_at_shop.state / "identity").glob("*.json")
    kept.write_text(json.dumps(json.loads(kept.read_text()) | {"expires_at": 0.0}))
    run("product", "show", sku)
    assert run("cart", "show", expect=69).error["code"] == "identity.unreachable"
    run("auth", "status", expect=69)

    stack("start")
    assert [each["number"] for each in run("order", "list").json["items"]] == [order]
    run("stock", "adjust", sku, *ADJUST)


def test_frozen_during_a_sign_in_it_is_waited_for(keycloak, run, device_login):
    ann, login = keycloak.person(), device_login(env=settings_of(keycloak))
    ann.open(login.link)
    ann.sign_in()
    stack("pause")
    time.sleep(login.first["interval"] + 7)
    stack("resume")
    ann.approve()

    ran = login.finish()

    assert (ran.code, ran.json["user"]) == (0, ann.name)
