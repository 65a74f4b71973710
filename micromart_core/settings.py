"""What an owner may set, one frozen section each; reading files and the environment is settings_sources' work."""

from datetime import timedelta
from decimal import Decimal

from msgspec import Struct

from micromart_core.money import Money
from micromart_core.reticent import Reticent, Unshown


class ShopSettings(Struct, frozen=True):
    """The shop itself and what it charges."""

    name: str = "MicroMart"
    """The name in letters and receipts."""
    url: str = ""
    """Where the gateway of a shop elsewhere answers; empty = the context in use, else this machine's own shop."""
    on_behalf_of: str = ""
    """Address of whoever asks by this front end; heard by a gateway that trusts this machine as its proxy."""
    currency: str = "USD"
    """ISO 4217 code of every price."""
    locale: str = "en_US"
    """How money and dates are written in letters and receipts."""
    staff_email: str = ""
    """Where low stock, dead letters and other news for staff go; empty = nowhere."""
    tax_percent: Decimal = Decimal(0)
    """Tax on the goods, in percent; rounded half up, once per order."""
    tax_included: bool = True
    """True: prices contain the tax. False: it is added to the total."""
    shipping: Decimal = Decimal(0)
    """What sending one order costs."""
    free_shipping_from: Decimal | None = None
    """Subtotal from which shipping is free; unset = never free."""

    def money(self, amount: Decimal) -> Money:
        """Return an amount of a setting as money of this shop."""
        return Money.parse(f"{amount:f}", self.currency)


class HoldSettings(Struct, frozen=True):
    """How long stock is held for a cart."""

    minutes: Decimal = Decimal(10)
    """How long what a cart gains is held, in minutes from its last gain."""
    limit_minutes: Decimal = Decimal(15)
    """The longest a cart is held, in minutes from its first gain."""

    @property
    def duration(self) -> timedelta:
        """How long a gain is held."""
        return timedelta(minutes=float(self.minutes))

    @property
    def limit(self) -> timedelta:
        """How long a cart is held at most."""
        return timedelta(minutes=float(self.limit_minutes))


class CartSettings(Struct, frozen=True):
    """How much fits into one cart."""

    max_units: int = 99
    """Most units of one product."""
    max_lines: int = 50
    """Most different products."""
    hoarding_pause_seconds: int = 60
    """How long a session waits for a product after two ended holds of it without an order; 0 = never."""


class CheckoutSettings(Struct, frozen=True):
    """What an order needs."""

    require_address: bool = True
    """True: an order needs an address."""
    strict: bool = False
    """True: a cart whose hold has ended is never ordered, even when everything is still free."""


class DatabaseSettings(Reticent, Struct, frozen=True):
    """Where the shop's data is."""

    url: Unshown[str] = ""
    """SQLAlchemy URL; empty = the embedded shop in the data folder."""
    pool_size: int = 5
    """Most connections this process keeps to PostgreSQL; a daemon keeps one more, by which it sees what is due."""
    timeout_seconds: int = 10
    """How long to wait for a connection or for a lock."""
    pgbouncer: bool = False
    """True: a transaction-pooling pgbouncer stands between; prepared statements are not used."""


class RedisSettings(Reticent, Struct, frozen=True):
    """Where Redis is, if there is one."""

    url: Unshown[str] = ""
    """redis://, rediss:// or unix:// URL; empty = the shop does without: slower, and hosts hear of each other later."""
    timeout_ms: int = 100
    """How long to wait for Redis, in milliseconds, before the shop goes on without it."""


class BrokerSettings(Reticent, Struct, frozen=True):
    """Where RabbitMQ is, if there is one."""

    url: Unshown[str] = ""
    """amqp:// or amqps:// URL, several parted by semicolons; empty = who commits an event delivers it."""
    timeout_seconds: int = 10
    """How long to wait for a connection and for each answer."""


class MailSettings(Reticent, Struct, frozen=True):
    """How letters leave."""

    url: Unshown[str] = ""
    """smtp://, smtps:// or maildir:PATH; empty = the Maildir `outbox` beside the embedded database."""
    sender: str = "MicroMart <shop@micromart.invalid>"
    """The From of every letter."""
    password_file: str = ""
    """A file with the SMTP password, when the URL names a user without one."""
    timeout_seconds: int = 20
    """How long one conversation with the mail server may take."""


class IdentitySettings(Reticent, Struct, frozen=True):
    """Who may sign in."""

    issuer: str = ""
    """OpenID issuer (a Keycloak realm); empty = local accounts in the shop's database."""
    allow_local: bool = False
    """True: local accounts also on PostgreSQL."""
    client_id: str = "micromart-cli"
    """The issuer's client by which people sign in from a terminal."""
    audience: str = "micromart"
    """What the issuer calls this shop: tokens for anybody else open nothing."""
    token_store: str = "auto"  # noqa: S105  # a place, no secret
    """Where a sign-in lies. auto: the system's keyring, else a file; file: a file; memory: this process, to its end."""
    core_client_id: str = "micromart-core"
    """The issuer's client by which the shop itself asks what staff may do."""
    core_client_secret: Unshown[str] = ""
    """Its secret; needed where staff work, better kept in a file (identity.core_client_secret_file)."""


class AutomationSettings(Reticent, Struct, frozen=True):
    """How a script signs in by itself."""

    client_id: str = ""
    """Name of the automation client."""
    client_secret: Unshown[str] = ""
    """Its secret; better kept in a file."""
    secret_file: str = ""
    """A file that holds the secret."""


class LimitSettings(Struct, frozen=True):
    """How often one caller may ask."""

    operations_per_minute: int = 0
    """Most operations of one caller in a minute, through all processes that share a Redis, else each; 0 = no limit."""


class DaemonSettings(Struct, frozen=True):
    """What `micromartd` does and where it tells how it is."""

    listen: str = "127.0.0.1:9464"
    """HOST:PORT of /health and /metrics; empty = nowhere. Neither asks who is calling: keep it on loopback."""
    log_level: str = "info"
    """debug, info, warning or error."""
    log_folder: str = ""
    """Folder in which the log is kept as well, a file for each program and host, to be shipped; empty = none."""
    niceness: int = 10
    """How far it stands back for shoppers on the same machine, as nice(1) counts: 0 = not at all, 19 = most."""


class GatewaySettings(Struct, frozen=True):
    """What `micromartd gateway` takes in from the public."""

    listen: str = "127.0.0.1:9480"
    """HOST:PORT where it answers; beyond loopback only behind a proxy that does TLS."""
    behind_proxy: bool = False
    """True: a reverse proxy with TLS stands in front, and tells who is asking."""
    trusted_proxies: str = "127.0.0.1,::1"
    """Addresses or networks, parted by commas, whose word on who is asking is taken."""
    requests_per_minute: int = 600
    """Most of one caller; of one address without a sign-in, to each worker; limits.operations_per_minute goes first."""
    max_body_kib: int = 1024
    """Largest request, in KiB."""
    request_seconds: int = 15
    """How long an answer may take."""
    workers: int = 1
    """How many processes answer on the port together; one that dies is begun again."""
    threads: int = 4
    """How many requests of one kind (guests, people, staff who change something) run at once in each worker."""
    connections: int = 1000
    """Most open connections to each worker; whoever comes then is told to come back."""
    connections_per_source: int = 100
    """Most open connections of one address (of IPv6: one /64) to each worker; a proxy's own are not counted."""
    carts_per_source: int = 50
    """Most carts that one address (of IPv6: one /64) fills without a sign-in while they are held, at each worker."""
    metrics_listen: str = ""
    """HOST:PORT of /metrics and /health for the owner; empty = nowhere. Neither asks who is calling: loopback only."""


class SshSettings(Struct, frozen=True):
    """Who may come in by `micromartd ssh`, and how many."""

    listen: str = "127.0.0.1:9422"
    """HOST:PORT where it answers; SSH does its own encryption, so it may lie beyond loopback."""
    host_key_file: str = ""
    """The private key by which clients know this host again; empty = made on the first start, in the home's state."""
    sessions: int = 100
    """Most shoppers at once; whoever comes then waits in line."""
    waiting: int = 50
    """Most who wait; whoever comes then is told to come back."""
    sessions_per_source: int = 10
    """Most shoppers, with those who wait, of one address (of IPv6: one /64)."""
    sessions_per_key: int = 3
    """Most shoppers, with those who wait, with one key."""
    operations_per_minute: int = 600
    """Most operations of one visitor; limits.operations_per_minute goes first."""
    idle_minutes: Decimal = Decimal(60)
    """Minutes without a key pressed after which a session is ended; what is held is held on."""


class WebSettings(Struct, frozen=True):
    """What `micromartd web` shows to browsers; the shop itself is behind the gateway that shop.url names."""

    listen: str = "127.0.0.1:9490"
    """HOST:PORT where it answers; beyond loopback only behind a proxy that does TLS."""
    behind_proxy: bool = False
    """True: a reverse proxy with TLS stands in front, and tells who is asking."""
    trusted_proxies: str = "127.0.0.1,::1"
    """Addresses or networks, parted by commas, whose word on who is asking is taken."""
    sessions: int = 20
    """Most open storefronts, each a process of about 75 MB; whoever comes then is told to come back."""
    sessions_per_source: int = 5
    """Most open storefronts of one address (of IPv6: one /64)."""
    idle_minutes: int = 20
    """How long a storefront stays open without a key or a click."""
    keep_minutes: int = 15
    """How long whoever closed the page finds their cart and sign-in when they open it again."""


class ScreenSettings(Struct, frozen=True):
    """How the full-screen shop behaves."""

    bell: bool = False
    """Ring, and show the time left in the window's title, when 2:00 and 0:30 of a hold are left."""


class Settings(Struct, frozen=True):
    """Everything an owner may set."""

    shop: ShopSettings = ShopSettings()
    holds: HoldSettings = HoldSettings()
    cart: CartSettings = CartSettings()
    checkout: CheckoutSettings = CheckoutSettings()
    database: DatabaseSettings = DatabaseSettings()
    redis: RedisSettings = RedisSettings()
    broker: BrokerSettings = BrokerSettings()
    mail: MailSettings = MailSettings()
    identity: IdentitySettings = IdentitySettings()
    automation: AutomationSettings = AutomationSettings()
    limits: LimitSettings = LimitSettings()
    daemon: DaemonSettings = DaemonSettings()
    gateway: GatewaySettings = GatewaySettings()
    ssh: SshSettings = SshSettings()
    web: WebSettings = WebSettings()
    screens: ScreenSettings = ScreenSettings()
