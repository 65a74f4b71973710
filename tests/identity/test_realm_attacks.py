"""Attacks on the real realm: codes guessed, raced for and polled in a storm."""

import secrets
import threading
from concurrent.futures import ThreadPoolExecutor
from time import sleep

import pytest

from micromart_core.adapters.keycloak.device_flow import DeviceFlow
from micromart_core.adapters.keycloak.discovery import discover
from micromart_core.adapters.keycloak.tokens import TokenEndpoint
from micromart_core.adapters.keycloak.wire import Wire
from tests.identity.person import Person
from tests.identity.real_keycloak import parts_of

pytestmark = [pytest.mark.servers, pytest.mark.slow]
GUESSES, SIGNS = 1000, "BCDFGHJKLMNPQRSTVWXZ"
STORM = 8


@pytest.fixture
def wire():
    wire = Wire()
    yield wire
    wire.close()


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
        assert person.sees("accept", "cancel")
    with ThreadPoolExecutor(2) as race:
        list(race.map(Person.approve, people))

    answer = keycloak.finish(device)

    assert answer.status == 200, answer
    assert parts_of(answer.body["access_token"])[1]["sub"] in {keycloak.id_of(person) for person in people}
    assert keycloak.finish(device).error == "invalid_grant"


def test_a_storm_of_polls_is_told_to_slow_down_and_ends_no_honest_sign_in(keycloak, wire):
    endpoints = discover(wire, keycloak.issuer)
    ann, flow = keycloak.person(), DeviceFlow(TokenEndpoint(wire, endpoints, "micromart-cli"))
    code, stormed = flow.start("openid"), keycloak.begin()
    with ThreadPoolExecutor(STORM) as storm:
        told = {answer.error for answer in storm.map(lambda _: keycloak.finish(stormed), range(STORM * 4))}
    ann.open(code.verification_uri_complete)
    ann.sign_in()
    ann.approve()

    assert told == {"slow_down", "authorization_pending"}
    token = flow.wait(code, threading.Event()).access_token
    assert parts_of(token)[1]["sub"] == keycloak.id_of(ann)


def test_a_stormed_code_can_still_be_approved_and_fetched_at_the_pace_it_was_told(keycloak):
    ann, device = keycloak.person(), keycloak.begin()
    assert {keycloak.finish(device).error for _ in range(3)} == {"slow_down", "authorization_pending"}
    ann.open(device.link)
    ann.sign_in()
    ann.approve()

    sleep(10)

    assert keycloak.finish(device).status == 200
