"""Signing in by a code: patient asking, honest ends, and an issuer that is believed only about itself."""

import hashlib
from base64 import urlsafe_b64encode

import httpx
import pytest

from micromart_core.adapters.keycloak.device_flow import DeviceFlow
from micromart_core.adapters.keycloak.discovery import discover
from micromart_core.adapters.keycloak.refusals import (
    CodeDead,
    CodeExpired,
    IssuerMisbehaves,
    IssuerRefuses,
    SignInCancelled,
    SignInDenied,
)
from micromart_core.adapters.keycloak.tokens import TokenEndpoint
from tests.identity.issuer import CLIENT, ENDPOINT, ISSUER, Issuer

CODE = {
    "device_code": "canary-device-code",
    "user_code": "WDJB-MJHT",
    "verification_uri": f"{ISSUER}/device",
    "verification_uri_complete": f"{ISSUER}/device?user_code=WDJB-MJHT",
    "expires_in": 600,
    "interval": 5,
}
TOKENS = {"access_token": "a", "token_type": "Bearer", "expires_in": 300, "refresh_token": "r"}
PENDING = (400, {"error": "authorization_pending"})
SLOW_DOWN = (400, {"error": "slow_down"})


class Patience:
    """A person who waits, and a stopwatch that runs only while they do; gives up at the wait that is named."""

    def __init__(self, gives_up_at: int | None = None) -> None:
        self.now, self.waits, self.gives_up_at = 1000.0, [], gives_up_at

    def __call__(self) -> float:
        return self.now

    def wait(self, timeout: float) -> bool:
        self.waits.append(timeout)
        self.now += timeout
        return len(self.waits) == self.gives_up_at


@pytest.fixture
def issuer():
    issuer = Issuer()
    issuer.answers = {"/auth/device": [(200, dict(CODE))], "/token": []}
    yield issuer
    issuer.wire.close()


@pytest.fixture
def person():
    return Patience()


@pytest.fixture
def flow(issuer, person):
    return DeviceFlow(TokenEndpoint(issuer.wire, discover(issuer.wire, ISSUER), CLIENT), stopwatch=person)


def says(issuer, *answers) -> None:
    issuer.answers["/token"] = list(answers)


def test_whoever_approves_is_signed_in(issuer, flow, person):
    says(issuer, PENDING, PENDING, (200, TOKENS))

    tokens = flow.wait(flow.start("openid"), person)

    assert (tokens.access_token, tokens.refresh_token) == ("a", "r")
    assert person.waits == [5, 5, 5]


def test_without_an_interval_it_asks_every_five_seconds(issuer, flow, person):
    issuer.answers["/auth/device"] = [(200, {name: said for name, said in CODE.items() if name != "interval"})]
    says(issuer, PENDING, (200, TOKENS))

    flow.wait(flow.start("openid"), person)

    assert person.waits == [5, 5]


def test_told_to_slow_down_it_stays_slower_for_good(issuer, flow, person):
    says(issuer, SLOW_DOWN, PENDING, SLOW_DOWN, PENDING, (200, TOKENS))

    flow.wait(flow.start("openid"), person)

    assert person.waits == [5, 10, 10, 15, 15]


def test_while_the_issuer_does_not_answer_it_asks_less_and_less(issuer, flow, person):
    says(issuer, httpx.ReadTimeout("no"), httpx.ConnectError("no"), (503, {}), (200, TOKENS))

    flow.wait(flow.start("openid"), person)

    assert person.waits == [5, 10, 20, 40]


def test_it_stops_when_the_code_has_expired_by_its_own_stopwatch(issuer, flow, person):
    issuer.answers["/auth/device"] = [(200, CODE | {"expires_in": 12})]
    says(issuer, *[PENDING] * 10)
    code = flow.start("openid")

    with pytest.raises(CodeExpired):
        flow.wait(code, person)

    assert person.waits == [5, 5, 2]
    assert issuer.count("/token") == 2
    assert flow.seconds_left(code) == 0


def test_whoever_gives_up_is_asked_about_no_more(issuer, flow):
    says(issuer, *[PENDING] * 10)
    person = Patience(gives_up_at=3)
    flow = DeviceFlow(flow.tokens, stopwatch=person)

    with pytest.raises(SignInCancelled):
        flow.wait(flow.start("openid"), person)

    assert issuer.count("/token") == 2


@pytest.mark.parametrize(
    ("error", "refusal", "exit_code"),
    [
        ("access_denied", SignInDenied, 6),
        ("expired_token", CodeExpired, 6),
        ("invalid_grant", CodeDead, 6),
        ("invalid_client", IssuerRefuses, 1),
        ("unsupported_grant_type", IssuerRefuses, 1),
        ("\x1b[2Jsomething", IssuerMisbehaves, 69),
        (["a list"], IssuerMisbehaves, 69),
    ],
)
def test_every_refusal_ends_it_in_a_sentence_of_its_own(issuer, flow, person, error, refusal, exit_code):
    says(issuer, PENDING, (400, {"error": error, "error_description": "\x1b[31mcall 0900"}), PENDING)

    with pytest.raises(refusal) as told:
        flow.wait(flow.start("openid"), person)

    assert told.value.exit_code == exit_code
    assert "0900" not in f"{told.value.message} {told.value.why}"
    assert "\x1b" not in f"{told.value.message} {told.value.why}"
    assert issuer.count("/token") == 2


def test_each_attempt_proves_itself_by_a_fresh_verifier(issuer, flow, person):
    says(issuer, (200, TOKENS), (200, TOKENS))
    issuer.answers["/auth/device"] *= 2

    for _ in range(2):
        flow.wait(flow.start("openid"), person)

    begun = [form for path, form in issuer.asked if path.endswith("/auth/device")]
    ended = [form for path, form in issuer.asked if path.endswith("/token")]
    for first, last in zip(begun, ended, strict=True):
        digest = hashlib.sha256(last["code_verifier"].encode()).digest()
        assert first["code_challenge"] == urlsafe_b64encode(digest).decode().rstrip("=")
        assert first["code_challenge_method"] == "S256"
        assert 43 <= len(last["code_verifier"]) <= 128
    assert ended[0]["code_verifier"] != ended[1]["code_verifier"]


@pytest.mark.parametrize(
    "change",
    [
        {"verification_uri": "https://evil.example/device"},
        {"verification_uri_complete": "https://evil.example/device"},
        {"verification_uri": f"{ISSUER}/device\x1b]0;owned"},
        {"verification_uri_complete": "javascript:alert(1)"},
        {"verification_uri": "http://id.example.org/device"},
        {"verification_uri": "https://id.example.org@evil.example/device"},
        {"verification_uri": "https://@id.example.org/device"},
        {"verification_uri": f"{ISSUER}/device?{'a' * 512}"},
        {"verification_uri_complete": f"{ISSUER}/device?user_code={'W' * 3000}"},
        {"user_code": "WDJB\x1b[2J"},
        {"user_code": "W" * 33},
        {"user_code": ""},
        {"expires_in": 0},
        {"expires_in": "600"},
        {"interval": 0},
        {"interval": -5},
        {"interval": 10**12},
        {"interval": 10**400},
        {"expires_in": 10**12},
        {"device_code": None},
        {"device_code": ""},
        {"device_code": "half a \ud800"},
    ],
)
def test_what_must_not_be_shown_is_not_believed(issuer, flow, change):
    issuer.answers["/auth/device"] = [(200, CODE | change)]

    with pytest.raises(IssuerMisbehaves):
        flow.start("openid")


@pytest.mark.parametrize(
    "said",
    [
        {},
        TOKENS | {"token_type": "mac"},
        TOKENS | {"expires_in": 0},
        TOKENS | {"expires_in": "300"},
        TOKENS | {"access_token": ""},
        TOKENS | {"refresh_token": "half a \ud800"},
        TOKENS | {"refresh_token": "r\r\nCookie: x"},
        TOKENS | {"access_token": "a" * 20_000},
    ],
)
def test_tokens_of_an_unknown_kind_are_not_taken(issuer, flow, person, said):
    says(issuer, (200, said))

    with pytest.raises(IssuerMisbehaves):
        flow.wait(flow.start("openid"), person)


def test_what_only_the_attempt_knows_is_in_no_repr_and_no_address(issuer, flow, person):
    says(issuer, (200, TOKENS | {"access_token": "canary-access", "refresh_token": "canary-refresh"}))

    code = flow.start("openid")
    tokens = flow.wait(code, person)

    assert "canary" not in repr(code) + repr(tokens)
    assert code.verifier not in repr(code)
    assert all("?" not in address for address in (ENDPOINT, *(path for path, _ in issuer.asked)))
