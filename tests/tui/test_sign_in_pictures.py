"""How signing in looks, on terminals of three sizes; and that no picture of any page shows a secret."""

import re
import secrets
import webbrowser
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from pathlib import Path

import pytest

from micromart_cli.sign_in_here import SignInHere
from micromart_core.adapters.keycloak.refusals import SignInCancelled
from micromart_core.authentication.model import SIGNED_OUT, Session
from micromart_core.authentication.secrets import new_code
from micromart_core.carts.service import set_quantity
from micromart_core.home import find_home
from micromart_core.settings import IdentitySettings
from micromart_tui.sign_in import Entered, LinkCode
from tests.core.order_stories import TEA
from tests.home_elsewhere import opened_at
from tests.people import ANOTHER, PASSWORD
from tests.tui.conftest import SIZES

each_size = pytest.mark.parametrize("size", SIZES)
PAGE = "https://id.example.org/realms/micromart/device"
PICTURES = sorted((Path(__file__).parent / "__snapshots__").rglob("*.svg"))
SECRETS = re.compile(
    r"canary|device_code|code_verifier|eyJ[\w-]{8,}|\b[\w-]{43}\b|\b(?:[2-9A-HJKMNP-Z]{4}-){2}[2-9A-HJKMNP-Z]{4}\b"
)
"""Tokens, the device code, secrets of 256 bits, codes of letters."""


@dataclass
class LinkHere:
    """An issuer whose code always has nine minutes left, and whom nobody approves anything for."""

    local = None
    keeps_letters = False

    @property
    def issuer(self) -> "LinkHere":
        return self

    def begin(self) -> LinkCode:
        return LinkCode(f"{PAGE}?user_code=ABCD-EFGH", PAGE, "ABCD-EFGH", 600)

    def seconds_left(self, code) -> float:
        return 540.0

    def wait(self, code, cancelled, *, in_checkout) -> Entered:
        cancelled.wait(600)
        raise SignInCancelled

    def status(self) -> Session:
        return SIGNED_OUT

    def sign_out(self) -> None:
        return None

    def send_letters(self) -> None:
        """None wait."""


@pytest.fixture
def here(shop, tmp_path):
    local = shop.again(identity=IdentitySettings(allow_local=True))
    home = find_home({"MICROMART_HOME": str(tmp_path / "home")})
    return SignInHere(lambda: opened_at(local, home), home)


@pytest.fixture
def eve(shop):
    """A guest with something in the cart."""
    shop.stocks(TEA, on_hand=5)
    shop.guest("eve").run(set_quantity, TEA, 2)
    return shop.guest("eve")


@pytest.fixture(autouse=True)
def no_browser(monkeypatch):
    """The keys that a page offers are the same on every machine."""

    def none():
        raise webbrowser.Error("there is none")

    monkeypatch.setattr(webbrowser, "get", none)


@each_size
def test_a_name_and_a_hidden_password(picture, eve, here, told_time):
    assert picture(eve, "cart", "enter", *"ann", "down", *"canary", until="Welcome back.", sign_in=here, tick=told_time)


@each_size
def test_a_link_to_an_issuer(picture, eve, told_time):
    assert picture(eve, "cart", "enter", until="ABCD-EFGH", sign_in=LinkHere(), tick=told_time)


@pytest.mark.parametrize("size", ["40x24"])
def test_a_narrow_terminal_shows_the_link_as_a_picture_when_asked(picture, eve, told_time):
    assert picture(eve, "cart", "enter", "v", sign_in=LinkHere(), tick=told_time)


def test_no_picture_of_any_page_shows_a_secret():
    words = {file: " ".join(ET.parse(file).getroot().itertext()) for file in PICTURES}
    assert any("ABCD-EFGH" in text for text in words.values()), "the sign-in is not among the pictures"

    assert {file.name: SECRETS.findall(text) for file, text in words.items() if SECRETS.search(text)} == {}
    assert not [file.name for file, text in words.items() if PASSWORD in text or ANOTHER in text]


@pytest.mark.parametrize(
    "secret",
    [f"eyJ{'hbGci' * 3}", f"key {secrets.token_urlsafe(32)}", f"code: {new_code()}", "canary-d"],
    ids=["token", "key", "code", "canary"],  # two workers must call them the same
)
def test_what_would_be_a_secret_is_noticed(secret):
    assert SECRETS.search(f"Sign in {secret} now")
