"""What is written in the real realm's tokens: for whom, how long, and which permissions."""

import pytest

from micromart_core.permissions import Role, permissions_of
from tests.identity.real_keycloak import parts_of, permissions_in

pytestmark = pytest.mark.servers
MONTH = 30 * 24 * 60 * 60


def test_a_persons_access_token_is_for_the_shop_alone_and_lives_five_minutes(keycloak):
    person = keycloak.person()

    tokens = keycloak.sign_in(person)
    header, claims = parts_of(tokens["access_token"])

    assert (header["alg"], header["typ"]) == ("ES256", "at+jwt")
    assert (claims["iss"], claims["aud"], claims["azp"]) == (keycloak.issuer, "micromart", "micromart-cli")
    assert (claims["typ"], claims["exp"] - claims["iat"]) == ("Bearer", 300)
    assert claims["sub"] == keycloak.id_of(person)
    assert (claims["email"], claims["email_verified"]) == (person.email, True)


def test_the_id_token_is_for_the_terminal_and_no_access_token(keycloak):
    header, claims = parts_of(keycloak.sign_in(keycloak.person())["id_token"])

    assert (header["alg"], claims["typ"], claims["aud"]) == ("ES256", "ID", "micromart-cli")
    assert header["typ"] != "at+jwt"


def test_offline_access_lasts_thirty_days_and_a_session_as_long_as_it_is_used(keycloak):
    offline = keycloak.sign_in(keycloak.person())
    online = keycloak.sign_in(keycloak.person(), scope="openid")

    assert parts_of(offline["refresh_token"])[1]["typ"] == "Offline"
    assert MONTH - 10 <= offline["refresh_expires_in"] <= MONTH
    assert parts_of(online["refresh_token"])[1]["typ"] == "Refresh"
    assert online["refresh_expires_in"] <= 1800


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.AUTOMATION}))
def test_a_role_brings_the_permissions_of_the_core(keycloak, role):
    tokens = keycloak.sign_in(keycloak.person(role), scope="openid")

    assert permissions_in(tokens["access_token"]) == permissions_of(frozenset({Role.SHOPPER, Role(role)}))


def test_a_script_has_the_permissions_of_its_role_and_nothing_to_renew(keycloak):
    tokens = keycloak.client_token(keycloak.automation).body
    header, claims = parts_of(tokens["access_token"])

    assert (header["alg"], header["typ"]) == ("ES256", "at+jwt")
    assert (claims["aud"], claims["azp"], claims["exp"] - claims["iat"]) == ("micromart", "micromart-automation", 300)
    assert permissions_in(tokens["access_token"]) == permissions_of(frozenset({Role.AUTOMATION}))
    assert "refresh_token" not in tokens


def test_the_shops_own_account_has_no_permission_and_no_audience(keycloak):
    claims = parts_of(keycloak.client_token(keycloak.core).body["access_token"])[1]

    assert {"aud", "resource_access", "realm_access"} & claims.keys() == set()
