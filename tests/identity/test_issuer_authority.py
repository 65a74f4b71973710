"""Roles that the issuer keeps: what was done there is never missing from the trail, and what was not is told."""

import httpx
import pytest

from micromart_core.adapters.keycloak.authority import IssuerAuthority
from micromart_core.adapters.keycloak.discovery import discover
from micromart_core.adapters.keycloak.operations_staff import find_grantee, note_role_change, note_role_kept
from micromart_core.adapters.keycloak.realm_admin import RealmAdmin
from micromart_core.adapters.keycloak.refusals import GrantedAtIssuer, IssuerUnreachable, NoLongerAtIssuer
from micromart_core.adapters.keycloak.tokens import TokenEndpoint
from micromart_core.errors import MicroMartError, NotAllowed
from micromart_core.operation import access_to
from micromart_core.permissions import Role
from tests.identity.issuer import ISSUER, Issuer
from tests.identity.served import ServedShop

TOKENS = {"access_token": "canary-core", "token_type": "Bearer", "expires_in": 300}
SHOPPER, CLERK = {"id": "1", "name": "shopper"}, {"id": "2", "name": "stock-clerk"}


@pytest.fixture
def issuer(shop):
    issuer = Issuer()
    ServedShop(shop, issuer).enters()
    issuer.answers["/token"] = [(200, TOKENS)]
    issuer.answers["/composite"] = [(200, [SHOPPER]), (200, [SHOPPER, CLERK])]
    issuer.answers["/available"] = [(200, [CLERK])]
    issuer.answers["/role-mappings/realm"] = [(204, (b"",))]
    yield issuer
    issuer.wire.close()


@pytest.fixture
def authority(issuer):
    core = TokenEndpoint(issuer.wire, discover(issuer.wire, ISSUER), "micromart-core")
    return IssuerAuthority(ISSUER, "id.example.org", RealmAdmin(lambda: core, lambda: "core-secret"))


def trail(shop):
    return [row.action for row in shop.rows("SELECT action FROM audit_trail WHERE action LIKE 'role%' ORDER BY id")]


def test_a_role_is_written_down_and_given(shop, issuer, authority):
    assert authority.grant(shop.staff(), "ann", Role.STOCK_CLERK).roles == (Role.SHOPPER, Role.STOCK_CLERK)

    assert issuer.count("/admin/realms/micromart/users/7c1d/role-mappings/realm") == 1
    assert trail(shop) == ["role.grant"]


@pytest.mark.parametrize(
    ("answer", "refusal"), [(httpx.ReadTimeout("no"), IssuerUnreachable), ((403, {}), GrantedAtIssuer)]
)
def test_what_the_issuer_did_not_do_is_written_down_too(shop, issuer, authority, answer, refusal):
    issuer.answers["/role-mappings/realm"] = [answer]

    with pytest.raises(refusal) as told:
        authority.grant(shop.staff(), "ann", Role.STOCK_CLERK)

    assert trail(shop) == ["role.grant", "role.grant.failed"]
    assert "canary" not in repr(told.value) + str(vars(told.value)) + repr(told.value.__cause__)


@pytest.mark.parametrize(
    ("answer", "refusal"),
    [
        ((404, {}), NoLongerAtIssuer),
        ((403, {}), MicroMartError),
        ((200, {"id": "1"}), MicroMartError),
        (httpx.ConnectError("no"), IssuerUnreachable),
    ],
)
def test_without_knowing_the_roles_nothing_is_done(shop, issuer, authority, answer, refusal):
    issuer.answers["/composite"] = [answer]

    with pytest.raises(refusal):
        authority.grant(shop.staff(), "ann", Role.STOCK_CLERK)

    assert (issuer.count("/role-mappings/realm"), trail(shop)) == (0, [])


def test_nobody_gives_what_they_lack(shop, authority):
    with pytest.raises(NotAllowed):
        authority.grant(shop.shopper("bob", Role.CATALOG_MANAGER), "ann", Role.STOCK_CLERK)


def test_what_changes_is_asked_about_at_the_issuer_and_comes_over_no_wire():
    assert [access_to(each).is_staff_work for each in (find_grantee, note_role_change, note_role_kept)] == [
        False,
        True,
        True,
    ]
    assert not any(access_to(each).on_wire for each in (find_grantee, note_role_change, note_role_kept))
