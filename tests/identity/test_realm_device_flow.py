"""The device flow, the verifier and the token endpoint before the real realm, with a person at its pages."""

import threading

import pytest

from micromart_core.adapters.keycloak.device_flow import DeviceFlow
from micromart_core.adapters.keycloak.discovery import discover
from micromart_core.adapters.keycloak.key_cache import HomeKeyCache
from micromart_core.adapters.keycloak.keys import Keys
from micromart_core.adapters.keycloak.refusals import SignInDenied, SignInOver, TokenRefused, WrongClientSecret
from micromart_core.adapters.keycloak.tokens import TokenEndpoint
from micromart_core.adapters.keycloak.verifier import Verifier
from micromart_core.adapters.keycloak.wire import Wire
from micromart_core.clock import utc_now
from micromart_core.home import find_home
from micromart_core.permissions import Role, permissions_of

pytestmark = pytest.mark.servers
OFFLINE = "openid offline_access"


@pytest.fixture
def wire():
    wire = Wire()
    yield wire
    wire.close()


@pytest.fixture
def endpoints(wire, keycloak):
    return discover(wire, keycloak.issuer)


@pytest.fixture
def tokens(wire, endpoints):
    return TokenEndpoint(wire, endpoints, "micromart-cli")


@pytest.fixture
def verifier(wire, endpoints, keycloak, tmp_path):
    def fetch():
        return wire.get(endpoints.jwks_uri).body

    cache = HomeKeyCache(find_home({"MICROMART_HOME": str(tmp_path)}), keycloak.issuer)
    clients = frozenset({"micromart-cli", "micromart-automation"})
    keys = Keys(fetch, cache, utc_now, frozenset({"ES256"}))
    return Verifier(keycloak.issuer, "micromart", clients, keys, utc_now)


@pytest.fixture
def signed_in(tokens):
    """Sign a person in as the command line does, and return their tokens."""

    def sign_in(person, scope=OFFLINE):
        flow = DeviceFlow(tokens)
        code = flow.start(scope)
        person.open(code.verification_uri_complete)
        person.sign_in()
        person.approve()
        return flow.wait(code, threading.Event())

    return sign_in


def test_a_person_who_approves_is_known_by_their_subject(keycloak, verifier, signed_in):
    ann = keycloak.person(Role.STOCK_CLERK)

    proven = verifier.verify(signed_in(ann).access_token)

    assert (proven.subject, proven.username, proven.email) == (keycloak.id_of(ann), ann.name, ann.email)
    assert proven.permissions == permissions_of(frozenset({Role.SHOPPER, Role.STOCK_CLERK}))


def test_a_person_who_says_no_is_not_signed_in(keycloak, tokens):
    ann, flow = keycloak.person(), DeviceFlow(tokens)
    code = flow.start(OFFLINE)
    ann.open(code.verification_uri_complete)
    ann.sign_in()
    ann.deny()

    with pytest.raises(SignInDenied):
        flow.wait(code, threading.Event())


def test_an_id_token_and_a_refresh_token_open_nothing(keycloak, verifier):
    answer = keycloak.sign_in(keycloak.person())

    for name in ("id_token", "refresh_token"):
        with pytest.raises(TokenRefused):
            verifier.verify(answer[name])


def test_tokens_of_another_realm_and_of_another_client_open_nothing(keycloak, verifier):
    for foreign in (keycloak._admin_token, keycloak.client_token(keycloak.core).body["access_token"]):
        with pytest.raises(TokenRefused):
            verifier.verify(foreign)


def test_a_refresh_token_used_twice_ends_the_whole_session(keycloak, tokens, signed_in):
    first = signed_in(keycloak.person())
    second = tokens.refresh(first.refresh_token)
    assert second.refresh_token != first.refresh_token

    for dead in (first, second):
        with pytest.raises(SignInOver):
            tokens.refresh(dead.refresh_token)


def test_after_signing_out_nothing_can_be_renewed(keycloak, tokens, signed_in):
    held = signed_in(keycloak.person())

    tokens.revoke(held.refresh_token)

    with pytest.raises(SignInOver):
        tokens.refresh(held.refresh_token)


def test_a_script_signs_in_by_its_secret_alone(keycloak, wire, endpoints, verifier):
    name, secret = keycloak.automation
    script = TokenEndpoint(wire, endpoints, name)

    proven = verifier.verify(script.sign_in_client(secret).access_token)

    assert (proven.client, proven.permissions) == (name, permissions_of(frozenset({Role.AUTOMATION})))
    with pytest.raises(WrongClientSecret):
        script.sign_in_client("another")
