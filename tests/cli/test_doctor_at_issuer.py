"""What doctor says of an issuer: the real one, a wrong secret, and none that answers."""

import pytest

from tests.cli.at_issuer import settings_of
from tests.elsewhere import beside_the_database

pytestmark = pytest.mark.servers


@pytest.fixture
def look(micromart, keycloak, home):
    def look(**more: str) -> dict:
        ran = micromart("doctor", "--json", env=settings_of(keycloak) | more)
        return {check["check"]: check for check in ran.json["items"]}

    return look


def test_it_asks_the_issuer_as_a_sign_in_does(keycloak, look):
    identity = look()["identity"]

    assert (identity["ok"], identity["fix"]) == (True, None)
    assert keycloak.issuer in identity["detail"]
    assert "staff may work here" in identity["detail"]
    assert "staff change nothing" in look(MICROMART_IDENTITY__CORE_CLIENT_SECRET="")["identity"]["detail"]


def test_a_wrong_secret_and_a_server_that_is_down_are_named(keycloak, look):
    wrong = look(MICROMART_IDENTITY__CORE_CLIENT_SECRET="canary-wrong")["identity"]
    assert (wrong["ok"], "micromart-core" in wrong["detail"], "canary" in str(wrong)) == (False, True, False)

    down = look(MICROMART_IDENTITY__ISSUER="http://127.0.0.1:1/realms/micromart")["identity"]
    assert (down["ok"], down["fix"]) == (False, "start it, or set identity.issuer")

    realm = look(MICROMART_IDENTITY__ISSUER=f"{keycloak.url}/realms/none")["identity"]
    assert not realm["ok"]


@beside_the_database("the doctor looks at the sign-in to the shop beside it, and this home is signed in elsewhere")
def test_it_says_who_is_signed_in_and_whether_the_files_are_private(keycloak, look, home, sign_in):
    ann = keycloak.person()
    sign_in(ann, settings_of(keycloak))

    assert f"signed in as {ann.name}, which lies in a private file" in look()["token store"]["detail"]

    [kept] = (home / "state" / "identity").glob("*.json")
    kept.chmod(0o644)
    assert not look()["token store"]["ok"]
