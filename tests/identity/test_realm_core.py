"""What micromart-core may do in the real realm: read people, hand out staff roles, and nothing that leads further."""

import pytest

pytestmark = pytest.mark.servers
STAFF = ["stock-clerk", "catalog-manager", "order-manager"]


@pytest.fixture
def core(keycloak):
    """A function that uses the administrator's interface as micromart-core."""
    token = keycloak.client_token(keycloak.core).body["access_token"]
    return lambda method, path, body=None: keycloak.admin(method, path, body, token)


@pytest.fixture
def ann(keycloak) -> str:
    return keycloak.id_of(keycloak.person())


def roles_of(keycloak, user: str) -> set[str]:
    return {role["name"] for role in keycloak.admin("GET", f"/users/{user}/role-mappings/realm").body}


@pytest.mark.parametrize("role", STAFF)
def test_it_grants_and_revokes_a_staff_role(keycloak, core, ann, role):
    granted = [keycloak.role(role)]

    assert core("POST", f"/users/{ann}/role-mappings/realm", granted).status == 204
    assert role in roles_of(keycloak, ann)
    assert core("DELETE", f"/users/{ann}/role-mappings/realm", granted).status == 204
    assert role not in roles_of(keycloak, ann)


@pytest.mark.parametrize("role", ["admin", "automation", "shopper"])
def test_it_grants_and_revokes_no_other_role(keycloak, core, ann, role):
    before = roles_of(keycloak, ann)

    assert core("POST", f"/users/{ann}/role-mappings/realm", [keycloak.role(role)]).status == 403
    assert core("DELETE", f"/users/{ann}/role-mappings/realm", [keycloak.role(role)]).status == 403
    assert roles_of(keycloak, ann) == before


def test_it_learns_from_a_person_which_roles_it_may_grant(core, ann):
    offered = core("GET", f"/users/{ann}/role-mappings/realm/available").body

    assert {role["name"] for role in offered} == set(STAFF)


def test_it_grants_no_role_of_keycloaks_own(keycloak, core, ann):
    [owner] = keycloak.admin("GET", "/clients?clientId=realm-management").body
    for name in ("realm-admin", "manage-users", "impersonation"):
        role = keycloak.admin("GET", f"/clients/{owner['id']}/roles/{name}").body

        assert core("POST", f"/users/{ann}/role-mappings/clients/{owner['id']}", [role]).status == 403


def test_it_makes_no_staff_role_greater(keycloak, core):
    clerk, admin = keycloak.role("stock-clerk"), keycloak.role("admin")

    assert core("POST", f"/roles-by-id/{clerk['id']}/composites", [admin]).status == 403


def test_it_resets_no_password_and_changes_no_account(core, ann):
    password = {"type": "password", "value": "nine quiet herons, one boat", "temporary": False}

    assert core("PUT", f"/users/{ann}/reset-password", password).status == 403
    assert core("PUT", f"/users/{ann}", {"enabled": False}).status == 403
    assert core("PUT", f"/users/{ann}", {"email": "mallory@example.org"}).status == 403
    assert core("PUT", f"/users/{ann}/execute-actions-email", ["UPDATE_PASSWORD"]).status == 403
    assert core("POST", f"/users/{ann}/impersonation", {}).status == 403
    assert core("DELETE", f"/users/{ann}").status == 403
    assert core("POST", "/users", {"username": "mallory", "enabled": True}).status == 403


def test_it_reads_whom_it_serves_and_nothing_of_the_realm(core, ann):
    assert core("GET", f"/users/{ann}").body["id"] == ann
    for path in ("/clients", "/roles", "/events", "/admin-events", "/keys"):
        answer = core("GET", path)
        assert answer.status == 403 or answer.body == [], path


def test_it_asks_whether_a_persons_token_is_still_good(keycloak):
    person = keycloak.person()
    token = keycloak.sign_in(person)["access_token"]
    ask = "/protocol/openid-connect/token/introspect"
    assert keycloak.post(ask, keycloak.core, token=token).body["active"] is True

    keycloak.admin("PUT", f"/users/{keycloak.id_of(person)}", {"enabled": False})

    assert keycloak.post(ask, keycloak.core, token=token).body["active"] is False
    assert keycloak.post(ask, "micromart-cli", token=token).status in (401, 403)


def test_nobody_elses_token_opens_the_administrators_interface(keycloak, ann):
    admin = keycloak.sign_in(keycloak.person("admin"))["access_token"]
    script = keycloak.client_token(keycloak.automation).body["access_token"]

    for token in (admin, script):
        assert keycloak.admin("GET", f"/users/{ann}", token=token).status == 403
        assert (
            keycloak.admin(
                "POST", f"/users/{ann}/role-mappings/realm", [keycloak.role("stock-clerk")], token=token
            ).status
            == 403
        )
