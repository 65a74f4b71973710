"""Which client of the real realm can get tokens in which way, and in no other."""

import pytest

from tests.identity.real_keycloak import challenge_of

pytestmark = pytest.mark.servers
VERIFIER = "a-verifier-of-more-than-forty-three-characters-in-all"


@pytest.mark.parametrize("client", ["cli", "automation", "core"])
def test_nobody_gets_a_token_for_a_password(keycloak, client):
    person = keycloak.person()
    asking = {"cli": "micromart-cli", "automation": keycloak.automation, "core": keycloak.core}[client]

    answer = keycloak.ask_token(asking, grant_type="password", username=person.name, password=person.password)

    assert (answer.status, answer.error) == (400, "unauthorized_client")


@pytest.mark.parametrize("kind", ["token", "code"])
@pytest.mark.parametrize("client", ["micromart-cli", "micromart-automation", "micromart-core"])
def test_no_page_is_given_a_token_or_a_code(keycloak, client, kind):
    asked = f"client_id={client}&response_type={kind}&nonce=1&redirect_uri=http://127.0.0.1/"

    page = keycloak.newcomer().open(f"{keycloak.issuer}/protocol/openid-connect/auth?{asked}")

    assert page.form_with("username", "password") is None
    assert "token=" not in page.url
    assert "sorry" in page.text


def test_a_device_without_pkce_is_refused(keycloak):
    answer = keycloak.ask_device("micromart-cli", scope="openid")

    assert (answer.status, answer.error) == (400, "invalid_request")


def test_a_device_with_plain_pkce_is_refused(keycloak):
    told = {"code_challenge": VERIFIER, "code_challenge_method": "plain"}

    answer = keycloak.post("/protocol/openid-connect/auth/device", "micromart-cli", **told)

    assert (answer.status, answer.error) == (400, "invalid_request")


@pytest.mark.parametrize("client", ["automation", "core"])
def test_a_service_cannot_begin_a_device_sign_in(keycloak, client):
    answer = keycloak.ask_device(getattr(keycloak, client), scope="openid", code_challenge=challenge_of(VERIFIER))

    assert answer.status in (400, 401)
    assert answer.error == "unauthorized_client"


def test_the_terminal_has_no_account_of_its_own_and_the_shop_itself_none_at_all(keycloak):
    assert keycloak.ask_token("micromart-cli", grant_type="client_credentials").error == "unauthorized_client"
    assert keycloak.ask_token("micromart", grant_type="client_credentials").status in (400, 401)


@pytest.mark.parametrize("client", ["automation", "core"])
def test_a_service_needs_its_secret_and_the_files_placeholder_is_none(keycloak, client):
    name, _ = getattr(keycloak, client)

    for guess in ("guessed", f"${{MICROMART_{client.upper()}_SECRET}}"):
        answer = keycloak.client_token((name, guess))
        assert (answer.status, answer.error) == (401, "unauthorized_client")


def test_a_device_code_waits_for_its_person_and_is_good_once(keycloak):
    person, device = keycloak.person(), keycloak.begin()
    assert keycloak.finish(device).error == "authorization_pending"

    again = keycloak.begin()
    person.open(again.link)
    person.sign_in()
    person.approve()

    assert keycloak.finish(again).status == 200
    assert keycloak.finish(again).error == "invalid_grant"


def test_what_was_denied_is_denied(keycloak):
    person, device = keycloak.person(), keycloak.begin()

    person.open(device.link)
    person.sign_in()
    person.deny()

    assert keycloak.finish(device).error == "access_denied"


def test_an_approved_code_is_worth_nothing_without_its_verifier(keycloak):
    person, device = keycloak.person(), keycloak.begin()
    person.open(device.link)
    person.sign_in()
    person.approve()

    assert keycloak.finish(device, code_verifier=VERIFIER).error == "invalid_grant"


def test_a_refresh_token_is_good_once_and_a_second_use_ends_the_session(keycloak):
    first = keycloak.sign_in(keycloak.person())["refresh_token"]
    second = keycloak.refresh(first).body["refresh_token"]

    assert keycloak.refresh(first).error == "invalid_grant"
    assert keycloak.refresh(second).error == "invalid_grant"
