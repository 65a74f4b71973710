"""Secrets of a real sign-in: in one private file of the home, and nowhere else in anything that was written."""

import json
from pathlib import Path

import pytest

from tests.cli.at_issuer import DeviceLogin, settings_of
from tests.identity.person import PASSWORD

pytestmark = pytest.mark.servers


def test_no_secret_of_a_sign_in_is_written_anywhere_but_into_its_file(keycloak, micromart, home):
    env, ann = settings_of(keycloak), keycloak.person("admin")
    name, secret = keycloak.automation
    script = {"MICROMART_AUTOMATION__CLIENT_ID": name, "MICROMART_AUTOMATION__CLIENT_SECRET": secret}
    said = []

    def run(*words, **more):
        ran = micromart("-vv", *words, env=env | more)
        said.append(ran.out + ran.err)
        return ran

    login = DeviceLogin("login", "-vv", env=env)
    said.append(Path(f"/proc/{login.process.pid}/cmdline").read_text())
    ann.open(login.link)
    ann.sign_in()
    ann.approve()
    ran = login.finish()
    assert ran.code == 0, ran.err
    said.append(ran.out + ran.err)
    [kept] = (home / "state" / "identity").glob("*.json")
    held = json.loads(kept.read_text())
    sku = run("product", "list", "-o", "ids", "--limit", "1").out.splitlines()[0]
    run("cart", "add", sku)
    run("stock", "adjust", sku, "--by", "1", "--reason", "delivery")
    run("user", "grant", ann.name, "stock-clerk")
    run("auth", "status", "--json")
    run("config", "list", "--origin")
    run("stock", "adjust", sku, "--by", "1", "--reason", "delivery", **script)
    run("stock", "adjust", sku, "--by", "1", "--reason", "delivery", MICROMART_IDENTITY__CORE_CLIENT_SECRET="canary-x")

    secrets = [PASSWORD, held["access_token"], held["refresh_token"], keycloak.core[1], secret, "canary-x"]
    signature = held["access_token"].rpartition(".")[2]
    for canary in (*secrets, signature):
        assert not any(canary in words for words in said)
    written = [file for file in home.rglob("*") if file.is_file() and file != kept]
    assert len(written) > 3
    for file in written:
        content = file.read_bytes()
        assert not [canary for canary in (*secrets, signature) if canary.encode() in content], file
        assert file.stat().st_mode & 0o077 == 0, file
