"""The key of a sign-in in the keyring of the system: taken, read back, given up after two seconds, never lost."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from keyring.backend import KeyringBackend

from micromart_core.adapters.keycloak import vault as vaults
from micromart_core.adapters.keycloak.refusals import IssuerUnreachable, KeyringSilent, SignInOver
from micromart_core.adapters.keycloak.renewal import Renewal
from micromart_core.adapters.keycloak.token_store import TokenStore
from micromart_core.adapters.keycloak.tokens import Tokens
from micromart_core.adapters.keycloak.vault import OsKeyring
from micromart_core.clock import utc_now
from micromart_core.home import find_home
from tests.identity.issuer import CLIENT, ISSUER


class Ring(KeyringBackend):
    """A keyring as `keyring` knows them, in memory; `trouble` is what it does instead of answering."""

    priority = 5

    def __init__(self) -> None:
        self.secrets: dict[tuple[str, str], str] = {}
        self.trouble = lambda: None

    def get_password(self, service, username):
        self.trouble()
        return self.secrets.get((service, username))

    def set_password(self, service, username, password):
        self.trouble()
        self.secrets[service, username] = password

    def delete_password(self, service, username):
        self.trouble()
        del self.secrets[service, username]


def locked():
    raise RuntimeError("the collection is locked")


@pytest.fixture
def ring():
    return Ring()


@pytest.fixture
def home(tmp_path):
    return find_home({"MICROMART_HOME": str(tmp_path)})


@pytest.fixture
def store(home, ring):
    return TokenStore(home, ISSUER, CLIENT, utc_now, OsKeyring(lambda: iter([ring])))


def tokens(number: int, expires_in: int = 300) -> Tokens:
    return Tokens(f"a{number}", expires_in, f"canary-r{number}", 2592000)


def renewal_of(store, refresh):
    return Renewal(store, refresh, lambda token: None)


def test_the_key_lies_in_the_keyring_and_the_short_token_in_the_file(store, ring):
    store.save(store.signed_in("ann", tokens(1)))

    held = store.load()
    assert (held.place, held.access_token, store.key_of(held)) == ("keyring", "a1", "canary-r1")
    assert "canary" not in store.file.read_text()
    assert list(ring.secrets.values()) == ["canary-r1"]


def test_a_fresh_token_asks_no_keyring(store, ring):
    store.save(store.signed_in("ann", tokens(1)))
    ring.trouble = locked

    assert renewal_of(store, None).access_token() == "a1"


def test_renewing_takes_the_key_out_and_puts_the_next_one_in(store, ring):
    store.save(store.signed_in("ann", tokens(1, expires_in=0)))
    used = []

    assert renewal_of(store, lambda key: used.append(key) or tokens(2)).access_token() == "a2"
    assert (used, list(ring.secrets.values())) == (["canary-r1"], ["canary-r2"])
    assert "canary" not in store.file.read_text()


def test_a_key_that_the_keyring_does_not_take_any_more_is_kept_in_the_file(store, ring):
    store.save(store.signed_in("ann", tokens(1, expires_in=0)))

    def refresh(key):
        ring.trouble = locked
        return tokens(2)

    renewal_of(store, refresh).access_token()

    held = store.load()
    assert (held.place, store.key_of(held)) == ("file", "canary-r2")


def test_a_locked_keyring_is_named_and_the_sign_in_goes_on_once_it_is_open(store, ring):
    store.save(store.signed_in("ann", tokens(1, expires_in=0)))
    ring.trouble = locked
    renewal = renewal_of(store, lambda key: tokens(2))

    with pytest.raises(KeyringSilent):
        renewal.access_token()

    ring.trouble = lambda: None
    assert renewal.access_token() == "a2"


def test_a_key_that_somebody_deleted_ends_the_sign_in(store, ring):
    store.save(store.signed_in("ann", tokens(1, expires_in=0)))
    ring.secrets.clear()

    with pytest.raises(SignInOver):
        renewal_of(store, lambda key: tokens(2)).access_token()
    assert store.load() is None


def test_signing_out_ends_it_by_its_key_and_empties_the_keyring(store, ring):
    store.save(store.signed_in("ann", tokens(1)))
    revoked = []

    assert Renewal(store, lambda key: tokens(2), revoked.append).sign_out() == ("ann", True)
    assert (revoked, ring.secrets, store.load()) == (["canary-r1"], {}, None)


def test_a_keyring_that_does_not_answer_is_given_up_after_two_seconds(store, ring, monkeypatch):
    monkeypatch.setattr(vaults, "PATIENCE", 0.2)
    ring.trouble = lambda: time.sleep(5)
    began = time.monotonic()

    store.save(store.signed_in("ann", tokens(1)))

    assert time.monotonic() - began < 2
    held = store.load()
    assert (held.place, held.refresh_token) == ("file", "canary-r1")


def test_two_homes_of_one_person_do_not_share_a_key(store, ring, tmp_path):
    other = find_home({"MICROMART_HOME": str(tmp_path / "other")})
    theirs = TokenStore(other, ISSUER, CLIENT, utc_now, OsKeyring(lambda: iter([ring])))
    store.save(store.signed_in("ann", tokens(1)))
    theirs.save(theirs.signed_in("bob", tokens(2)))

    assert (store.key_of(store.load()), theirs.key_of(theirs.load())) == ("canary-r1", "canary-r2")


def test_while_the_issuer_is_down_the_key_stays_where_it_is(store, ring):
    store.save(store.signed_in("ann", tokens(1, expires_in=0)))

    def down(key):
        raise IssuerUnreachable("id.example.org", "no", was_sent=False)

    with pytest.raises(IssuerUnreachable):
        renewal_of(store, down).access_token()
    assert store.key_of(store.load()) == "canary-r1"


PLAIN_TEXT = """
from keyring.backend import KeyringBackend

class Keyring(KeyringBackend):
    priority = 99
    def get_password(self, service, username): raise AssertionError("asked")
    def set_password(self, service, username, password): raise AssertionError("given a key")
    def delete_password(self, service, username): raise AssertionError("asked")
"""
PROBE = "from micromart_core.adapters.keycloak.vault import OsKeyring; print(OsKeyring().keep('a', 'canary'))"


@pytest.mark.parametrize("bus", ["none", "without a keyring"])
def test_a_plug_in_of_keyring_is_never_given_a_key(tmp_path, bus):
    (tmp_path / "plain.py").write_text(PLAIN_TEXT)
    environ = {name: value for name, value in os.environ.items() if name != "DBUS_SESSION_BUS_ADDRESS"}
    environ |= {"PYTHON_KEYRING_BACKEND": "plain.Keyring", "XDG_RUNTIME_DIR": str(tmp_path)}
    environ["PYTHONPATH"] = os.pathsep.join([str(tmp_path), str(Path(__file__).parents[2])])
    command = [sys.executable, "-c", PROBE]
    if bus != "none":
        if not Path("/usr/bin/dbus-run-session").exists():
            pytest.skip("no D-Bus here")
        command = ["dbus-run-session", "--", *command]

    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False, timeout=30)

    assert (done.returncode, done.stdout) == (0, "False\n"), done.stderr
    assert json.dumps(done.stderr).count("given a key") == 0
