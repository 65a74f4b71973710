"""A shop of one's own for every test, on both databases."""

import logging
import os
import shutil
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace
from sqlalchemy import insert, text
from sqlalchemy.engine import make_url

from micromart_core import bootstrap, every_table
from micromart_core.caller import Caller, UserId
from micromart_core.database import Database
from micromart_core.identity import KnownCaller
from micromart_core.permissions import EVERYTHING, Role, permissions_of
from micromart_core.schema import metadata
from micromart_core.settings import DatabaseSettings, Settings
from tests.elsewhere import IS_ASKED_FOR, Elsewhere
from tests.elsewhere_share import pytest_keep_the_share  # noqa: F401 a hook for all
from tests.redis_server import hole, own_redis  # noqa: F401 fixtures for all
from tests.slow_budget import pytest_collection_modifyitems, pytest_runtest_setup  # noqa: F401 hooks for all
from tests.small_disk import small_disk  # noqa: F401 a fixture for all
from tests.stack_servers import (  # noqa: F401 fixtures for all
    broker_url,
    go_without,
    keycloak,
    redis_url,
    virtual_host_url,
)

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
# Read before any test: those of the command line take the shop's settings out of the environment.
POSTGRESQL = os.environ.get("MICROMART_TEST_POSTGRESQL") or os.environ.get("MICROMART_DATABASE__URL", "")


class FakeClock:
    """A clock that moves when the story says so."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **step: float) -> None:
        self.now += timedelta(**step)


class ShopUnderTest:
    """A shop with a database of its own and any number of shoppers."""

    def __init__(self, url: str, clock: FakeClock | None, folder: Path, settings: Settings | None = None) -> None:
        base = settings or Settings()
        self.settings = _with_database(base, url)
        self.clock = clock
        self.shop = bootstrap.open_shop(self.settings, folder, clock=clock)
        self.database = self.shop.database
        self.folder = folder
        self.others: list[ShopUnderTest] = []
        self._elsewhere: Elsewhere | None = None

    def again(self, **sections) -> "ShopUnderTest":
        """The same database under other settings: `shop.again(holds=HoldSettings(...))`; closed with this one."""
        other = ShopUnderTest(self.settings.database.url, self.clock, self.folder, replace(self.settings, **sections))
        self.others.append(other)
        return other

    def guest(self, name: str):
        return self._door(Caller("guest", cart_key=f"key-of-{name}"))

    def shopper(self, name: str, *roles: Role, email: str | None = ""):
        permissions = permissions_of(frozenset({Role.SHOPPER, *roles}))
        address = f"{name}@example.org" if email == "" else email
        caller = Caller(name, permissions, user_id=UserId(f"usr_{name}"), email=address, signed_in=True)
        return self._door(caller)

    def staff(self, name: str = "stan", *roles: Role):
        caller = Caller(
            name,
            permissions_of(frozenset(roles)) if roles else EVERYTHING,
            user_id=UserId(f"usr_{name}"),
            email=f"{name}@example.org",
            signed_in=True,
        )
        return self._door(caller)

    def _door(self, caller: Caller):
        """A caller's way in: beside the database, or through a gateway where the whole run is asked to."""
        local = self.shop.gateway(KnownCaller(caller))
        return self.elsewhere.door(caller, local) if IS_ASKED_FOR else local

    @property
    def elsewhere(self) -> Elsewhere:
        """The gateway of this shop, started when it is first needed."""
        self._elsewhere = self._elsewhere or Elsewhere(self.shop, sends_letters=not IS_ASKED_FOR)
        return self._elsewhere

    def operator(self):
        return self.shop.operator()

    def deliver(self) -> int:
        """Deliver every event that waits, however young."""
        return self.shop.delivery.drain(older_than=timedelta(seconds=-1))

    def stocks(
        self, sku: str, on_hand: int, *, price: str = "4.50", status: str = "published", reorder_level: int = 0
    ) -> None:
        """Put a product on the shelf by hand."""
        from micromart_core.inventory.store_levels import stock, stock_movements
        from micromart_core.money import Money
        from micromart_core.products.tables import products

        now = self.clock() if self.clock else datetime.now(UTC)
        self.needs_category("tests")
        with self.database.begin(writes=True) as opened:
            opened.connection.execute(insert(stock).values(sku=sku, on_hand=on_hand, reorder_level=reorder_level))
            if on_hand:
                row = {"change": on_hand, "balance": on_hand, "reason": "received", "actor": "test", "at": now}
                opened.connection.execute(insert(stock_movements).values(sku=sku, **row))
            names = {"sku": sku, "name": f"The {sku}", "name_key": f"the {sku}".lower(), "category_key": "tests"}
            words = {"tagline": "", "description": "", "words": "", "tint": "ember", "status": status}
            price_of_one = {"price": Money.parse(price, "USD").amount, "currency": "USD"}
            moments = {"created_at": now, "updated_at": now}
            opened.connection.execute(insert(products).values(**names, **words, **price_of_one, **moments))
            opened.connection.execute(text("UPDATE categories SET products = products + 1 WHERE key = 'tests'"))
            opened.commit()

    def needs_category(self, name: str) -> None:
        from micromart_core.products.tables import categories
        from micromart_core.upsert import insert_if_new

        now = self.clock() if self.clock else datetime.now(UTC)
        with self.database.begin(writes=True) as opened:
            insert_if_new(opened.connection, categories, {"key": name, "name": name, "created_at": now})
            opened.commit()

    def raw_stock(self, sku: str):
        """What the stock row itself says: on_hand and held."""
        with self.database.begin(writes=False) as opened:
            return opened.connection.execute(
                text("SELECT on_hand, held FROM stock WHERE sku = :sku"), {"sku": sku}
            ).one()

    def rows(self, statement: str, **values):
        with self.database.begin(writes=False) as opened:
            return opened.connection.execute(text(statement), values).all()

    def close(self) -> None:
        for other in self.others:
            other.close()
        if self._elsewhere is not None:
            self._elsewhere.close()
        self.shop.close()


def _with_database(settings: Settings, url: str) -> Settings:
    return replace(settings, database=replace(settings.database, url=url))


@pytest.fixture(autouse=True)
def log_as_it_was():
    """Where the log goes, put back after each test: a verb that runs in this process sends it to its home."""
    log = logging.getLogger("micromart")
    handlers, propagate, level = list(log.handlers), log.propagate, log.level
    yield
    for handler in log.handlers:
        if handler not in handlers:
            handler.close()
    log.handlers, log.propagate = handlers, propagate
    log.setLevel(level)


@pytest.fixture(autouse=True)
def everything_is_logged_no_longer():
    """What -vv did, undone: all that is logged would go to the standard error of a test that is over."""
    level = logging.root.level
    yield
    logging.root.setLevel(level)
    for handler in list(logging.root.handlers):
        if type(handler) is logging.StreamHandler:  # pytest's own are of other kinds
            logging.root.removeHandler(handler)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory) -> Path:
    """An empty shop, made once and copied for each test."""
    return make_empty_shop(tmp_path_factory.mktemp("template"))


def make_empty_shop(folder: Path) -> Path:
    """Make an empty shop in a folder and return its file."""
    path = folder / "shop.db"
    database = Database(DatabaseSettings(url=f"sqlite:///{path}"))
    every_table.load_tables()
    metadata.create_all(database.engine)
    database.close()
    return path


def copied_to(folder: Path, template: Path) -> str:
    """Copy an empty shop into a folder and return its URL."""
    return f"sqlite:///{shutil.copy(template, folder / 'shop.db')}"


def _server() -> str:
    if not POSTGRESQL.startswith("postgresql"):
        go_without("PostgreSQL")
    return POSTGRESQL


@pytest.fixture(scope="session")
def postgresql_url(worker_id) -> str:
    """A PostgreSQL database of this test worker's own, in the stack's server."""
    server = _server()
    url = make_url(server)
    name = f"test_{worker_id}_{os.getpid()}"
    admin = Database(DatabaseSettings(url=server))
    with admin.engine.connect() as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    own = url.set(database=name).render_as_string(hide_password=False)
    every_table.load_tables()
    database = Database(DatabaseSettings(url=own))
    metadata.create_all(database.engine)
    database.close()
    yield own
    with admin.engine.connect() as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
    admin.close()


@pytest.fixture(scope="session")
def worker_id(request) -> str:
    return getattr(request.config, "workerinput", {}).get("workerid", "main")


def _empty(url: str) -> None:
    database = Database(DatabaseSettings(url=url))
    tables = ", ".join(f'"{table.name}"' for table in metadata.sorted_tables)
    with database.engine.connect() as connection:
        # Otherwise the ledger and the audit refuse it.
        connection.execute(text("SET session_replication_role = replica"))
        connection.execute(text(f"TRUNCATE {tables} RESTART IDENTITY CASCADE"))
    database.close()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.servers)])
def database_url(request, tmp_path) -> str:
    """An empty, migrated database: SQLite always, PostgreSQL with the servers."""
    if request.param == "sqlite":
        return copied_to(tmp_path, request.getfixturevalue("sqlite_template"))
    url = request.getfixturevalue("postgresql_url")
    _empty(url)
    return url


@pytest.fixture
def shop(database_url, clock, tmp_path):
    """A shop whose clock moves when the story says so."""
    shop = ShopUnderTest(database_url, clock, tmp_path)
    yield shop
    shop.close()


@pytest.fixture
def live_shop(database_url, tmp_path):
    """A shop on the database's own time, for races."""
    shop = ShopUnderTest(database_url, None, tmp_path)
    yield shop
    shop.close()


@pytest.fixture
def empty_postgresql():
    """A function that makes a PostgreSQL database without a single table and returns its URL."""
    server = _server()
    admin = Database(DatabaseSettings(url=server))
    made = []

    def make() -> str:
        made.append(f"empty_{uuid.uuid4().hex}")  # no name twice: a daemon that outlived its test must find nothing
        with admin.engine.connect() as connection:
            connection.execute(text(f'CREATE DATABASE "{made[-1]}"'))
        return make_url(server).set(database=made[-1]).render_as_string(hide_password=False)

    yield make
    with admin.engine.connect() as connection:
        for name in made:
            connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    admin.close()
