"""What a verb of a shop with an issuer imports: a guest pays for no sign-in, and who is signed in for no network."""

import os
import subprocess
import sys

import pytest

from tests.architecture.test_imports import CHECKOUT, NEVER, ONE_VERB_ONLY, PROBE
from tests.cli.at_issuer import settings_of, sign_in

NOWHERE = "http://127.0.0.1:1/realms/micromart"
VERIFIES = {"jwt", "cryptography"}
UNUSED = NEVER | ONE_VERB_ONLY | {"webbrowser"}


@pytest.fixture
def imported_by(tmp_path, monkeypatch):
    for name in os.environ:
        if name.startswith("MICROMART_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("MICROMART_HOME", str(tmp_path))

    def run(words: str, env: dict[str, str]) -> set[str]:
        environ = os.environ | env | {"PYTHONPATH": str(CHECKOUT)}
        command = [sys.executable, "-c", PROBE, *words.split()]
        done = subprocess.run(command, env=environ, cwd=tmp_path, capture_output=True, text=True, check=False)
        code, *modules = done.stderr.rpartition("\n@")[2].split()
        assert code == "0", done.stderr
        return set(modules)

    run("cart show", {"MICROMART_IDENTITY__ISSUER": NOWHERE})  # the first verb of a home makes its shop
    return run


@pytest.mark.parametrize(
    "words",
    [
        "cart show --json",
        "cart add NS-340 --json",
        "product list --json",
        "product show NS-340 --json",
        "search mug --json",
        "auth status --json",
        "auth logout --json",
        "config list --json",
        "schema Cart",
        "job run expire-carts --json",
    ],
)
def test_a_guest_pays_for_no_sign_in(imported_by, words):
    modules = imported_by(words, {"MICROMART_IDENTITY__ISSUER": NOWHERE})

    assert sorted(modules & (UNUSED | VERIFIES)) == []
    assert not [name for name in modules if "local_identity.identity" in name]


@pytest.mark.servers
def test_who_is_signed_in_pays_for_the_signature_and_nothing_else(imported_by, keycloak):
    env = settings_of(keycloak)
    assert sign_in(keycloak.person(), env).code == 0

    for words in ("cart show --json", "order list --json", "product list --json"):
        modules = imported_by(words, env)
        assert sorted(modules & UNUSED) == sorted(modules & VERIFIES)
        assert "micromart_core.adapters.keycloak.verifier" in modules
        assert not [name for name in modules if "local_identity.identity" in name]
