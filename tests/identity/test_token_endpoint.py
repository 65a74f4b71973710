"""Renewing, ending and a script's own sign-in: what each answer of the token endpoint means."""

import logging
import traceback

import httpx
import pytest

from micromart_core.adapters.keycloak.discovery import discover
from micromart_core.adapters.keycloak.refusals import (
    IssuerBusy,
    IssuerMisbehaves,
    IssuerRefuses,
    IssuerUnreachable,
    SignInLost,
    SignInOver,
    WrongClientSecret,
)
from micromart_core.adapters.keycloak.tokens import TokenEndpoint
from micromart_core.errors import SignInFirst
from tests.identity.issuer import CLIENT, ISSUER, Issuer

TOKENS = {"access_token": "a2", "token_type": "Bearer", "expires_in": 300, "refresh_token": "canary-r2"}


@pytest.fixture
def issuer():
    issuer = Issuer()
    yield issuer
    issuer.wire.close()


@pytest.fixture
def tokens(issuer):
    return TokenEndpoint(issuer.wire, discover(issuer.wire, ISSUER), CLIENT)


def test_a_refresh_token_is_traded_for_the_next_one(issuer, tokens):
    issuer.answers["/token"] = [(200, TOKENS)]

    assert tokens.refresh("canary-r1").refresh_token == "canary-r2"
    sent = issuer.asked[-1][1]
    assert sent == {"grant_type": "refresh_token", "client_id": CLIENT, "refresh_token": "canary-r1"}


@pytest.mark.parametrize(
    ("answer", "refusal"),
    [
        ((400, {"error": "invalid_grant"}), SignInOver),
        ((400, {"error": "invalid_client"}), IssuerRefuses),
        ((429, {}), IssuerBusy),
        (httpx.ConnectError("no"), IssuerUnreachable),
        (httpx.ConnectTimeout("no"), IssuerUnreachable),
        (httpx.ReadTimeout("no"), SignInLost),
        (httpx.RemoteProtocolError("cut off"), SignInLost),
        ((502, {}), SignInLost),
        ((200, (b'{"access_tok',)), SignInLost),
        ((200, {}), SignInLost),
        ((302, {}, ("Location", "https://evil.example/")), SignInLost),
    ],
)
def test_a_refresh_that_fails_is_never_tried_again_and_tells_what_it_knows(issuer, tokens, answer, refusal):
    issuer.answers["/token"] = [answer, (200, TOKENS)]

    with pytest.raises(refusal) as told:
        tokens.refresh("canary-r1")

    assert issuer.count("/token") == 1
    assert "canary" not in repr(told.value) + str(vars(told.value)) + repr(told.value.__cause__)


def test_signing_out_takes_the_refresh_token_back(issuer, tokens):
    issuer.answers["/revoke"] = [(200, (b"",))]

    tokens.revoke("canary-r1")

    path, sent = issuer.asked[-1]
    assert path.endswith("/revoke")
    assert sent == {"client_id": CLIENT, "token": "canary-r1", "token_type_hint": "refresh_token"}


@pytest.mark.parametrize(
    ("answer", "refusal"),
    [
        ((400, {"error": "unsupported_token_type"}), IssuerRefuses),
        ((404, {}), IssuerMisbehaves),
        ((503, {}), IssuerUnreachable),
    ],
)
def test_a_sign_out_that_the_issuer_did_not_do_is_told(issuer, tokens, answer, refusal):
    issuer.answers["/revoke"] = [answer]

    with pytest.raises(refusal):
        tokens.revoke("canary-r1")


def test_a_script_signs_in_by_its_secret_and_has_nothing_to_renew(issuer, tokens):
    answer = {name: said for name, said in TOKENS.items() if name != "refresh_token"}
    issuer.answers["/token"] = [(200, answer)]

    assert tokens.sign_in_client("canary-secret").refresh_token is None
    assert issuer.asked[-1][1]["grant_type"] == "client_credentials"


@pytest.mark.parametrize("error", ["invalid_client", "unauthorized_client"])
def test_a_script_with_a_wrong_secret_is_told_so(issuer, tokens, error):
    issuer.answers["/token"] = [(401, {"error": error})]

    with pytest.raises(WrongClientSecret) as told:
        tokens.sign_in_client("canary-secret")

    assert told.value.exit_code == 6
    assert "canary" not in repr(told.value) + str(vars(told.value))


def test_no_secret_is_in_a_log_or_a_traceback(issuer, tokens, caplog):
    caplog.set_level(logging.DEBUG)
    issuer.answers["/token"] = [(200, TOKENS), httpx.ReadTimeout("no"), (401, {"error": "invalid_client"})]
    tokens.refresh("canary-r1")
    secret = TOKENS["refresh_token"]  # a traceback shows the line that asks, so the secret is not written there

    for ask in (tokens.refresh, tokens.sign_in_client):
        with pytest.raises(SignInFirst) as told:
            ask(secret)
        assert "canary" not in "".join(traceback.format_exception(told.value))

    assert "/token" in caplog.text
    assert "canary" not in caplog.text
