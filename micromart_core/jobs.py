"""The work that cron gives to the shop: each job says how much it did."""

from collections.abc import Callable
from datetime import timedelta

from msgspec import Struct

from micromart_core import inbox, intents, outbox
from micromart_core.authentication import throttling
from micromart_core.bootstrap import Shop
from micromart_core.carts.service_purge import forget_ended_carts
from micromart_core.carts.service_stats import count_carts
from micromart_core.carts.service_upkeep import sweep_expired
from micromart_core.errors import NotFound
from micromart_core.inventory.model import StockLow
from micromart_core.inventory.service_levels import list_low
from micromart_core.notifications.model import Delivery
from micromart_core.notifications.service import count_waiting
from micromart_core.operation import Gateway, operation
from micromart_core.transaction import Transaction

PUBLISHED_FOR = timedelta(days=30)
"""How long a published event can be replayed."""
TAKEN_IN_FOR = timedelta(days=90)
"""How long a handler remembers an event: longer than anybody can replay it, so that nothing takes effect twice."""
_PAGE = 1_000
_NO_TIME_LIMIT = 3_600.0


class Job(Struct, frozen=True):
    """A job by its name, and what it does in a few words."""

    name: str
    does: str


JOBS = (
    Job("expire-carts", "end carts whose hold is over and free their stock"),
    Job("deliver-events", "deliver the events that wait"),
    Job("send-mail", "send the letters that are due"),
    Job("low-stock", "tell staff what is low"),
    Job("purge", "forget what has had its time: answers, events, ended carts, sessions and codes"),
)


class JobDone(Struct, frozen=True):
    """How much a job did: carts, events, letters, products or rows."""

    job: str
    done: int
    dry_run: bool


class UnknownJob(NotFound):
    """There is no job of this name."""

    code = "job.unknown"

    def __init__(self, name: str) -> None:
        self.job = name
        super().__init__(f"There is no job {name}.", why=f"the jobs are {', '.join(_RUN)}", hint="micromart job list")


def run_job(shop: Shop, name: str, *, dry_run: bool) -> JobDone:
    """Run a job until nothing is left to do, or only count what it would do; raise UnknownJob."""
    find_job(name)
    return JobDone(name, (_COUNT if dry_run else _RUN)[name](shop), dry_run)


def list_jobs() -> tuple[Job, ...]:
    """Return the jobs there are."""
    return JOBS


def find_job(name: str) -> Job:
    """Return the job of this name, or raise UnknownJob."""
    for job in JOBS:
        if job.name == name:
            return job
    raise UnknownJob(name)


@operation("ops:run", on_wire=False)
def tell_low_stock(tx: Transaction) -> int:
    """Tell staff of every product that is low, whether or not it was low before; return how many."""
    told, after = 0, None
    while True:
        page = list_low(tx, after=after, limit=_PAGE)
        tx.record(
            *(StockLow(sku=level.sku, on_hand=level.on_hand, reorder_level=level.reorder_level) for level in page.items)
        )
        told, after = told + len(page.items), page.next
        if after is None:
            return told


@operation("ops:run", repeatable=True, on_wire=False)
def forget_old_traffic(tx: Transaction) -> int:
    """Delete answers, published events and deliveries that nobody can ask for any more; return how many rows."""
    answers = intents.purge(tx.connection, now=tx.now)
    events = outbox.purge(tx.connection, before=tx.now - PUBLISHED_FOR)
    return answers + events + inbox.purge(tx.connection, before=tx.now - TAKEN_IN_FOR)


@operation("ops:run", repeatable=True, on_wire=False)
def forget_old_sessions(tx: Transaction) -> int:
    """Delete ended sessions, dead codes and tries that no longer count; return how many rows."""
    return throttling.purge(tx)


@operation("ops:run", writes=False, on_wire=False)
def count_waiting_events(tx: Transaction) -> int:
    """Count the events that wait for delivery."""
    return outbox.count_waiting(tx.connection)


def _expire_carts(shop: Shop) -> int:
    return _until_nothing_is_left(lambda: shop.operator().run(sweep_expired))


def _deliver_events(shop: Shop) -> int:
    """Hand what waits to the broker, whose daemons take it in; without one deliver it here."""
    if shop.has_broker:
        from micromart_core.bootstrap_broker import relay_of

        relay = relay_of(shop)
        try:
            return _until_nothing_is_left(relay.relay)
        finally:
            relay.close()
    return shop.delivery.drain(older_than=timedelta(0))


def _send_mail(shop: Shop) -> int:
    return _until_nothing_is_left(lambda: _settled(shop.send_mail(_NO_TIME_LIMIT)))


def _settled(delivery: Delivery) -> int:
    return delivery.sent + delivery.dead


def _purge(gateway: Gateway) -> int:
    return gateway.run(forget_old_traffic) + gateway.run(forget_ended_carts) + gateway.run(forget_old_sessions)


def _until_nothing_is_left(work: Callable[[], int]) -> int:
    done = 0
    while count := work():
        done += count
    return done


def _rehearsal(shop: Shop) -> Gateway:
    return shop.operator().under(dry_run=True)


_RUN: dict[str, Callable[[Shop], int]] = {
    "expire-carts": _expire_carts,
    "deliver-events": _deliver_events,
    "send-mail": _send_mail,
    "low-stock": lambda shop: shop.operator().run(tell_low_stock),
    "purge": lambda shop: _purge(shop.operator()),
}
_COUNT: dict[str, Callable[[Shop], int]] = {
    "expire-carts": lambda shop: shop.operator().run(count_carts).overdue,
    "deliver-events": lambda shop: shop.operator().run(count_waiting_events),
    "send-mail": lambda shop: shop.operator().run(count_waiting).queued,
    "low-stock": lambda shop: _rehearsal(shop).run(tell_low_stock),
    "purge": lambda shop: _purge(_rehearsal(shop)),
}
