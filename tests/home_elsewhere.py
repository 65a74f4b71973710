"""The shop of a home under test behind a gateway: its verbs, and its screens, work with it as from another machine."""

import socket
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from micromart_cli.nouns import BESIDE_THE_DATABASE, NOUNS
from micromart_core.adapters.remote.gateway import RemoteGateway
from micromart_core.adapters.remote.shop import RemoteShop, home_at
from micromart_core.bootstrap import Shop, open_ready_shop
from micromart_core.bootstrap_issuer import Issuer
from micromart_core.errors import MicroMartError
from micromart_core.home import Home, find_home
from micromart_core.identity import Credentials
from micromart_core.settings import Settings
from micromart_core.settings_sources import Sources, read_settings
from tests.elsewhere import IS_ASKED_FOR, Elsewhere, url_at

OF_NO_SHOP = frozenset({"config", "context", "schema", "completion", "help", "demo"})
"""Nouns that work with no shop, or with one of their own that is gone afterwards."""
BESIDE_VERBS = frozenset({("user", "bootstrap-admin")})
"""Verbs that run beside the database though others of their noun do not."""


class HomeElsewhere:
    """The shop that the settings of a home name, opened when first needed, at one address however they change.

    Where the run is not asked to be elsewhere, every command line is left to the home's own shop.
    """

    def __init__(self) -> None:
        self._bound: socket.socket | None = None
        self._settings: Settings | None = None
        self._shop: Shop | None = None
        self._gateway: Elsewhere | None = None

    @contextmanager
    def answering(self, words: Sequence[str], environment: Mapping[str, str]) -> Iterator[dict[str, str]]:
        """Yield the settings with which this command line works elsewhere.

        Afterwards its letters are sent: a gateway does that a moment later, and the story goes on at once.
        """
        settings = self.asked(words, environment)
        yield settings
        if settings:
            self.send_letters()

    def send_letters(self) -> None:
        """Send what waits, where a shop is open."""
        if self._shop is not None:
            self._shop.send_mail_along()

    def home_at_shop(self, folder: Path) -> Home:
        """Return where the person of this home keeps their sign-in and the secret of their cart."""
        home = find_home({"MICROMART_HOME": str(folder)})
        return home_at(home, url_at(self._listener)) if IS_ASKED_FOR else home

    def asked(self, words: Sequence[str], environment: Mapping[str, str]) -> dict[str, str]:
        """Return the settings with which this command line works elsewhere; none for one that needs no shop."""
        if not IS_ASKED_FOR:
            return {}
        if not _is_asked_of_a_shop(words):
            self.close_shop()  # a restore takes the database away from under whoever has it open
            return {}
        try:
            self._open(environment)
        except MicroMartError:  # the settings are wrong, or nothing is there: the verb itself says so
            return {}
        return {"MICROMART_SHOP__URL": self._gateway.url}

    def _open(self, environment: Mapping[str, str]) -> None:
        home = find_home(environment)
        settings, _ = read_settings(Sources({}, environment, (Path("micromart.toml"), home.config / "config.toml")))
        if settings == self._settings:
            return
        self.close_shop()
        self._shop = open_ready_shop(settings, home.data, lambda _: None)
        identity, reception = self._shop.identity_of(home), self._shop.reception_of(home)
        listener = self._listener.dup()
        self._gateway = Elsewhere(self._shop, identity, reception, sends_letters=False, listener=listener)
        self._settings = settings

    def close_shop(self) -> None:
        """Close the shop; the next verb opens it again, at the same address."""
        if self._gateway is not None:
            self._gateway.close()
            self._shop.close()
        self._gateway = self._shop = self._settings = None

    def close(self) -> None:
        """Give everything back."""
        self.close_shop()
        if self._bound is not None:
            self._bound.close()

    @property
    def _listener(self) -> socket.socket:
        self._bound = self._bound or socket.create_server(("127.0.0.1", 0))
        return self._bound


def _is_asked_of_a_shop(words: Sequence[str]) -> bool:
    noun = next((place for place, word in enumerate(words) if word in NOUNS), None)
    if noun is None or "--context" in words:
        return False
    is_beside = words[noun] in BESIDE_THE_DATABASE | OF_NO_SHOP or tuple(words[noun : noun + 2]) in BESIDE_VERBS
    return not is_beside


def opened_at(shop, home: Home):
    """The shop under test as the front ends of a home open it: beside its database, or elsewhere."""
    if not IS_ASKED_FOR:
        return shop.shop
    gateway = Elsewhere(shop.shop, shop.shop.identity_of(home), shop.shop.reception_of(home))
    remote = RemoteShop(gateway.url, home, Settings(), lambda settings: _issuer_of(shop.shop, settings))
    shop.others += [remote, gateway]  # closed with the shop, in this order
    return remote


def _issuer_of(shop: Shop, settings: Settings) -> Issuer:
    """The issuer as a front end speaks to it: where the story has one of its own, to that."""
    issuer = Issuer(settings)
    issuer._link = shop.issuer._link
    return issuer


def door_at(shop, identity, credentials: Credentials):
    """The door of whoever shows these credentials to a shop under test: beside its database, or elsewhere."""
    if not IS_ASKED_FOR:
        return shop.shop.gateway(identity, lambda: credentials)
    gateway = Elsewhere(shop.shop, identity)
    shop.others.append(gateway)
    return RemoteGateway(gateway.wire, lambda: credentials)


def person_at(opened, home: Home):
    """The door of whoever a home belongs to, in the shop as its front ends opened it."""
    return opened.person() if IS_ASKED_FOR else opened.gateway(opened.identity_of(home), opened.credentials_of(home))
