"""A sign-in in the memory of one process: shared by its threads, renewed once, of one home, and written nowhere."""

import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest
from msgspec.structs import replace

from micromart_core.adapters.keycloak.memory_store import MemoryStore
from micromart_core.adapters.keycloak.refusals import RenewalWaited
from micromart_core.adapters.keycloak.sign_in_store import StoredSignIn
from micromart_core.adapters.keycloak.tokens import TokenEndpoint
from micromart_core.bootstrap_issuer import Issuer
from micromart_core.caller import THE_SHOP
from micromart_core.clock import utc_now
from micromart_core.home import find_home
from micromart_core.identity import KnownCaller
from micromart_core.settings import IdentitySettings, Settings
from tests.identity.issuer import CLIENT, ISSUER
from tests.people import HERE

THREADS, CALLS = 8, 16


class Hosted:
    """A process that serves several homes at the real Keycloak, and writes no sign-in down."""

    def __init__(self, keycloak, shop, folder: Path) -> None:
        self.keycloak, self.shop, self.folder = keycloak, shop, folder
        self.wiring = Issuer(Settings(identity=IdentitySettings(issuer=keycloak.issuer, token_store="memory")))

    def home(self, name: str):
        return find_home({"MICROMART_HOME": str(self.folder / name)})

    def sign_in_of(self, name: str):
        home, gateway = self.home(name), self.shop.shop.gateway
        door = partial(gateway, self.wiring.identity_of(home))
        return self.wiring.sign_in_at(home, self.wiring.reception_of(home, gateway(KnownCaller(THE_SHOP)), door))

    def signs_in(self, name: str):
        ann, sign_in = self.keycloak.person(), self.sign_in_of(name)
        code = sign_in.begin(session_only=False)
        ann.open(code.verification_uri_complete)
        ann.sign_in()
        ann.approve()
        return ann, sign_in.finish(code, threading.Event(), HERE)[0]


@pytest.fixture
def hosted(keycloak, shop, tmp_path):
    hosted = Hosted(keycloak, shop, tmp_path / "homes")
    yield hosted
    hosted.wiring.close()


@pytest.fixture
def refreshed(monkeypatch):
    """Every refresh token that was traded, while the real one is traded."""
    refresh, traded = TokenEndpoint.refresh, []

    def noting(self, token):
        traded.append(token)
        return refresh(self, token)

    monkeypatch.setattr(TokenEndpoint, "refresh", noting)
    return traded


def written(folder: Path) -> dict[str, bytes]:
    return {str(file): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


@pytest.mark.servers
def test_many_threads_renew_once_at_the_real_keycloak_and_nothing_is_written(hosted, refreshed, tmp_path):
    ann, session = hosted.signs_in("one")
    store = hosted.sign_in_of("one").store
    first = store.load()
    store.save(replace(first, expires_at=0.0))
    credentials, together = hosted.wiring.credentials_of(hosted.home("one")), threading.Barrier(THREADS)

    def ask(_) -> list[str]:
        together.wait()
        return [credentials().token for _ in range(CALLS)]

    with ThreadPoolExecutor(THREADS) as threads:
        tokens = [token for given in threads.map(ask, range(THREADS)) for token in given]

    assert (session.user, session.token_store) == (ann.name, "memory")
    assert (len(tokens), set(tokens)) == (THREADS * CALLS, {store.load().access_token})
    assert first.access_token not in tokens
    assert refreshed == [first.refresh_token]
    status = hosted.sign_in_of("one").status(credentials())
    assert (status.user, status.token_store) == (ann.name, "memory")
    secrets = [each for held in (first, store.load()) for each in (held.access_token, held.refresh_token)]
    left = written(tmp_path)
    assert any("cart-secret" in file for file in left)
    assert [file for file, body in left.items() if any(secret.encode() in body for secret in secrets)] == []
    assert not (hosted.home("one").state / "identity").exists()


@pytest.mark.servers
def test_each_home_has_a_sign_in_of_its_own_that_ends_with_the_process_or_at_the_issuer(hosted, keycloak, shop):
    ann, _ = hosted.signs_in("one")
    bob, _ = hosted.signs_in("two")
    key = hosted.sign_in_of("one").store.load().refresh_token

    after = Hosted(keycloak, shop, hosted.folder)
    assert after.sign_in_of("one").store.load() is None
    after.wiring.close()

    assert hosted.sign_in_of("one").sign_out() == (ann.name, True)
    assert hosted.sign_in_of("one").store.load() is None
    assert keycloak.refresh(key).error == "invalid_grant"
    assert hosted.sign_in_of("two").store.load().user == bob.name


def test_whoever_waits_too_long_for_the_turn_is_told_and_the_sign_in_stays():
    store = MemoryStore(ISSUER, CLIENT, utc_now, patience_seconds=0.05)
    held = StoredSignIn(ISSUER, CLIENT, "ann", "a1", 0.0, "r1", place="memory")
    store.save(held)

    with store.lock(), ThreadPoolExecutor(1) as threads:
        refusal = threads.submit(lambda: store.lock().__enter__()).exception()

    assert isinstance(refusal, RenewalWaited)
    assert (refusal.exit_code, store.load()) == (75, held)
    with store.lock():
        store.clear()
    assert store.load() is None
    assert not {"a1", "r1"} & set(repr(held).replace("'", " ").split())
