"""Giving and taking roles that the real Keycloak keeps, from the command line."""

import sqlite3

import pytest

from tests.cli.at_issuer import settings_of

pytestmark = pytest.mark.servers
CLERK = "stock-clerk"


@pytest.fixture
def env(keycloak, home):
    return settings_of(keycloak)


@pytest.fixture
def run(micromart, env):
    def run(*words: str, expect: int = 0):
        ran = micromart(*words, env=env)
        assert ran.code == expect, (words, ran.err)
        return ran

    return run


@pytest.fixture
def ann(keycloak, env, home, sign_in):
    """A shopper who signed in at this shop once, from a home of her own."""
    ann = keycloak.person()
    shop = {"MICROMART_DATABASE__URL": f"sqlite:///{home / 'data' / 'shop.db'}"}
    assert sign_in(ann, env | shop | {"MICROMART_HOME": str(home.parent / "anns")}).code == 0
    return ann


@pytest.fixture
def trail(home):
    """What the trail says of roles: the action, whose, before, after."""

    def read():
        with sqlite3.connect(home / "data" / "shop.db") as database:
            rows = 'SELECT action, target, "before", "after" FROM audit_trail WHERE action LIKE ? ORDER BY id'
            return database.execute(rows, ("role.%",)).fetchall()

    return read


def roles_of(keycloak, person) -> set[str]:
    return {role["name"] for role in keycloak.admin("GET", f"/users/{keycloak.id_of(person)}/role-mappings/realm").body}


def test_an_admin_gives_and_takes_a_staff_role_and_it_is_written_down(keycloak, env, run, ann, trail, sign_in):
    sign_in(keycloak.person("admin"), env)

    assert run("user", "grant", ann.name, CLERK, "--dry-run", "--json").json["roles"] == ["shopper"]
    assert (CLERK in roles_of(keycloak, ann), trail()) == (False, [])
    assert run("user", "grant", ann.name, CLERK, "--json").json["roles"] == ["shopper", CLERK]
    assert CLERK in roles_of(keycloak, ann)
    run("user", "grant", ann.name, CLERK)
    assert run("user", "revoke", ann.name, CLERK, "--json").json["roles"] == ["shopper"]
    assert CLERK not in roles_of(keycloak, ann)

    whose = f"user:{ann.name}"
    assert trail() == [
        ("role.grant", whose, "shopper", f"shopper, {CLERK}"),
        ("role.revoke", whose, f"shopper, {CLERK}", "shopper"),
    ]


def test_roles_that_lead_further_are_given_at_the_issuer_itself(keycloak, env, run, ann, trail, sign_in):
    sign_in(keycloak.person("admin"), env)

    for role in ("admin", "shopper", "automation"):
        assert run("user", "grant", ann.name, role, "--json", expect=4).error["code"] == "identity.granted_there"
    run("user", "grant", "nobody-of-this-name", CLERK, expect=3)
    run("user", "bootstrap-admin", ann.name, expect=4)
    run("user", "automation", "list", expect=4)
    assert roles_of(keycloak, ann) == {"default-roles-micromart"}
    assert trail() == []


def test_whoever_is_no_admin_any_more_gives_nothing(keycloak, env, run, ann, trail, sign_in):
    admin = keycloak.person("admin")
    sign_in(admin, env)
    role = keycloak.role("admin")
    keycloak.admin("DELETE", f"/users/{keycloak.id_of(admin)}/role-mappings/realm", [role])

    run("user", "grant", ann.name, CLERK, expect=7)

    assert (CLERK in roles_of(keycloak, ann), trail()) == (False, [])


def test_a_clerk_and_a_shopper_give_nothing(keycloak, env, run, ann, sign_in):
    for roles in ((CLERK,), ()):
        sign_in(keycloak.person(*roles), env)
        run("user", "grant", ann.name, CLERK, expect=7)

    assert CLERK not in roles_of(keycloak, ann)


def test_a_person_who_is_gone_at_the_issuer_is_3(keycloak, env, run, ann, trail, sign_in):
    sign_in(keycloak.person("admin"), env)
    keycloak.admin("DELETE", f"/users/{keycloak.id_of(ann)}")

    assert run("user", "grant", ann.name, CLERK, "--json", expect=3).error["code"] == "identity.no_such_person"
    assert trail() == []
