"""How a sign-in at the real realm ends: by its owner, by an administrator, by a new password."""

import pytest

from micromart_core.permissions import Permission, Role, permissions_of
from tests.identity.person import ANOTHER
from tests.identity.real_keycloak import permissions_in

pytestmark = pytest.mark.servers
SHOPPER = permissions_of(frozenset({Role.SHOPPER}))


def introspected(keycloak, token: str) -> dict:
    return keycloak.post("/protocol/openid-connect/token/introspect", keycloak.core, token=token).body


def test_a_session_that_was_revoked_is_dead_at_once(keycloak):
    tokens = keycloak.sign_in(keycloak.person())

    revoked = keycloak.post("/protocol/openid-connect/revoke", "micromart-cli", token=tokens["refresh_token"])

    assert revoked.status == 200
    assert keycloak.refresh(tokens["refresh_token"]).error == "invalid_grant"
    assert introspected(keycloak, tokens["access_token"])["active"] is False


def test_a_disabled_person_neither_renews_nor_signs_in(keycloak):
    ann = keycloak.person()
    tokens = keycloak.sign_in(ann)

    keycloak.admin("PUT", f"/users/{keycloak.id_of(ann)}", {"enabled": False})

    assert keycloak.refresh(tokens["refresh_token"]).error == "invalid_grant"
    ann.open(keycloak.begin().link)
    ann.sign_in()
    assert ann.sees("username", "password")


def test_a_role_that_was_taken_is_gone_at_once_for_whoever_asks_and_with_the_next_token(keycloak):
    ann = keycloak.person(Role.STOCK_CLERK)
    tokens = keycloak.sign_in(ann)
    assert Permission.STOCK_ADJUST in permissions_in(tokens["access_token"])

    taken = [keycloak.role(Role.STOCK_CLERK)]
    keycloak.admin("DELETE", f"/users/{keycloak.id_of(ann)}/role-mappings/realm", taken)

    told = introspected(keycloak, tokens["access_token"])
    assert set(told["resource_access"]["micromart"]["roles"]) == SHOPPER
    assert permissions_in(keycloak.refresh(tokens["refresh_token"]).body["access_token"]) == SHOPPER


def test_who_chooses_a_new_password_can_end_all_other_sessions_with_it(keycloak):
    ann = keycloak.person()
    elsewhere = keycloak.sign_in(ann)
    ann.open(keycloak.begin().link)
    ann.forget_password()
    ann.follow_letter()

    ann.choose_password_and_sign_out_elsewhere(ANOTHER)

    assert keycloak.refresh(elsewhere["refresh_token"]).error == "invalid_grant"
    assert introspected(keycloak, elsewhere["access_token"])["active"] is False
