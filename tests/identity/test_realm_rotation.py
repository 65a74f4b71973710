"""A key of the real Keycloak rotated while the shop runs, in a realm of its own: it changes for everybody there."""

import json
import secrets
import threading
import time

import pytest

from deploy.keycloak.clients import CLI
from deploy.keycloak.realm import realm
from deploy.keycloak.roles import DEFAULT_ROLE, OWNER
from micromart_core.adapters.keycloak.refusals import TokenRefused
from micromart_core.bootstrap_issuer import Issuer, describe_issuer
from micromart_core.caller import THE_SHOP
from micromart_core.carts.service import show_cart
from micromart_core.home import find_home
from micromart_core.identity import Credentials, KnownCaller
from micromart_core.settings import IdentitySettings, Settings
from tests.identity.person import PASSWORD, Person
from tests.identity.real_keycloak import parts_of
from tests.people import HERE

pytestmark = pytest.mark.servers


@pytest.fixture
def other_realm(keycloak):
    """The realm of the shop once more, under another name, with one person; gone afterwards."""
    name = f"rotating-{secrets.token_hex(4)}"
    told = realm() | {"realm": name, "adminPermissionsEnabled": False, "smtpServer": {}}
    told["clients"] = [each for each in told["clients"] if each["clientId"] in (CLI, OWNER)]
    told["scopeMappings"] = [each for each in told["scopeMappings"] if each["client"] == CLI]
    told["clientScopeMappings"] = {
        OWNER: [each for each in told["clientScopeMappings"][OWNER] if each["client"] == CLI]
    }
    default = {"name": f"default-roles-{name}"}
    roles = [role | default if role["name"] == DEFAULT_ROLE else role for role in told["roles"]["realm"]]
    told["roles"]["realm"] = [{key: fact for key, fact in role.items() if key != "id"} for role in roles]
    names = {"email": "ann@example.org", "emailVerified": True, "firstName": "Ann", "lastName": "Example"}
    password = {"type": "password", "value": PASSWORD, "temporary": False}
    ann = {"username": "ann", "enabled": True, "credentials": [password], "realmRoles": ["shopper"]}
    told |= {"defaultRole": default, "users": [ann | names]}
    made = keycloak.administer("POST", "/admin/realms", told)
    assert made.status == 201, made
    yield name
    keycloak.administer("DELETE", f"/admin/realms/{name}")


@pytest.fixture
def wired(keycloak, other_realm, shop, tmp_path):
    """Everything of one home, at that realm."""
    there = IdentitySettings(issuer=f"{keycloak.url}/realms/{other_realm}", token_store="file")
    issuer = Issuer(Settings(identity=there))
    home = find_home({"MICROMART_HOME": str(tmp_path / "home")})
    identity, gateway = issuer.identity_of(home), shop.shop.gateway
    beside = gateway(KnownCaller(THE_SHOP))
    reception = issuer.reception_of(home, beside, lambda credentials: gateway(identity, credentials))
    sign_in = issuer.sign_in_at(home, reception)
    yield sign_in, lambda token: gateway(identity, lambda: Credentials(token)), home
    issuer.close()


def signs_in(sign_in) -> str:
    ann, code = Person("ann", None), sign_in.begin(session_only=True)
    ann.open(code.verification_uri_complete)
    ann.sign_in()
    ann.approve()
    sign_in.finish(code, threading.Event(), HERE)
    return sign_in.renewal.access_token()


def test_a_realm_shows_the_key_of_its_tokens_before_anybody_signed_in(keycloak, other_realm):
    there = f"{keycloak.url}/realms/{other_realm}"

    told = describe_issuer(Settings(identity=IdentitySettings(issuer=there)))

    assert told.startswith(f"reached {there}, 1 key;")


def test_a_key_rotated_while_the_shop_runs_is_found_and_the_old_one_goes_on(keycloak, other_realm, wired):
    sign_in, door, home = wired
    old = signs_in(sign_in)
    door(old).run(show_cart)

    config = {"priority": ["5000"], "enabled": ["true"], "active": ["true"], "ecdsaEllipticCurveKey": ["P-256"]}
    kind = {"providerId": "ecdsa-generated", "providerType": "org.keycloak.keys.KeyProvider"}
    made = keycloak.administer(
        "POST", f"/admin/realms/{other_realm}/components", {"name": "next", "config": config} | kind
    )
    assert made.status == 201, made
    new = sign_in.client().refresh(sign_in.store.load().refresh_token).access_token
    assert parts_of(new)[0]["kid"] != parts_of(old)[0]["kid"]

    with pytest.raises(TokenRefused):
        door(new).run(show_cart)  # the keys were fetched a moment ago: nobody may make the shop ask again and again
    [remembered] = (home.cache / "identity").glob("keys-*.json")
    facts = json.loads(remembered.read_text())
    remembered.write_text(json.dumps(facts | {"fetched_at": time.time() - 31}))
    again = Issuer(Settings(identity=IdentitySettings(issuer=f"{keycloak.url}/realms/{other_realm}")))
    verify = again._verifying(home)
    assert verify(new).subject == verify(old).subject
    again.close()


def test_a_token_of_that_realm_opens_nothing_in_the_shops_own(keycloak, wired, tmp_path):
    foreign = signs_in(wired[0])
    own = Issuer(Settings(identity=IdentitySettings(issuer=keycloak.issuer)))

    with pytest.raises(TokenRefused):
        own._verifying(find_home({"MICROMART_HOME": str(tmp_path / "another")}))(foreign)
    own.close()
