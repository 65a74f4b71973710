"""Puts a shop together from its settings; the only file that names adapters."""

import logging
from collections.abc import Callable
from datetime import timedelta
from functools import cached_property, partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace
from sqlalchemy import make_url

from micromart_core import migration
from micromart_core.caller import THE_SHOP, Caller
from micromart_core.changes import Board, Change, Changes
from micromart_core.clock import Clock, stopwatch
from micromart_core.database import Database
from micromart_core.dead_letters import DeadLetter
from micromart_core.delivery import InProcessDelivery
from micromart_core.errors import MicroMartError
from micromart_core.events import Envelope
from micromart_core.explained import explained
from micromart_core.gateway import LocalGateway
from micromart_core.home import Home, os_user, this_source
from micromart_core.identity import Credentials, Identity, KnownCaller
from micromart_core.metrics import Metrics
from micromart_core.neighbours import Alone, Neighbours
from micromart_core.permissions import EVERYTHING
from micromart_core.pulse import pulse_of
from micromart_core.rate_limit import PerMinute, RateLimit, Unlimited
from micromart_core.settings import Settings
from micromart_core.transaction import Transaction

if TYPE_CHECKING:
    from micromart_core.adapters.keycloak.authority import IssuerAuthority
    from micromart_core.adapters.keycloak.reception import Reception
    from micromart_core.adapters.keycloak.sign_in import IssuerSignIn
    from micromart_core.adapters.local_identity.accounts import LocalAccounts
    from micromart_core.adapters.local_identity.authority import LocalAuthority
    from micromart_core.adapters.local_identity.home_sign_in import LocalSignIn
    from micromart_core.authentication.model import Session
    from micromart_core.bootstrap_issuer import Issuer
    from micromart_core.notifications.model import Delivery, MailPort

HANDLERS = ("inventory", "carts", "users", "notifications")
UPKEEP_EVERY = 1.0
"""Seconds between two looks of one process at what others left behind."""
SWEPT_ALONG, LETTERS_AT_ONCE, LETTERS_ALONG_SECONDS = 20, 100, 2.0
_log = logging.getLogger("micromart.upkeep")


class Shop:
    """A shop that is open: its database, who may come in, and what it does after each sale."""

    def __init__(self, settings: Settings, database: Database, folder: Path) -> None:
        self.settings, self.database, self.folder = settings, database, folder
        self.metrics = Metrics()
        self.delivery = InProcessDelivery(database, settings, load_handlers, tell_of_dead_letter)
        self._board = Board()
        self._neighbours = self._neighbours_of(settings)
        self._rate_limit = _rate_limit_of(settings, self._neighbours)
        database.tell = self._tell
        self.issuer = _issuer_of(settings)
        self._last_upkeep = 0.0

    def gateway(self, identity: Identity, credentials: Callable[[], Credentials] = Credentials) -> LocalGateway:
        """Return the door for whoever these credentials belong to."""
        return LocalGateway(
            database=self.database,
            settings=self.settings,
            identity=identity,
            credentials=credentials,
            after_commit=self._after_commit,
            follow=self.changes,
            answers=self._neighbours.answers,
            rate_limit=self._rate_limit,
            metrics=self.metrics,
        )

    def operator(self) -> LocalGateway:
        """Return the door for whoever runs a verb beside the database with its own credentials."""
        return self.beside(Caller(f"operator:{os_user()}", EVERYTHING, signed_in=True))

    def identity_of(self, home: Home) -> Identity:
        """Who finds out who is calling from a home: local accounts, unless the settings name an issuer."""
        if self.issuer:
            return self.issuer.identity_of(home)
        from micromart_core.adapters.local_identity.identity import LocalIdentity

        return LocalIdentity(self.settings)

    @property
    def letters(self) -> Path | None:
        """The outbox beside an offline shop, where its letters stay; None where they leave."""
        return None if self.settings.mail.url else self.folder / "outbox"

    @cached_property
    def accounts(self) -> "LocalAccounts":
        """What registers people and signs them in; raise InvalidValue where an issuer does that."""
        from micromart_core.adapters.local_identity.accounts import LocalAccounts

        return LocalAccounts(self.beside(THE_SHOP))

    def sign_in_of(self, home: Home) -> "LocalSignIn":
        """What signs the person of a home in and out; raise InvalidValue where an issuer does that."""
        from micromart_core.adapters.local_identity.home_sign_in import sign_in_of_home

        return sign_in_of_home(home, self.accounts, partial(self.describe, self.identity_of(home)))

    def describe(self, identity: Identity, credentials: Credentials) -> "Session":
        """Say whose session these credentials open, where accounts are local."""
        from micromart_core.adapters.local_identity.home_sign_in import describe

        return describe(self.gateway(identity, lambda: credentials), credentials)

    def issuer_sign_in_of(self, home: Home) -> "IssuerSignIn | None":
        """What signs the person of a home in and out at the issuer; None where accounts are local."""
        reception = self.reception_of(home)
        return self.issuer.sign_in_at(home, reception) if self.issuer and reception else None

    def reception_of(self, home: Home) -> "Reception | None":
        """What lets in whom the issuer signed in; None where accounts are local."""
        door = partial(self.gateway, self.identity_of(home))
        return self.issuer.reception_of(home, self.beside(THE_SHOP), door) if self.issuer else None

    @cached_property
    def authority(self) -> "LocalAuthority | IssuerAuthority":
        """What grants roles, and makes automation clients where no issuer does that."""
        if self.issuer:
            return self.issuer.authority()
        from micromart_core.adapters.local_identity.authority import LocalAuthority

        return LocalAuthority(self.beside(THE_SHOP))

    def credentials_of(self, home: Home) -> Callable[[], Credentials]:
        """Return how the person of a home, or the script that the settings name, says who is calling."""
        from micromart_core.adapters.home_credentials import ClientCredentials, credentials_of_home

        if self.issuer:
            return self.issuer.credentials_of(home)
        if not self.settings.automation.client_id:
            return lambda: credentials_of_home(home)
        return ClientCredentials(self.settings.automation, partial(self.authority.sign_in_client, source=this_source()))

    def changes(self) -> Changes:
        """Return an iterator of what changes, as it changes, until it is closed."""
        listening = self._board.listen(pulse_of(self.database))
        self._neighbours.listen()
        return listening

    def send_mail(
        self, budget_seconds: float, limit: int = LETTERS_AT_ONCE, may_go_on: Callable[[], bool] = lambda: True
    ) -> "Delivery":
        """Send letters that are due, beginning none after the budget; say what became of them."""
        from micromart_core.notifications.sender import send_due

        beside, port = self.beside(THE_SHOP), self._mail_port(budget_seconds)
        return send_due(beside, port, budget_seconds=budget_seconds, limit=limit, may_go_on=may_go_on)

    def send_mail_along(self) -> None:
        """Send letters for a moment after a verb's answer, where no daemon does it."""
        if not self.has_broker:
            self.send_mail(LETTERS_ALONG_SECONDS)

    @property
    def has_broker(self) -> bool:
        """True when daemons deliver the events and send the letters; False when whoever commits does."""
        return bool(self.settings.broker.url)

    def check_addresses(self) -> None:
        """Raise InvalidValue, before a daemon begins, for the address of a mail server or a broker that is none."""
        self._mail_port(patience_seconds=0)
        if self.has_broker:
            import_module("micromart_core.adapters.rabbitmq.connection").addresses_of(self.settings.broker.url)

    def close(self) -> None:
        """Give every connection back."""
        if self.issuer:
            self.issuer.close()
        self._neighbours.close()
        self.database.close()

    def _mail_port(self, patience_seconds: float) -> "MailPort":
        from micromart_core.adapters.mail_ports import mail_port_of

        return mail_port_of(self.settings, self.folder / "outbox", patience_seconds=patience_seconds)

    def _tell(self, changes: frozenset[Change]) -> None:
        """Let the screens of this process know what was committed, and soon those of others."""
        self._board.tell(changes)
        self._neighbours.tell(changes)

    def _neighbours_of(self, settings: Settings) -> Neighbours:
        if not settings.redis.url:
            return Alone()
        from micromart_core.adapters.redis.shared import Shared

        # A reader of SQLite sees the file as it was when it began; the version of a topic, read later, would make
        # what it finds look newer than it is.
        remembers = not self.database.is_sqlite
        return Shared(settings.redis, self._board, lambda: self.beside(THE_SHOP), remembers=remembers)

    def beside(self, caller: Caller) -> LocalGateway:
        """Return the door of somebody this process vouches for; limits are for those who come from outside."""
        return replace(self.gateway(KnownCaller(caller)), rate_limit=Unlimited())

    def _after_commit(self, events: list[Envelope]) -> None:
        """Deliver what was just recorded, unless daemons do, and now and then what a dead process left behind."""
        if events and not self.has_broker:
            self.delivery.deliver(events)
        if stopwatch() - self._last_upkeep >= UPKEEP_EVERY:
            self._last_upkeep = stopwatch()
            self._look_after_others()

    def _look_after_others(self) -> None:
        from micromart_core.carts.service_upkeep import sweep_expired

        try:
            with explained():
                self.beside(THE_SHOP).run(sweep_expired, SWEPT_ALONG)
                if not self.has_broker:
                    self.delivery.drain()
        except MicroMartError as error:
            _log.warning("upkeep failed: %s", error)


def open_shop(settings: Settings, data_folder: Path, *, clock: Clock | None = None) -> Shop:
    """Open the shop that the settings name, as it is; the embedded one lies in `data_folder`."""
    settings = located(settings, data_folder)
    database = Database(settings.database, clock)
    path = database.url.database
    folder = Path(path).parent if database.is_sqlite and path else data_folder
    return Shop(settings, database, folder)


def open_ready_shop(settings: Settings, data_folder: Path, say: Callable[[str], None]) -> Shop:
    """Open a shop that can sell: an embedded one that is missing is made with the demo catalogue, and `say` tells.

    Raise SchemaTooOld or SchemaTooNew for a database of another version.
    """
    made = make_missing_shop(settings, data_folder, say)
    shop = open_shop(settings, data_folder)
    try:
        migration.check(shop.database)
        if made:
            shop.delivery.drain(older_than=timedelta(0))
    except BaseException:
        shop.close()
        raise
    return shop


def make_missing_shop(settings: Settings, data_folder: Path, say: Callable[[str], None]) -> bool:
    """Make the embedded shop with the demo catalogue, and `say` so; False when it is there or a server has it."""
    from micromart_core.embedded import make_shop

    def fill(gateway: LocalGateway) -> None:
        from micromart_core.products.demo import seed_demo

        gateway.run(seed_demo)

    settings = located(settings, data_folder)
    made = make_shop(settings, fill)
    if made:
        say(f"A new shop with the demo catalogue is open: {make_url(settings.database.url).database}")
    return made


def located(settings: Settings, data_folder: Path) -> Settings:
    """Return the settings with the place of the embedded database filled in."""
    if settings.database.url:
        return settings
    return replace(settings, database=replace(settings.database, url=f"sqlite:///{data_folder / 'shop.db'}"))


def load_handlers() -> None:
    """Register what every service does when another's event arrives."""
    for service in HANDLERS:
        import_module(f"micromart_core.{service}.handlers")


def tell_of_dead_letter(tx: Transaction, letter: DeadLetter) -> None:
    """Write to staff about an event that was given up."""
    from micromart_core.notifications import handlers

    handlers.tell_of_dead_letter(tx, letter)


def _rate_limit_of(settings: Settings, neighbours: Neighbours) -> RateLimit:
    most = settings.limits.operations_per_minute
    return PerMinute(most, neighbours.window) if most else Unlimited()


def _issuer_of(settings: Settings) -> "Issuer | None":
    if not settings.identity.issuer:
        return None
    from micromart_core.bootstrap_issuer import Issuer

    return Issuer(settings)
