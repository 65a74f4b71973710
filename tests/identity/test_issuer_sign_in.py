"""Signing a home in and out at an issuer: tokens, profile and cart change together, or nothing does."""

import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from micromart_core.adapters.keycloak.link import IssuerLink
from micromart_core.adapters.keycloak.operations import describe_caller, note_sign_out
from micromart_core.adapters.keycloak.refusals import (
    ClockAhead,
    ClockSkewed,
    IssuerMisbehaves,
    IssuerUnreachable,
    SignInOver,
    TokenRefused,
)
from micromart_core.bootstrap_issuer import Issuer as Wiring
from micromart_core.caller import THE_SHOP
from micromart_core.carts.service import set_quantity, show_cart
from micromart_core.errors import SignInFirst
from micromart_core.home import FolderUnusable, find_home
from micromart_core.identity import Credentials, KnownCaller, UserDisabled
from micromart_core.operation import access_to
from micromart_core.products.service import list_products
from micromart_core.settings import IdentitySettings, Settings
from micromart_core.users.service import show_profile
from micromart_core.users.service_staff import disable_user
from tests.identity.issuer import ISSUER, Issuer
from tests.people import HERE

CODE = {
    "device_code": "canary-d",
    "user_code": "ABCD-EFGH",
    "verification_uri": f"{ISSUER}/device",
    "expires_in": 600,
    "interval": 1,
}


class AtOnce:
    """A person who approves before the first question."""

    def wait(self, timeout) -> bool:
        return False


class Homeful:
    """One home before the issuer in memory."""

    def __init__(self, shop, home) -> None:
        self.shop, self.home, self.issuer = shop, home, Issuer()
        self.wiring = Wiring(Settings(identity=IdentitySettings(issuer=ISSUER)))
        self.wiring._link = IssuerLink(ISSUER, self.issuer.wire)
        self.identity = self.wiring.identity_of(home)
        self.credentials = self.wiring.credentials_of(home)
        beside = shop.shop.gateway(KnownCaller(THE_SHOP))
        self.sign_in = self.wiring.sign_in_at(home, self.wiring.reception_of(home, beside, self._door))

    @property
    def door(self):
        return self._door(self.credentials)

    def _door(self, credentials):
        return self.shop.shop.gateway(self.identity, credentials)

    def begins(self, refresh_token: str, **claims):
        tokens = {"access_token": self.issuer.token(**claims), "refresh_token": refresh_token}
        kind = {"token_type": "Bearer", "expires_in": 300, "refresh_expires_in": 2592000}
        self.issuer.answers["/auth/device"] = [(200, CODE)]
        self.issuer.answers["/token"] = [(200, tokens | kind)]
        self.issuer.answers["/revoke"] = [(200, (b"",))] * 2
        return self.sign_in.begin(session_only=False)

    def signs_in(self, refresh_token: str = "r1", **claims):
        return self.sign_in.finish(self.begins(refresh_token, **claims), AtOnce(), HERE)

    @property
    def revoked(self) -> list[str]:
        return [form["token"] for path, form in self.issuer.asked if path.endswith("/revoke")]


@pytest.fixture
def homeful(shop, tmp_path):
    homeful = Homeful(shop, find_home({"MICROMART_HOME": str(tmp_path / "home")}))
    yield homeful
    homeful.wiring.close()


def test_the_cart_comes_along_and_the_person_is_known_from_then_on(homeful, shop):
    roles = {"micromart": {"roles": ["cart:own", "profile:own", "order:place"]}}
    shop.stocks("tea-01", on_hand=5)
    homeful.door.run(set_quantity, "tea-01", 2)
    planted = homeful.credentials().cart_secret

    session, replaced = homeful.signs_in(resource_access=roles)

    assert (session.user, session.issuer, session.token_store, replaced) == ("ann", ISSUER, "file", "")
    assert homeful.door.run(show_profile).username == "ann"
    assert homeful.door.run(show_cart).item_count == 2
    guest = homeful._door(lambda: Credentials(cart_secret=planted))
    assert guest.run(show_cart).lines == ()
    assert homeful.revoked == []
    assert homeful.door.run(describe_caller).user == "ann"


def test_a_new_sign_in_ends_the_old_one_at_the_issuer(homeful):
    homeful.signs_in("r1")

    assert homeful.signs_in("r2", sub="other", preferred_username="bob")[1] == "ann"
    assert homeful.revoked == ["r1"]


@pytest.mark.parametrize("trouble", ["foreign token", "blocked", "disk"])
def test_a_sign_in_that_fails_late_is_taken_back_and_the_old_one_goes_on(homeful, shop, monkeypatch, trouble):
    homeful.signs_in("r1")
    claims, refusal = {}, FolderUnusable
    match trouble:
        case "foreign token":
            claims, refusal = {"aud": "another"}, TokenRefused
        case "blocked":
            shop.staff().run(disable_user, "ann")
            refusal = UserDisabled
        case "disk":

            def full(_file):
                raise OSError(28, "No space left on device")

            monkeypatch.setattr(os, "fsync", full)

    with pytest.raises(refusal):
        homeful.signs_in("r2", **claims)

    assert homeful.revoked == ["r2"]
    assert homeful.sign_in.store.load().refresh_token == "r1"


def test_two_sign_ins_of_one_home_at_once_leave_one_and_end_the_other(homeful):
    codes = [homeful.begins("r1"), homeful.begins("r2", sub="other", preferred_username="bob")]
    kind = {"token_type": "Bearer", "expires_in": 300}
    people = {"r1": {}, "r2": {"sub": "other", "preferred_username": "bob"}}
    homeful.issuer.answers["/token"] = [
        (200, kind | {"access_token": homeful.issuer.token(**claims), "refresh_token": key})
        for key, claims in people.items()
    ]

    with ThreadPoolExecutor(2) as threads:
        ended = list(threads.map(lambda code: homeful.sign_in.finish(code, AtOnce(), HERE), codes))

    kept = homeful.sign_in.store.load()
    assert homeful.revoked == [({"r1", "r2"} - {kept.refresh_token}).pop()]
    assert sorted(replaced for _, replaced in ended) == ["", ({"ann", "bob"} - {kept.user}).pop()]


class Interrupted(Exception):
    """Somebody presses Ctrl-C in the middle."""


def test_who_is_interrupted_while_the_old_sign_in_is_ended_has_the_new_one_whole(homeful):
    homeful.signs_in("r1")
    code = homeful.begins("r2", sub="other", preferred_username="bob")
    homeful.issuer.answers["/revoke"] = [Interrupted(), (200, (b"",))]

    with pytest.raises(Interrupted):
        homeful.sign_in.finish(code, AtOnce(), HERE)

    assert (homeful.sign_in.store.load().user, homeful.revoked) == ("bob", ["r1"])


def test_who_is_killed_before_the_tokens_are_kept_is_not_left_with_the_old_cart_secret(homeful, monkeypatch):
    planted = homeful.credentials().cart_secret

    tokens, fsync = homeful.sign_in.store.file.parent, os.fsync

    def killed_at_the_tokens(opened: int) -> None:
        if Path(f"/proc/self/fd/{opened}").readlink().parent == tokens:
            raise Interrupted
        fsync(opened)

    monkeypatch.setattr(os, "fsync", killed_at_the_tokens)
    with pytest.raises(Interrupted):
        homeful.signs_in("r1")

    assert homeful.sign_in.store.load() is None
    assert homeful.credentials().cart_secret not in {None, planted}


@pytest.mark.parametrize(("moved", "refusal"), [(-3600, ClockAhead), (3600, ClockSkewed)])
def test_a_clock_that_differs_is_named_when_somebody_signs_in(homeful, moved, refusal):
    now = int(time.time()) + moved

    with pytest.raises(refusal):
        homeful.signs_in("r1", iat=now, exp=now + 300)

    assert (homeful.revoked, homeful.sign_in.store.load()) == (["r1"], None)


@pytest.mark.parametrize("moment", [{"expires_in": 10**400}, {"refresh_expires_in": 10**18}])
def test_tokens_that_live_longer_than_any_clock_are_not_believed(homeful, moment):
    code = homeful.begins("r1")
    homeful.issuer.answers["/token"][0][1].update(moment)

    with pytest.raises(IssuerMisbehaves):
        homeful.sign_in.finish(code, AtOnce(), HERE)

    assert homeful.sign_in.store.load() is None


def test_a_person_who_gives_up_is_asked_about_no_more(homeful):
    code, given_up = homeful.begins("r1"), threading.Event()
    given_up.set()

    with pytest.raises(SignInFirst):
        homeful.sign_in.finish(code, given_up, HERE)
    assert homeful.issuer.count("/token") == 0


def test_signing_out_is_written_down(homeful, shop):
    homeful.signs_in()

    assert homeful.sign_in.sign_out() == ("ann", True)

    assert homeful.revoked == ["r1"]
    actions = [row.action for row in shop.rows("SELECT action FROM audit_trail ORDER BY id")]
    assert actions == ["session.sign_in", "session.sign_out"]
    assert access_to(note_sign_out).on_wire is False
    assert homeful.sign_in.sign_out() is None


def over(homeful) -> None:
    """Let the kept access token be over."""
    held = homeful.sign_in.store.load()
    homeful.sign_in.store.save(held.renewed(_Tokens, 0))


class _Tokens:
    access_token, expires_in, refresh_token, refresh_expires_in = "old", 0, "r1", 0


def test_a_sign_in_that_has_ended_is_told_where_it_matters_and_anybody_may_look(homeful):
    homeful.signs_in()
    over(homeful)
    homeful.issuer.answers["/token"] = [(400, {"error": "invalid_grant"})]

    with pytest.raises(SignInOver):
        homeful.door.run(show_cart)

    assert homeful.door.run(list_products).items == ()
    assert homeful.door.run(show_cart).lines == ()


def test_while_the_issuer_is_down_a_token_that_is_over_is_69_and_anybody_may_look(homeful):
    homeful.signs_in()
    over(homeful)
    homeful.issuer.answers["/token"] = [httpx.ConnectError("no")] * 3

    assert homeful.door.run(list_products).items == ()
    with pytest.raises(IssuerUnreachable):
        homeful.door.run(show_cart)
    with pytest.raises(IssuerUnreachable):
        homeful.sign_in.status(homeful.credentials())
