"""Real daemons: two against one, from the order to the letter, and what an idle one costs."""

import os
import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct
from sqlalchemy import text

from benchmarks.daemon_processes import running_daemons
from benchmarks.figures import Figure
from benchmarks.load import Work, run_for
from benchmarks.scripts import run_script
from benchmarks.servers import empty_queues, mail_url, own_database
from benchmarks.shops import make_tables, open_on, shopper_of, sku_of
from micromart_core.bootstrap import Shop
from micromart_core.bootstrap_broker import event_routes, relay_of
from micromart_core.carts.service import set_quantity
from micromart_core.orders.service import place_order
from micromart_core.settings import CheckoutSettings, MailSettings

PRODUCTS = 1_000
LEAST_GAIN = 1.6
SLOWEST_LETTER_SECONDS = 1.0
MOST_IDLE_PERCENT, MOST_IDLE_MB = 1.0, 80
DELIVERIES_OF_AN_ORDER = 3
"""The stockroom, the user and the letters hear of it."""
ORDERS_PER_SECOND = 20
"""Orders placed each second while letters are timed."""
SETTLED_SECONDS = 65
"""By then each role has found nothing for so long that the lookout alone looks (0038)."""
_PATIENCE = 120.0


def measure(folder: Path, *, quick: bool) -> list[Figure]:
    """Measure daemons of this checkout on a database and queues of their own."""
    orders, seconds, repetitions = (600, 5, 1) if quick else (2_000, 30, 3)
    with serving("daemons") as shop:
        log = folder / "daemons.log"
        rates = [tuple(backlog_rate(shop, log, orders, count) for count in (1, 2)) for _ in range(repetitions)]
        letters = _letter_seconds(shop, log, seconds)
        idle = _idle(shop, log, seconds, settling=3 if quick else SETTLED_SECONDS)
    return [
        Figure.of("daemons", "two, of one", [two.rate / one.rate for one, two in rates], at_least=LEAST_GAIN),
        Figure.of("daemons", "events taken in by one", [one.rate for one, _ in rates], "events/s"),
        Figure.of("daemons", "events taken in by two", [two.rate for _, two in rates], "events/s"),
        Figure.of("daemons", "cores busy while one works, servers and all", [one.cores for one, _ in rates]),
        Figure.of("daemons", "cores busy while two work", [two.cores for _, two in rates]),
        Figure.of("daemons", "order to letter, p95", [_p95(letters)], "s", at_most=SLOWEST_LETTER_SECONDS),
        Figure.of("daemons", "order to letter, median", letters, "s"),
        Figure.of("daemons", "CPU of an idle one", [idle[0]], "%", at_most=MOST_IDLE_PERCENT),
        Figure.of("daemons", "memory of an idle one", [idle[1]], "MB", at_most=MOST_IDLE_MB),
    ]


@contextmanager
def serving(purpose: str) -> Iterator[Shop]:
    """Open a shop with all its servers, on a database and queues of its own."""
    with own_database(purpose) as url, empty_queues(event_routes()) as broker:
        make_tables(url)
        run_script(url, "shelves", products=PRODUCTS)
        mail, checkout = MailSettings(url=mail_url()), CheckoutSettings(require_address=False)
        shop = open_on(url, broker=broker, checkout=checkout, mail=mail)
        try:
            yield shop
        finally:
            shop.close()


class Rate(Struct, frozen=True):
    """How many deliveries a second were taken in, and how many of this machine's cores that kept busy."""

    rate: float
    cores: float


def backlog_rate(shop: Shop, log: Path, orders: int, count: int) -> Rate:
    """Return at which rate so many daemons work off a backlog that is published at once."""
    _place_orders(shop, orders)
    goal = _count(shop, "inbox") + DELIVERIES_OF_AN_ORDER * orders
    with running_daemons(shop.settings, log, count, roles="consumer"):
        _await(lambda: _count(shop, "daemons"), count)
        time.sleep(1)  # until they have their queues
        began, busy = time.monotonic(), _busy_seconds()
        _publish_everything(shop)
        took = _await(lambda: _count(shop, "inbox"), goal) - began
        return Rate(DELIVERIES_OF_AN_ORDER * orders / took, (_busy_seconds() - busy) / took)


def _busy_seconds() -> float:
    """Return for how long this machine's cores have worked since it started, all taken together."""
    user, nice, system, _idle, _waiting, *interrupts = Path("/proc/stat").read_text().split(maxsplit=9)[1:9]
    return sum(map(int, (user, nice, system, *interrupts))) / os.sysconf("SC_CLK_TCK")


def _publish_everything(shop: Shop) -> None:
    relay = relay_of(shop)
    while relay.relay():
        pass
    relay.close()


def _await(count: Callable[[], int], goal: int) -> float:
    """Return the moment at which a count has reached its goal."""
    deadline = time.monotonic() + _PATIENCE
    while (reached := count()) < goal:
        if time.monotonic() > deadline:
            message = f"{reached} of {goal} within {_PATIENCE:.0f} s"
            raise AssertionError(message)
        time.sleep(0.02)
    return time.monotonic()


def _letter_seconds(shop: Shop, log: Path, seconds: int) -> list[float]:
    """Place orders at a steady pace; return how long after each order the mail server had taken its letter."""
    _forget_letters(shop)
    with running_daemons(shop.settings, log, 2):
        _await(lambda: _count(shop, "daemons"), 2)
        time.sleep(2)  # until each has its queues and its mail server
        _await_no_letters(shop)
        since = _now(shop)
        run_for(_customers(shop), processes=1, threads=1, seconds=seconds)
        _await_no_letters(shop)
    took = (
        "SELECT extract(epoch FROM m.sent_at - o.placed_at) FROM orders o JOIN mails m ON m.order_id = o.id"
        " WHERE o.placed_at > :since AND m.status = 'sent' AND m.template = 'order-confirmation'"
    )
    with shop.database.begin(writes=False) as opened:
        return [float(row[0]) for row in opened.connection.execute(text(took), {"since": since})]


def _forget_letters(shop: Shop) -> None:
    """Drop the letters of the orders before, which nobody waits for here."""
    with shop.database.begin(writes=True) as opened:
        opened.connection.execute(text("DELETE FROM mails"))
        opened.commit()


def _await_no_letters(shop: Shop) -> None:
    _await(lambda: -_count(shop, "mails", "status = 'queued'") - _count(shop, "outbox", "published_at IS NULL"), 0)


def _customers(shop: Shop) -> Callable[[int], Callable[[int], Work]]:
    def in_process(_process: int) -> Callable[[int], Work]:
        own = open_on(shop.database.url, broker=shop.settings.broker, checkout=shop.settings.checkout)
        return lambda _thread: _at_a_pace(lambda: _place_orders(own, 1))

    return in_process


def _at_a_pace(place: Work) -> Work:
    """Place an order each twentieth of a second; who is half a second late does not catch up on more."""
    due = time.monotonic()

    def place_in_time() -> None:
        nonlocal due
        due = max(due + 1 / ORDERS_PER_SECOND, time.monotonic() - 0.5)
        time.sleep(max(0.0, due - time.monotonic()))
        place()

    return place_in_time


def _idle(shop: Shop, log: Path, seconds: int, *, settling: int) -> tuple[float, float]:
    """Return the CPU, in percent of a core, and the memory of a daemon with every role and nothing to do."""
    with running_daemons(shop.settings, log, 1) as [daemon]:
        time.sleep(settling)
        before = daemon.cpu_seconds()
        began = time.monotonic()
        time.sleep(seconds)
        return 100 * (daemon.cpu_seconds() - before) / (time.monotonic() - began), daemon.megabytes()


def _place_orders(shop: Shop, orders: int) -> None:
    """Let shoppers buy something each, from a shelf that is never empty."""
    chance = random.Random()
    for _ in range(orders):
        shopper = shopper_of(shop, chance.randint(1, 1_000_000))
        cart = shopper.run(set_quantity, sku_of(chance.randint(1, PRODUCTS)), 1)
        shopper.run(place_order, cart.id)


def _count(shop: Shop, table: str, where: str = "true") -> int:
    with shop.database.begin(writes=False) as opened:
        found: int = opened.connection.execute(text(f"SELECT count(*) FROM {table} WHERE {where}")).scalar_one()
        return found


def _now(shop: Shop) -> object:
    with shop.database.begin(writes=False) as opened:
        return opened.now


def _p95(seconds: Sequence[float]) -> float:
    return sorted(seconds)[len(seconds) * 95 // 100]
