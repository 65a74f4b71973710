"""A shop behind its gateway, as the front ends of one person open it."""

import shutil
import threading
from collections.abc import Callable
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, Protocol

from msgspec import Struct
from msgspec.structs import replace

from micromart_core.adapters.home_credentials import ClientCredentials, credentials_of_home
from micromart_core.adapters.local_identity.home_sign_in import LocalSignIn, sign_in_of_home
from micromart_core.adapters.remote.accounts import RemoteAccounts
from micromart_core.adapters.remote.address import folder_name_of
from micromart_core.adapters.remote.authority import RemoteAuthority
from micromart_core.adapters.remote.desk import Desk
from micromart_core.adapters.remote.gateway import RemoteGateway
from micromart_core.adapters.remote.news import News
from micromart_core.adapters.remote.reception import RemoteReception
from micromart_core.adapters.remote.refusals import BesideTheDatabase
from micromart_core.adapters.remote.wire import Wire, read_json
from micromart_core.authentication.model import A_GUEST, Session
from micromart_core.home import FolderUnusable, Home
from micromart_core.identity import Credentials
from micromart_core.settings import IdentitySettings, Settings

if TYPE_CHECKING:  # a guest waits for nothing of an issuer
    from micromart_core.adapters.keycloak.reception import Reception
    from micromart_core.adapters.keycloak.sign_in import IssuerSignIn


class IssuerHere(Protocol):
    """What signs people in at an issuer from this machine."""

    def credentials_of(self, home: Home) -> Callable[[], Credentials]:
        """Return how the person of a home, or a script, says who is calling."""
        ...

    def sign_in_at(self, home: Home, reception: "Reception") -> "IssuerSignIn":
        """Return what signs the person of a home in and out."""
        ...

    def close(self) -> None:
        """Give the connections back."""
        ...


class Told(Struct, frozen=True):
    """What a shop says of itself."""

    name: str
    currency: str
    issuer: str | None
    client_id: str | None
    require_address: bool
    hold_minutes: float
    limit_minutes: float


class RemoteShop:
    """What a front end asks of a shop; what runs beside the database is refused in one sentence."""

    letters: Path | None = None
    """Letters lie in no folder of this machine."""

    def __init__(self, url: str, home: Home, own: Settings, issuer_of: Callable[[Settings], IssuerHere]) -> None:
        self.url, self._own, self._issuer_of = url, own, issuer_of
        self._home = home_at(home, url)
        self._wire = Wire(url, own.shop.on_behalf_of)
        self._news = News(self._wire, self._credentials)
        self._desk = Desk(self._wire)
        self._accounts = RemoteAccounts(self._desk)
        self._script = ClientCredentials(own.automation, self._accounts.sign_in_client)
        self._issuers: dict[IdentitySettings, tuple[IssuerHere, Callable[[], Credentials]]] = {}
        self._making = threading.Lock()

    @cached_property
    def settings(self) -> Settings:
        """This machine's settings, with what the shop says of itself; asked once."""
        told: Told = read_json(self._wire.get("/v1/shop"), Told, self.url)
        own = self._own
        holds = replace(
            own.holds, minutes=Decimal(str(told.hold_minutes)), limit_minutes=Decimal(str(told.limit_minutes))
        )
        return replace(
            own,
            shop=replace(own.shop, name=told.name, currency=told.currency),
            holds=holds,
            checkout=replace(own.checkout, require_address=told.require_address),
            identity=replace(
                own.identity, issuer=told.issuer or "", client_id=told.client_id or own.identity.client_id
            ),
        )

    def person(self) -> RemoteGateway:
        """Return the door of whoever this home belongs to, at this shop."""
        return RemoteGateway(self._wire, self._credentials, self._news)

    @property
    def accounts(self) -> RemoteAccounts:
        """What registers people and signs them in; where an issuer does that, the gateway says so."""
        return self._accounts

    def sign_in_of(self, _home: Home) -> LocalSignIn:
        """What signs the person of this home in and out at this shop."""
        # Without asking who signs people in: whoever is offline can still sign out here.
        return sign_in_of_home(self._home, self._accounts, self._describe)

    def issuer_sign_in_of(self, _home: Home) -> "IssuerSignIn | None":
        """What signs the person of this home in and out at the shop's issuer; None where accounts are local.

        Without having asked the shop, it is where this home is signed in: whoever is offline can still sign out.
        """
        return self._sign_in_at(self._identity)

    def leave(self) -> tuple[str, bool] | None:
        """End whatever sessions this home holds here; return whose, and whether the other side ended it too."""
        left = self.sign_in_of(self._home).sign_out()
        for identity in self._kept():
            at_issuer = self._sign_in_at(identity)
            left = (at_issuer.sign_out() if at_issuer else None) or left
        return left

    def credentials_of(self, _home: Home) -> Callable[[], Credentials]:
        """Return how the person of this home says who is calling."""
        return self._credentials

    def send_mail_along(self) -> None:
        """Letters are the shop's own work."""

    def close(self) -> None:
        """Give the connections back."""
        self._news.close()
        self._wire.close()
        for issuer, _ in self._issuers.values():
            issuer.close()

    @property
    def authority(self) -> RemoteAuthority:
        """What grants roles and makes automation clients there, for whoever may."""
        return RemoteAuthority(self._desk, self._credentials, self.url)

    @property
    def database(self) -> NoReturn:
        """Raise BesideTheDatabase."""
        raise BesideTheDatabase("This", self.url)

    def _credentials(self) -> Credentials:
        identity = self._identity
        if identity.issuer:
            return self._at_issuer(identity)[1]()
        return self._script() if self._own.automation.client_id else credentials_of_home(self._home)

    def _describe(self, credentials: Credentials) -> Session:
        return A_GUEST if credentials.token is None else self._accounts.describe(credentials)

    @property
    def _identity(self) -> IdentitySettings:
        """Who signs people in: the shop is asked, unless this home is a guest's, or knows from its sign-in."""
        if "settings" in vars(self) or self._own.automation.client_id:
            return self.settings.identity
        kept = self._kept()
        if len(kept) > 1:
            return self.settings.identity
        return kept[0] if kept else replace(self._own.identity, issuer="")

    def _kept(self) -> list[IdentitySettings]:
        """Return at which issuers, by which clients, this home is signed in."""
        if not (self._home.state / "identity").is_dir():
            return []
        from micromart_core.adapters.keycloak.token_store import issuers_kept_in

        return [replace(self._own.identity, issuer=issuer, client_id=to) for issuer, to in issuers_kept_in(self._home)]

    def _at_issuer(self, identity: IdentitySettings) -> tuple[IssuerHere, Callable[[], Credentials]]:
        with self._making:
            if identity not in self._issuers:
                issuer = self._issuer_of(replace(self._own, identity=identity))
                self._issuers[identity] = issuer, issuer.credentials_of(self._home)
            return self._issuers[identity]

    def _sign_in_at(self, identity: IdentitySettings) -> "IssuerSignIn | None":
        if not identity.issuer:
            return None
        return self._at_issuer(identity)[0].sign_in_at(self._home, RemoteReception(self._desk))


def home_at(home: Home, url: str) -> Home:
    """Return the folders in which a home keeps what it holds at one shop: its cart's secret and its session."""
    folder = home.state / "shops" / folder_name_of(url)
    return Home(home.config, folder / "data", folder, home.cache / folder_name_of(url))


def forget_home_at(home: Home, url: str) -> None:
    """Throw those folders away; raise FolderUnusable when a secret stays."""
    for folder in (home_at(home, url).state, home_at(home, url).cache):
        try:
            shutil.rmtree(folder)
        except FileNotFoundError:
            continue  # nothing was ever held there
        except OSError as error:
            raise FolderUnusable(folder, error.strerror or str(error)) from error
