"""deploy/keycloak: the realm's file is what its generator writes from the core's table of permissions."""

import json
import re

import pytest

from deploy.keycloak.realm import FILE, text_of_realm
from deploy.keycloak.roles import OWNER
from micromart_core.permissions import ROLES, Permission, Role

TEXT = FILE.read_text(encoding="utf-8")
REALM = json.loads(TEXT)
CLIENTS = {client["clientId"]: client for client in REALM["clients"]}


def test_the_file_is_what_its_generator_writes():
    assert text_of_realm() == TEXT, "try: python -m deploy.keycloak"


def test_every_permission_is_there_and_no_other():
    assert {role["name"] for role in REALM["roles"]["client"][OWNER]} == set(Permission)


@pytest.mark.parametrize("role", Role)
def test_a_role_is_made_of_the_permissions_that_the_core_gives_it(role):
    [found] = [each for each in REALM["roles"]["realm"] if each["name"] == role]

    assert found["composites"] == {"client": {OWNER: [each for each in Permission if each in ROLES[role]]}}


def test_what_every_newcomer_gets_is_written_out():
    [found] = [each for each in REALM["roles"]["realm"] if each["name"] == REALM["defaultRole"]["name"]]

    assert found["composites"] == {"realm": ["shopper", "offline_access"]}


def test_no_client_takes_a_password_or_hands_a_token_to_a_page():
    for client in CLIENTS.values():
        assert not client.get("directAccessGrantsEnabled"), client["clientId"]
        assert not client.get("implicitFlowEnabled")
        assert not client.get("standardFlowEnabled")
        assert client["fullScopeAllowed"] is False


def test_a_persons_tokens_cannot_carry_the_role_of_a_script():
    [people] = [each for each in REALM["scopeMappings"] if each["client"] == "micromart-cli"]

    assert set(people["roles"]) == set(Role) - {Role.AUTOMATION}


def test_no_secret_stands_in_it_and_without_one_its_client_is_off():
    secret = {name: client["secret"] for name, client in CLIENTS.items() if "secret" in client}

    assert secret == {
        "micromart-automation": "${MICROMART_AUTOMATION_SECRET}",
        "micromart-core": "${MICROMART_CORE_SECRET}",
    }
    assert {CLIENTS[name]["enabled"] for name in secret} == {"${MICROMART_CLIENTS_ENABLED:false}"}
    assert REALM["smtpServer"]["password"] == "${MICROMART_SMTP_PASSWORD:}"
    assert not re.search(r"PRIVATE KEY|\"credentials\"|hashedSaltedValue", TEXT)
