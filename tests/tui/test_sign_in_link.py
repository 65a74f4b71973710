"""Signing in at an issuer from the screens: the code is seen, somebody approves elsewhere, or nobody does."""

import asyncio
import logging
import os
import webbrowser

import pytest

from micromart_cli.sign_in_here import SignInHere
from micromart_core.adapters.keycloak.link import IssuerLink
from micromart_core.carts.service import set_quantity
from micromart_core.home import find_home
from micromart_core.settings import IdentitySettings
from micromart_tui.app import MartApp
from tests.core.order_stories import TEA
from tests.home_elsewhere import opened_at, person_at
from tests.identity.issuer import ISSUER, Issuer
from tests.tui.conftest import sitting

pytestmark = pytest.mark.anyio
ROLES = {"micromart": {"roles": ["cart:own", "profile:own", "order:place", "order:read-own"]}}
CODE = {
    "device_code": "canary-d",
    "user_code": "ABCD-EFGH",
    "verification_uri": f"{ISSUER}/device",
    "verification_uri_complete": f"{ISSUER}/device?user_code=ABCD-EFGH",
    "expires_in": 600,
    "interval": 1,
}
PENDING = (400, {"error": "authorization_pending"})


@pytest.fixture
def issuer():
    return Issuer()


@pytest.fixture
def here(shop, issuer, tmp_path):
    """A home in a shop whose people sign in at the issuer."""
    served = shop.again(identity=IdentitySettings(issuer=ISSUER))
    served.shop.issuer._link = IssuerLink(ISSUER, issuer.wire)
    issuer.answers["/auth/device"] = [(200, CODE), (200, CODE)]
    issuer.answers["/revoke"] = [(200, (b"",))] * 2
    home = find_home({"MICROMART_HOME": str(tmp_path / "home")})
    return SignInHere(lambda: opened_at(served, home), home)


@pytest.fixture
def door(here):
    return person_at(here.shop, here.home)


async def comes_to_the_code(sits, door):
    """Fill the cart and go to its checkout, where the link and the code of the issuer are."""
    door.run(set_quantity, TEA, 1)
    await sits.sees("The TEA-01")
    await sits.press("enter")
    await sits.sees("ABCD-EFGH")


async def test_somebody_approves_elsewhere_and_the_checkout_opens(shop, issuer, here, door):
    tokens = {"access_token": issuer.token(resource_access=ROLES), "refresh_token": "canary-r"}
    kind = {"token_type": "Bearer", "expires_in": 300, "refresh_expires_in": 2592000}
    issuer.answers["/token"] = [PENDING] * 100
    shop.stocks(TEA, on_hand=5)
    async with sitting(door, at="cart", sign_in=here) as sits:
        door.run(set_quantity, TEA, 2)
        await sits.sees("The TEA-01")
        await sits.press("enter")
        await sits.sees("ABCD-EFGH")
        assert "Only approve this if" in sits.screen
        assert "To place the order, sign in." in sits.screen
        assert "canary" not in sits.screen
        issuer.answers["/token"] = [(200, tokens | kind)]
        await sits.sees("say where it should go")
        assert sits.app.person.user == "ann"


async def test_a_sign_in_leaves_no_secret_but_in_the_file_for_tokens(shop, issuer, here, door, tmp_path, caplog):
    caplog.set_level(logging.DEBUG)
    tokens = {"access_token": issuer.token(resource_access=ROLES), "refresh_token": "canary-r"}
    kind = {"token_type": "Bearer", "expires_in": 300, "refresh_expires_in": 2592000}
    issuer.answers["/token"] = [PENDING, (200, tokens | kind)]
    shop.stocks(TEA, on_hand=5)
    seen = []
    async with sitting(door, at="cart", sign_in=here) as sits:
        await comes_to_the_code(sits, door)
        seen += [sits.screen, sits.app.export_screenshot()]
        await sits.sees("say where it should go")
        seen += [sits.screen, sits.app.export_screenshot(), repr(sits.app.person)]

    verifier = next(form["code_verifier"] for path, form in issuer.asked if path.endswith("/token"))
    canaries = {"canary-d", "canary-r", tokens["access_token"], verifier}
    assert "/token" in caplog.text
    shown = "\n".join([caplog.text, *seen, *os.environ.values()])
    assert {canary for canary in canaries if canary in shown} == set()
    files = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert {file.name for file in files} >= {"shop.db", "cart-secret"}
    [kept] = here.home.state.rglob("identity/*.json")
    assert [file for file in files if any(canary.encode() in file.read_bytes() for canary in canaries)] == [kept]


async def test_who_leaves_asks_the_issuer_no_more(shop, issuer, here, door):
    issuer.answers["/token"] = [PENDING] * 100
    shop.stocks(TEA, on_hand=5)
    async with sitting(door, at="cart", sign_in=here) as sits:
        await comes_to_the_code(sits, door)
        await sits.press("escape")
        await sits.sees("check out")
        asked = issuer.count("/token")
        issuer.answers["/token"] = [(200, {"access_token": "too late"})]
        await asyncio.sleep(2.5)
        assert issuer.count("/token") == asked
        assert sits.app.person is None
    assert (issuer.count("/token"), here.status().signed_in) == (asked, False)


async def test_a_code_that_is_still_shown_when_a_newer_one_comes_has_its_time(issuer, here):
    issuer.answers["/auth/device"] = [(200, CODE), (200, CODE | {"user_code": "WXYZ-WXYZ"})]

    shown, newer = here.issuer.begin(), here.issuer.begin()

    assert 590 < here.issuer.seconds_left(shown) <= here.issuer.seconds_left(newer) <= 600


async def test_a_browser_is_opened_by_its_key_alone_and_inherits_no_secret(shop, issuer, here, door, monkeypatch):
    opened = []
    monkeypatch.setattr(webbrowser, "get", lambda: webbrowser.GenericBrowser("true"))
    monkeypatch.setattr(webbrowser, "open", lambda link: opened.append((link, set(os.environ))))
    monkeypatch.setenv("MICROMART_IDENTITY__CORE_CLIENT_SECRET", "canary")
    issuer.answers["/token"] = [PENDING] * 100
    shop.stocks(TEA, on_hand=5)
    async with sitting(door, at="cart", sign_in=here) as sits:
        await comes_to_the_code(sits, door)
        assert opened == []
        await sits.press("o")
        await sits.finds(lambda: opened)

    [(link, inherited)] = opened
    assert link == CODE["verification_uri_complete"]
    assert {name for name in inherited if name.startswith("MICROMART_IDENTITY__")} == set()


async def test_in_a_browser_its_link_is_opened_there_and_no_program_of_this_machine(
    shop, issuer, here, door, monkeypatch
):
    opened, begun = [], []
    monkeypatch.setattr(webbrowser, "open", begun.append)
    monkeypatch.setattr(MartApp, "is_web", True)
    monkeypatch.setattr(MartApp, "open_url", lambda _app, link: opened.append(link))
    issuer.answers["/token"] = [PENDING] * 100
    shop.stocks(TEA, on_hand=5)
    async with sitting(door, at="cart", sign_in=here) as sits:
        await comes_to_the_code(sits, door)
        await sits.press("o")
        await sits.finds(lambda: opened)

    assert (opened, begun) == ([CODE["verification_uri_complete"]], [])


async def test_a_code_nobody_wanted_is_told_and_another_one_asked_for(shop, issuer, here, door):
    issuer.answers["/token"] = [(400, {"error": "access_denied"})]
    shop.stocks(TEA, on_hand=5)
    async with sitting(door, at="cart", sign_in=here) as sits:
        door.run(set_quantity, TEA, 1)
        await sits.sees("The TEA-01")
        await sits.press("enter")
        await sits.sees("r new code")
        assert "Somebody chose No on the sign-in page." in sits.screen
        issuer.answers["/token"] = [PENDING] * 20
        await sits.press("r")
        await sits.sees("ABCD-EFGH")
    assert issuer.count("/auth/device") == 2
