"""Signing in over SSH: as on a terminal, in memory, and as a shopper whatever one's roles."""

import pytest

from micromart_core.adapters.keycloak.link import IssuerLink
from micromart_core.settings import IdentitySettings
from tests.core.order_stories import TEA
from tests.identity.issuer import ISSUER, Issuer
from tests.people import PASSWORD, People
from tests.ssh.conftest import HereService
from tests.tui.test_sign_in_link import CODE, PENDING, ROLES

pytestmark = pytest.mark.anyio


@pytest.fixture
def local(shop):
    """A shop with accounts of its own; ann has one, and is its admin."""
    served = shop.again(identity=IdentitySettings(allow_local=True))
    served.stocks(TEA, on_hand=5)
    people = People(served)
    people.admin("ann")
    yield served
    people.close()


async def test_a_name_and_a_password_sign_in_and_the_cart_comes_along(local, home):
    async with HereService(local.shop, home).running() as service, service.connected() as guest:
        async with service.window(guest) as window:
            await window.sees("The TEA-01")
            await window.adds("The TEA-01")
            window.press("a")
            await window.sees("i sign in")
            window.press("i")
            await window.signs_in("ann", PASSWORD)
            await window.sees("here since")
            window.press("c")
            await window.sees("The TEA-01")
            assert len(local.rows("SELECT * FROM sessions")) == 2
            window.press("q")
            await window.ends()

        assert PASSWORD.encode() not in window.came
        assert len(local.rows("SELECT * FROM sessions")) == 1  # the one she has elsewhere
    assert not home.state.exists()
    assert not home.data.exists()


async def test_an_admin_finds_no_desk_at_this_door(local, home):
    running = HereService(local.shop, home).running()
    async with running as service, service.connected() as guest, service.window(guest, "account") as window:
        await window.sees("i sign in")
        window.press("i")
        await window.signs_in("ann", PASSWORD)
        await window.sees("here since")
        window.press("A")
        await window.sees("The desk is not at this door.")


async def test_a_link_is_approved_elsewhere_and_its_tokens_end_with_the_session(shop, home):
    issuer = Issuer()
    served = shop.again(identity=IdentitySettings(issuer=ISSUER))
    served.shop.issuer._link = IssuerLink(ISSUER, issuer.wire)
    tokens = {"access_token": issuer.token(resource_access=ROLES), "refresh_token": "canary-r"}
    kind = {"token_type": "Bearer", "expires_in": 300, "refresh_expires_in": 1800}
    issuer.answers = {"/auth/device": [(200, CODE)], "/token": [PENDING] * 3, "/revoke": [(200, (b"",))]}
    running = HereService(served.shop, home).running()
    async with running as service, service.connected() as guest, service.window(guest, "account") as window:
        await window.sees("i sign in")
        window.press("i")
        await window.sees("ABCD-EFGH")
        assert "open browser" not in window.text
        issuer.answers["/token"] = [(200, tokens | kind)]
        await window.sees("here since")
        window.press("q")
        await window.ends()

    asked = next(form for path, form in issuer.asked if path.endswith("/auth/device"))
    assert asked["scope"] == "openid"
    assert issuer.count("/revoke") == 1
    kept = b"".join(file.read_bytes() for file in home.state.parent.rglob("*") if file.is_file())
    assert b"canary-r" not in kept
    assert tokens["access_token"].encode() not in kept
