"""Attacks on the real realm: codes guessed, raced for and polled in a storm, keys changed while the shop runs."""

import secrets
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from time import sleep

import pytest

from micromart_core.adapters.keycloak.device_flow import DeviceFlow
from micromart_core.adapters.keycloak.discovery import discover
from micromart_core.adapters.keycloak.key_cache import HomeKeyCache
from micromart_core.adapters.keycloak.keys import Keys
from micromart_core.adapters.keycloak.refusals import TokenRefused
from micromart_core.adapters.keycloak.tokens import TokenEndpoint
from micromart_core.adapters.keycloak.verifier import Verifier
from micromart_core.adapters.keycloak.wire import Wire
from micromart_core.clock import utc_now
from micromart_core.home import find_home
from tests.identity.real_keycloak import parts_of

pytestmark = [pytest.mark.servers, pytest.mark.slow]
GUESSES, SIGNS = 1000, "BCDFGHJKLMNPQRSTVWXZ"
STORM = 8
KEY_NAME = "rotated-by-tests"


class Process:
    """The keys and the verifier of a process that runs on, and whose clock can be moved a little."""

    def __init__(self, keycloak, folder) -> None:
        self.wire, self.later, self.fetched = Wire(), timedelta(0), 0
        self.endpoints = discover(self.wire, keycloak.issuer)
        cache = HomeKeyCache(find_home({"MICROMART_HOME": str(folder)}), keycloak.issuer)
        keys = Keys(self.fetch, cache, lambda: utc_now() + self.later, frozenset({"ES256"}))
        self.verify = Verifier(keycloak.issuer, "micromart", frozenset({"micromart-cli"}), keys, utc_now).verify

    def fetch(self):
        self.fetched += 1
        return self.wire.get(self.endpoints.jwks_uri).body


@pytest.fixture
def process(keycloak, tmp_path):
    process = Process(keycloak, tmp_path)
    yield process
    process.wire.close()


@pytest.fixture
def rotates(keycloak):
    """Give the realm a new key to sign with; afterwards the former one signs again, and the new one still counts."""
    made = []

    def rotate() -> None:
        for old in keycloak.admin("GET", f"/components?name={KEY_NAME}").body:
            keycloak.admin("DELETE", f"/components/{old['id']}")
        made.append(_key(priority=200))
        answer = keycloak.admin("POST", "/components", made[0])
        assert answer.status == 201, answer

    yield rotate
    for key in keycloak.admin("GET", f"/components?name={KEY_NAME}").body:
        keycloak.admin("PUT", f"/components/{key['id']}", key | _key(priority=-1))


def _key(priority: int) -> dict:
    config = {"priority": [str(priority)], "enabled": ["true"], "active": ["true"], "ecdsaEllipticCurveKey": ["P-256"]}
    kind = {"providerId": "ecdsa-generated", "providerType": "org.keycloak.keys.KeyProvider"}
    return {"name": KEY_NAME, "config": config, **kind}


def test_keys_rotated_at_the_issuer_while_the_shop_runs_are_found(keycloak, process, rotates):
    ann = keycloak.person()
    before = keycloak.sign_in(ann)
    assert process.verify(before["access_token"]).username == ann.name
    assert process.fetched == 1

    rotates()
    after = keycloak.refresh(before["refresh_token"]).body["access_token"]
    assert parts_of(after)[0]["kid"] != parts_of(before["access_token"])[0]["kid"]

    with pytest.raises(TokenRefused):  # within 30 s of a fetch unknown keys cost the issuer nothing
        process.verify(after)
    assert process.fetched == 1
    process.later = timedelta(seconds=31)
    assert process.verify(after).username == ann.name
    assert process.verify(before["access_token"]).username == ann.name
    assert process.fetched == 2


def test_a_thousand_guessed_codes_open_no_sign_in(keycloak):
    device, stranger = keycloak.begin(), keycloak.newcomer()
    start, _, code = device.link.partition("?user_code=")
    guesses = {"".join(secrets.choice(SIGNS) for _ in range(8)) for _ in range(GUESSES)}
    pages = [stranger.open(f"{start}?user_code={guess[:4]}-{guess[4:]}") for guess in sorted(guesses)]

    assert [page.text for page in pages if page.form_with("username", "password")] == []
    assert keycloak.finish(device).error == "authorization_pending"
    assert len(code) == 9
    assert stranger.open(device.link).form_with("username", "password")


def test_of_two_people_who_approve_one_code_at_most_one_is_signed_in_and_once(keycloak):
    device, people = keycloak.begin(), [keycloak.person(), keycloak.person()]
    for person in people:
        person.open(device.link)
        person.sign_in()
    with ThreadPoolExecutor(2) as race:
        list(race.map(_approve, people))

    answer = keycloak.finish(device)

    assert answer.status == 200, answer
    assert parts_of(answer.body["access_token"])[1]["sub"] in {keycloak.id_of(person) for person in people}
    assert keycloak.finish(device).error == "invalid_grant"


def _approve(person) -> None:
    if person.sees("accept", "cancel"):
        person.approve()


def test_a_storm_of_polls_is_told_to_slow_down_and_ends_no_honest_sign_in(keycloak, process):
    ann, flow = keycloak.person(), DeviceFlow(TokenEndpoint(process.wire, process.endpoints, "micromart-cli"))
    code, stormed = flow.start("openid"), keycloak.begin()
    with ThreadPoolExecutor(STORM) as storm:
        told = {answer.error for answer in storm.map(lambda _: keycloak.finish(stormed), range(STORM * 4))}
    ann.open(code.verification_uri_complete)
    ann.sign_in()
    ann.approve()

    assert told == {"slow_down", "authorization_pending"}
    assert process.verify(flow.wait(code, threading.Event()).access_token).username == ann.name


def test_a_stormed_code_can_still_be_approved_and_fetched_at_the_pace_it_was_told(keycloak):
    ann, device = keycloak.person(), keycloak.begin()
    assert {keycloak.finish(device).error for _ in range(3)} == {"slow_down", "authorization_pending"}
    ann.open(device.link)
    ann.sign_in()
    ann.approve()

    sleep(10)

    assert keycloak.finish(device).status == 200
