"""An account that changes at the real Keycloak: a lost password, and another address, under which the orders stay."""

import pytest

from tests.cli.at_issuer import settings_of
from tests.identity.person import ANOTHER

pytestmark = pytest.mark.servers
WHERE = ("--name", "Ann", "--line1", "1 Lamp Street", "--city", "Porto", "--postcode", "4000-001", "--country", "PT")


@pytest.fixture
def env(keycloak, home):
    return settings_of(keycloak)


@pytest.fixture
def run(micromart, env):
    def run(*words: str):
        ran = micromart(*words, "--json", env=env)
        assert ran.code == 0, (words, ran.err)
        return ran.json

    return run


def test_a_lost_password_is_chosen_anew_behind_the_same_link(keycloak, env, device_login):
    ann, login = keycloak.person(), device_login("recover", env=env)
    ann.open(login.link)
    ann.forget_password()
    ann.follow_letter()
    ann.choose_password(ANOTHER)
    ann.approve()

    assert login.finish().json["user"] == ann.name


def test_another_address_keeps_the_orders_and_gets_the_letters(keycloak, env, run, sign_in):
    ann = keycloak.person()
    sign_in(ann, env)
    sku = run("product", "list", "--limit", "1")["items"][0]["sku"]
    run("cart", "add", sku)
    run("address", "add", *WHERE)
    order = run("checkout")["number"]

    account = keycloak.admin("GET", f"/users/{keycloak.id_of(ann)}").body
    other = f"new-{ann.email}"
    changed = keycloak.admin("PUT", f"/users/{keycloak.id_of(ann)}", account | {"email": other, "emailVerified": True})
    assert changed.status == 204
    session = sign_in(ann, env).json

    assert session["email"] == other
    assert [each["number"] for each in run("order", "list")["items"]] == [order]
    run("cart", "add", sku)
    assert run("checkout")["number"] != order
    assert len(run("order", "list")["items"]) == 2
