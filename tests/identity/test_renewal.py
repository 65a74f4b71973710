"""A sign-in is renewed once, whoever asks at the same time, and is kept where nobody else can read it."""

import json
import os
import stat
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import httpx
import pytest

from micromart_core.adapters.keycloak.device_flow import DeviceFlow
from micromart_core.adapters.keycloak.discovery import discover
from micromart_core.adapters.keycloak.refusals import IssuerUnreachable, SignInLost, SignInOver
from micromart_core.adapters.keycloak.renewal import Renewal
from micromart_core.adapters.keycloak.sign_in_store import StoredSignIn
from micromart_core.adapters.keycloak.token_store import TokenStore
from micromart_core.adapters.keycloak.tokens import TokenEndpoint
from micromart_core.adapters.keycloak.wire import Wire
from micromart_core.adapters.session_store import SessionUnsafe
from micromart_core.clock import utc_now
from micromart_core.home import find_home
from tests.identity.issuer import CLIENT, DESCRIPTION, ISSUER, REALM, Issuer

CHECKOUT = Path(__file__).parents[2]
PROCESSES, CALLS = 8, 16
NEXT = {"access_token": "a2", "token_type": "Bearer", "expires_in": 300, "refresh_token": "r2"}


@pytest.fixture
def issuer():
    issuer = Issuer()
    yield issuer
    issuer.wire.close()


@pytest.fixture
def home(tmp_path):
    return find_home({"MICROMART_HOME": str(tmp_path)})


@pytest.fixture
def store(home):
    return TokenStore(home, ISSUER, CLIENT, utc_now)


@pytest.fixture
def renewal(issuer, store):
    tokens = TokenEndpoint(issuer.wire, discover(issuer.wire, ISSUER), CLIENT)
    return Renewal(store, tokens.refresh, tokens.revoke)


def signed_in(lives: float, issuer: str = ISSUER, refresh_token: str | None = "r1") -> StoredSignIn:
    return StoredSignIn(issuer, CLIENT, "ann", "a1", utc_now().timestamp() + lives, refresh_token)


def tokens_of_processes(home: Path, issuer: str) -> list[str]:
    """Start the processes, let all of them go at once, and return every token that they were given."""
    command = [sys.executable, "-m", "tests.identity.renewing", str(home), issuer, CLIENT, str(CALLS)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    started = [subprocess.Popen(command, cwd=CHECKOUT, text=True, **pipes) for _ in range(PROCESSES)]
    assert [process.stdout.readline() for process in started] == ["ready\n"] * PROCESSES
    for process in started:
        process.stdin.write("go\n")
        process.stdin.flush()
    ended = [process.communicate(timeout=120) for process in started]
    assert [(process.returncode, errors) for process, (_, errors) in zip(started, ended, strict=True)] == [
        (0, "")
    ] * PROCESSES
    return [token for said, _ in ended for token in said.split()]


def test_nobody_signed_in_has_no_token_and_asks_nobody(issuer, renewal):
    asked = len(issuer.asked)

    assert renewal.access_token() is None
    assert renewal.sign_out() is None
    assert len(issuer.asked) == asked


def test_a_fresh_token_asks_nobody(issuer, renewal, store):
    store.save(signed_in(lives=200))

    assert renewal.access_token() == "a1"
    assert issuer.count("/token") == 0


def test_a_token_near_its_end_is_renewed_and_its_key_rotated(issuer, renewal, store):
    store.save(signed_in(lives=20))
    issuer.answers["/token"] = [(200, NEXT)]

    assert [renewal.access_token(), renewal.access_token()] == ["a2", "a2"]
    assert store.load().refresh_token == "r2"
    assert issuer.count("/token") == 1


@pytest.mark.parametrize(
    ("answer", "refusal"), [((400, {"error": "invalid_grant"}), SignInOver), (httpx.ReadTimeout("no"), SignInLost)]
)
def test_a_dead_sign_in_is_forgotten_and_not_tried_again(issuer, renewal, store, answer, refusal):
    store.save(signed_in(lives=-1))
    issuer.answers["/token"] = [answer, (200, NEXT)]

    with pytest.raises(refusal):
        renewal.access_token()

    assert renewal.access_token() is None
    assert issuer.count("/token") == 1


def test_while_the_issuer_is_down_a_token_is_used_to_its_end_and_the_sign_in_is_kept(issuer, renewal, store):
    issuer.answers["/token"] = [httpx.ConnectError("no"), httpx.ConnectError("no"), (200, NEXT)]

    store.save(signed_in(lives=20))
    assert renewal.access_token() == "a1"

    store.save(signed_in(lives=-1))
    with pytest.raises(IssuerUnreachable):
        renewal.access_token()
    assert renewal.access_token() == "a2"


@pytest.mark.parametrize(("answer", "was_ended"), [((200, (b"",)), True), (httpx.ConnectError("no"), False)])
def test_signing_out_ends_it_at_the_issuer_first_and_here_in_any_case(issuer, renewal, store, answer, was_ended):
    store.save(signed_in(lives=200))
    issuer.answers["/revoke"] = [answer]

    assert renewal.sign_out() == ("ann", was_ended)
    assert store.load() is None


def test_signing_out_while_others_renew_ends_the_newest_key_once_and_nothing_comes_back(issuer, renewal, store):
    store.save(signed_in(lives=-1))
    issuer.answers["/token"] = [(200, NEXT)]
    issuer.answers["/revoke"] = [(200, (b"",))]

    with ThreadPoolExecutor(16) as threads:
        asked = [threads.submit(renewal.sign_out if turn % 4 == 0 else renewal.access_token) for turn in range(32)]
    answers = [each.result() for each in asked]

    newest = "r2" if issuer.count("/token") else "r1"
    assert [form["token"] for path, form in issuer.asked if path.endswith("/revoke")] == [newest]
    assert [left for left in answers if isinstance(left, tuple)] == [("ann", True)]
    assert set(answers) <= {None, "a2", ("ann", True)}
    assert (store.load(), issuer.count("/token") <= 1) == (None, True)


def test_the_file_is_its_owners_alone_and_shows_nothing(store):
    store.save(signed_in(lives=200))

    assert stat.S_IMODE(store.file.stat().st_mode) == 0o600
    assert stat.S_IMODE(store.file.parent.stat().st_mode) == 0o700
    assert not {"a1", "r1"} & set(repr(store.load()).replace("'", " ").split())


@pytest.mark.parametrize("damage", ["mode", "symlink", "pipe", "folder", "junk", "nested", "year 33658"])
def test_a_file_others_could_have_touched_is_refused(store, damage):
    store.save(signed_in(lives=200))
    match damage:
        case "mode":
            store.file.chmod(0o644)
        case "symlink":
            store.file.rename(store.file.with_suffix(".moved"))
            store.file.symlink_to(store.file.with_suffix(".moved"))
        case "junk":
            store.file.write_bytes(b"[")
        case "pipe":
            store.file.unlink()
            os.mkfifo(store.file, 0o600)
        case "folder":
            store.file.unlink()
            store.file.mkdir(mode=0o700)
        case "nested":
            store.file.write_bytes(b'{"x": ' + b"[" * 100_000)
        case "year 33658":
            store.file.write_text(json.dumps(json.loads(store.file.read_text()) | {"ends_at": 1e12}))

    with pytest.raises(SessionUnsafe):
        store.load()


def test_a_sign_in_of_another_issuer_is_nobodys(store):
    store.save(signed_in(lives=200, issuer="https://evil.example"))

    assert store.load() is None


class _Quiet(WSGIRequestHandler):
    def log_message(self, *args):
        """Nothing on stderr: the test reads it."""


class _Threads(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    request_queue_size = 64


@pytest.mark.slow
def test_many_processes_with_an_expired_token_renew_it_once(issuer, home, tmp_path):
    with make_server("127.0.0.1", 0, issuer, server_class=_Threads, handler_class=_Quiet) as server:
        origin = f"http://127.0.0.1:{server.server_port}"
        here = origin + REALM
        said = {name: address.replace(ISSUER, here) for name, address in DESCRIPTION.items()}
        issuer.description = said
        issuer.answers["/token"] = [(200, NEXT)]
        TokenStore(home, here, CLIENT, utc_now).save(signed_in(lives=-1, issuer=here))
        threading.Thread(target=server.serve_forever, daemon=True).start()

        tokens = tokens_of_processes(tmp_path, here)
        server.shutdown()

    assert tokens == ["a2"] * PROCESSES * CALLS
    assert issuer.count("/token") == 1


@pytest.mark.slow
@pytest.mark.servers
def test_many_processes_renew_once_at_the_real_keycloak(keycloak, home, tmp_path):
    wire, ann = Wire(), keycloak.person()
    endpoint = TokenEndpoint(wire, discover(wire, keycloak.issuer), CLIENT)
    flow = DeviceFlow(endpoint)
    code = flow.start("openid offline_access")
    ann.open(code.verification_uri_complete)
    ann.sign_in()
    ann.approve()
    first = flow.wait(code, threading.Event())
    store = TokenStore(home, keycloak.issuer, CLIENT, utc_now)
    store.save(StoredSignIn(keycloak.issuer, CLIENT, ann.name, first.access_token, 0.0, first.refresh_token))

    tokens = tokens_of_processes(tmp_path, keycloak.issuer)

    assert len(tokens) == PROCESSES * CALLS
    assert len(set(tokens)) == 1
    assert first.access_token not in tokens
    endpoint.refresh(store.load().refresh_token)  # the session lives: nothing was used twice
    wire.close()
