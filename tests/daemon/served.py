"""A served shop whose daemons are processes: who buys there, what waits, and what became of it."""

from pathlib import Path

from msgspec.structs import replace
from sqlalchemy import text

from micromart_core import bootstrap, dispatch
from micromart_core.bootstrap_broker import queue_depths
from micromart_core.carts.service import set_quantity
from micromart_core.database import Database
from micromart_core.events import Event
from micromart_core.every_table import load_tables
from micromart_core.inventory.model import Sku
from micromart_core.inventory.service_verify import verify_stock
from micromart_core.migration import stamp
from micromart_core.orders.service import place_order
from micromart_core.settings import BrokerSettings, CheckoutSettings, DatabaseSettings, Settings
from tests.chaos.invariants import violations
from tests.conftest import ShopUnderTest
from tests.daemon.process import PATIENCE, DaemonProcess, eventually
from tests.mail_server import letters_in

DAEMON = "micromart_daemon.main"
TEA, MUG = "TEA-01", "NM-001"
UNPUBLISHED = "SELECT count(*) FROM outbox WHERE published_at IS NULL"
UNSENT = "SELECT count(*) FROM mails WHERE status = 'queued'"
ALIVE = "NOT IN (SELECT id FROM dead_letters)"


class Served:
    """One shop; its daemons are begun by `daemon`, and this process is its shoppers and its staff."""

    def __init__(self, url: str, broker_url: str, mail_url: str, folder: Path) -> None:
        _make_tables(url)
        bootstrap.load_handlers()
        self.folder, self.url, self.broker_url = folder, url, broker_url
        self.letters_folder = folder / "letters"
        self.env = {
            "MICROMART_HOME": str(folder / "home"),
            "MICROMART_DATABASE__URL": url,
            "MICROMART_BROKER__URL": broker_url,
            "MICROMART_REDIS__URL": "",
            "MICROMART_MAIL__URL": mail_url,
            "MICROMART_IDENTITY__ALLOW_LOCAL": "true",
            "MICROMART_DAEMON__LISTEN": "127.0.0.1:0",
        }
        settings = replace(Settings(), broker=BrokerSettings(url=broker_url, timeout_seconds=5))
        settings = replace(settings, checkout=CheckoutSettings(require_address=False))
        self.shop = ShopUnderTest(url, None, folder, settings)
        self.shop.shop._last_upkeep = float("inf")  # what lies behind is the daemons' work
        self.daemons: list[DaemonProcess] = []

    def begins(
        self, *words: str, module: str = "", program: str = DAEMON, env: dict[str, str] | None = None
    ) -> DaemonProcess:
        """Begin a daemon, or another program; with a module a daemon has that module's handlers too."""
        line = [str(Path(__file__).with_name("runner.py")), module] if module else ["-m", program]
        log = self.folder / f"daemon-{len(self.daemons)}.log"
        self.daemons.append(DaemonProcess([*line, *(words or ("run",))], self.env | (env or {}), log))
        return self.daemons[-1]

    def daemon(self, roles: str = "", *, module: str = "", env: dict[str, str] | None = None) -> DaemonProcess:
        """Begin a daemon and wait until it runs."""
        return self.begins("run", *(["--roles", roles] if roles else []), module=module, env=env).runs()

    def stocks(self, sku: str = TEA, on_hand: int = 1_000, **facts) -> None:
        self.shop.stocks(sku, on_hand, **facts)

    def buys(self, name: str, sku: str = TEA, email: str | None = "", shop: ShopUnderTest | None = None):
        """Somebody puts one unit into the cart and orders it; `shop` is another way in."""
        door = (shop or self.shop).shopper(name, email=email)
        door.run(set_quantity, Sku(sku), 1)
        return door.run(place_order)

    def joins(self, *names: str) -> None:
        """Give shoppers a profile, so that they are written to about their carts."""
        for name in names:
            self.changes(
                f"""INSERT INTO users (id, issuer, subject, username, username_key, name, email, created_at,
                last_seen_at) VALUES ('usr_{name}', 'test', '{name}', '{name}', '{name}', '{name}',
                '{name}@example.org', now(), now())"""
            )

    def count(self, statement: str) -> int:
        return self.shop.rows(statement)[0][0]

    def changes(self, statement: str) -> None:
        """Change a row by hand, as time would have."""
        with self.shop.database.begin(writes=True) as opened:
            opened.connection.execute(text(statement))
            opened.commit()

    def letters(self) -> list:
        return letters_in(self.letters_folder)

    def comes_to_rest(self, patience: float = PATIENCE) -> None:
        """Wait until every event was handled and every letter has left or is given up."""
        eventually(lambda: not self.count(UNPUBLISHED) and self.is_taken_in() and not self.count(UNSENT), patience)
        if self.broker_url:
            eventually(lambda: not any(self.depths().values()), patience)

    def is_taken_in(self) -> bool:
        """Say whether every handler has taken in every event that is not dead."""
        events = self.shop.rows(f"SELECT type, count(*) FROM outbox WHERE id {ALIVE} GROUP BY type")
        wanted = sum(count * len(dispatch._handlers[Event.by_name[name]]) for name, count in events)
        return wanted == self.count(f"SELECT count(*) FROM inbox WHERE event_id {ALIVE}")

    def depths(self) -> dict[str, int]:
        return queue_depths(self.shop.shop)

    def is_sound(self) -> bool:
        """Say whether every promise was kept."""
        found = violations(self.shop.database)
        assert not found, found
        found = self.shop.staff().run(verify_stock).violations
        assert not found, found
        return True

    def close(self) -> None:
        for daemon in self.daemons:
            daemon.close()
        self.shop.close()


def _make_tables(url: str) -> None:
    database = Database(DatabaseSettings(url=url))
    with database.begin(writes=True) as opened:
        load_tables().create_all(opened.connection)
        stamp(opened.connection)
        opened.commit()
    database.close()
