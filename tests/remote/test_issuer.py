"""A shop whose people sign in at an issuer: other machines sign in there too, and show the gateway the token."""

import threading

import pytest

from micromart_cli.sign_in_here import SignInHere
from micromart_core.adapters.keycloak.link import IssuerLink
from micromart_core.adapters.keycloak.refusals import TokenRefused
from micromart_core.adapters.remote.desk import Desk
from micromart_core.adapters.remote.reception import RemoteReception
from micromart_core.adapters.remote.shop import RemoteShop, home_at
from micromart_core.bootstrap_issuer import Issuer as Wiring
from micromart_core.carts.service import set_quantity, show_cart
from micromart_core.errors import NotAllowed
from micromart_core.home import find_home
from micromart_core.identity import UserDisabled
from micromart_core.inventory.model import Reason, Sku
from micromart_core.inventory.service_stock import adjust_stock
from micromart_core.settings import IdentitySettings, Settings
from micromart_core.users.service import show_profile
from micromart_core.users.service_staff import disable_user
from tests.elsewhere import Elsewhere
from tests.identity.issuer import AUDIENCE, CLIENT, ISSUER, Issuer
from tests.people import HERE
from tests.tui.conftest import sitting

TEA = Sku("TEA-01")
CODE = {
    "device_code": "canary-d",
    "user_code": "ABCD-EFGH",
    "verification_uri": f"{ISSUER}/device",
    "expires_in": 600,
    "interval": 1,
}


class Country:
    """The issuer, the shop with its gateway, and a home on another machine."""

    def __init__(self, shop, folder) -> None:
        self.issuer, self.far = Issuer(), find_home({"MICROMART_HOME": str(folder / "far")})
        served = shop.again(identity=IdentitySettings(issuer=ISSUER)).shop
        served.issuer._link = IssuerLink(ISSUER, self.issuer.wire)
        there = find_home({"MICROMART_HOME": str(folder / "there")})
        self.gateway = Elsewhere(served, served.identity_of(there), served.reception_of(there))
        own = Settings(identity=IdentitySettings(token_store="file"))
        self.shop = RemoteShop(self.gateway.url, self.far, own, self._issuer_of)

    def _issuer_of(self, settings: Settings) -> Wiring:
        wiring = Wiring(settings)
        wiring._link = IssuerLink(settings.identity.issuer, self.issuer.wire)
        return wiring

    def gives(self, expires_in: int = 300, **claims) -> None:
        """Have the issuer answer the next question for tokens."""
        tokens = {"access_token": self.issuer.token(**roles() | claims), "refresh_token": "r"}
        kind = {"token_type": "Bearer", "expires_in": expires_in, "refresh_expires_in": 2592000}
        self.issuer.answers.setdefault("/token", []).append((200, tokens | kind))

    def signs_in(self, expires_in: int = 300, **claims):
        self.issuer.answers["/auth/device"] = [(200, CODE)]
        self.issuer.answers["/revoke"] = [(200, (b"",))] * 3
        self.gives(expires_in, **claims)
        _ = self.shop.settings
        sign_in = self.shop.issuer_sign_in_of(self.far)
        return sign_in.finish(sign_in.begin(session_only=False), threading.Event(), HERE)

    def close(self) -> None:
        self.shop.close()
        self.gateway.close()


@pytest.fixture
def country(shop, tmp_path):
    shop.stocks(TEA, on_hand=9)
    country = Country(shop, tmp_path)
    yield country
    country.close()


def roles(*names: str) -> dict:
    return {"resource_access": {AUDIENCE: {"roles": ["cart:own", "profile:own", *names]}}}


def test_the_shop_tells_where_its_people_sign_in(country):
    identity = country.shop.settings.identity
    assert (identity.issuer, identity.client_id) == (ISSUER, CLIENT)


def test_who_signs_in_from_elsewhere_takes_the_cart_along(country):
    guest = country.shop.person().run(set_quantity, TEA, 2)

    session, replaced = country.signs_in()
    cart = country.shop.person().run(show_cart)

    assert (session.user, session.issuer, session.token_store, replaced) == ("ann", ISSUER, "file", "")
    assert (guest.owner, cart.owner, cart.item_count) == ("session", "user", 2)
    assert country.shop.person().run(show_profile).username == "ann"


def test_a_token_that_is_nearly_over_is_renewed_before_it_is_shown(country):
    country.signs_in(expires_in=20)
    country.gives()

    assert country.shop.person().run(show_profile).username == "ann"

    grants = [form["grant_type"] for path, form in country.issuer.asked if path.endswith("/token")]
    assert grants[-1] == "refresh_token"


def test_the_token_says_what_its_bearer_may(country):
    country.signs_in()
    with pytest.raises(NotAllowed):
        country.shop.person().run(adjust_stock, TEA, by=1, reason=Reason("delivery"))

    session, _ = country.signs_in(**roles("stock:read"))
    assert "stock:read" in session.permissions


def test_signing_out_ends_it_at_the_issuer_and_is_written_down(country, shop):
    country.signs_in()

    assert country.shop.issuer_sign_in_of(country.far).sign_out() == ("ann", True)

    assert country.issuer.count("/revoke") == 1
    assert shop.rows("SELECT action FROM audit_trail ORDER BY id")[-1] == ("session.sign_out",)
    assert country.shop.credentials_of(country.far)().token is None


def test_a_home_knows_by_itself_where_it_is_signed_in_and_can_leave_offline(country, shop):
    country.signs_in()
    country.gateway.close()
    again = RemoteShop(country.shop.url, country.far, Settings(), country._issuer_of)

    assert again.leave() == ("ann", True)

    assert not list(home_at(country.far, country.shop.url).state.glob("identity/*.json"))
    again.close()


def test_a_token_that_was_given_to_a_script_lets_nobody_in(country, shop):
    reception = RemoteReception(Desk(country.gateway.wire))
    with pytest.raises(TokenRefused):
        reception.enter(country.issuer.token(azp="nightly"), HERE, None, in_checkout=False)
    assert shop.rows("SELECT COUNT(*) FROM users") == [(0,)]


def test_whom_the_shop_has_blocked_is_told_so_and_the_tokens_are_given_back(country, shop):
    country.signs_in()
    shop.staff().run(disable_user, "ann")

    with pytest.raises(UserDisabled):
        country.signs_in()

    assert country.issuer.count("/revoke") == 1


def test_whom_the_shop_has_blocked_signs_out_like_everybody(country, shop):
    country.signs_in()
    shop.staff().run(disable_user, "ann")
    again = RemoteShop(country.shop.url, country.far, Settings(), country._issuer_of)

    assert again.leave() == ("ann", True)

    again.close()


def test_passwords_belong_to_the_issuer(country, cli):
    refused = cli("auth", "login", "--context", country.shop.url, "--username", "ann", "--password-stdin", "--json")
    assert (refused.code, refused.error["code"]) == (2, "usage")

    verified = cli("auth", "verify", "ABCD-EFGH-IJKL", "--context", country.shop.url, "--json")
    assert verified.code == 2
    assert ISSUER in verified.error["why"] + verified.error["message"]


@pytest.mark.anyio
async def test_the_screens_ask_for_the_sign_in_beside_their_loop(country):
    country.issuer.answers["/auth/device"] = [(200, CODE)]
    async with sitting(
        country.shop.person(), at="account", sign_in=SignInHere(lambda: country.shop, country.far)
    ) as sits:
        await sits.press("i")

        assert await sits.sees("ABCD-EFGH")
