"""What /metrics tells: how the work is going, read when it is asked for, and what this process has run."""

import logging
from collections.abc import Iterator

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from micromart_core.bootstrap import Shop
from micromart_core.clock import stopwatch
from micromart_core.errors import MicroMartError
from micromart_core.maintenance.doctor import reaches_redis
from micromart_core.maintenance.running import examine_ledger
from micromart_core.maintenance.vitals import Vitals, read_vitals

LEDGER_EVERY = 600.0
"""Seconds between two replays of the ledger, which is dear in a large shop."""
_log = logging.getLogger("micromart.daemon")


class ShopCollector(Collector):
    """Reads the shop's vitals at every scrape; what cannot be read is left out, and if that is all, `up` is 0."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self._replayed_at: float | None = None
        self._drift: int | None = None
        """0 or 1; None when the ledger could not be replayed."""

    def collect(self) -> Iterator[Metric]:
        """Yield every figure that can be had now."""
        yield from self._of_database()
        if self._shop.has_broker:
            yield from self._of_broker()
        if self._shop.settings.redis.url:
            yield _gauge("redis_up", "1 when Redis answers; without it the shop goes on.", reaches_redis(self._shop))
        yield from _of_operations(self._shop)

    def _of_database(self) -> Iterator[Metric]:
        try:
            vitals = self._shop.operator().run(read_vitals)
        except MicroMartError as error:
            _log.warning("no figures: %s", error.message)
            yield _gauge("up", "1 when the database answers.", 0)
            return
        yield _gauge("up", "1 when the database answers.", 1)
        yield from _of_vitals(vitals)
        yield from self._of_ledger()

    def _of_ledger(self) -> Iterator[Metric]:
        """Replay the ledger when it is time; one that took too long is not tried at each scrape either."""
        now = stopwatch()
        if self._replayed_at is None or now - self._replayed_at > LEDGER_EVERY:
            self._replayed_at, self._drift = now, self._replay()
        if self._drift is not None:
            yield _gauge("ledger_drift", "1 when the replayed ledger differs from the stock.", self._drift)

    def _replay(self) -> int | None:
        try:
            return int(not examine_ledger(self._shop).ok)
        except MicroMartError as error:
            _log.warning("the ledger was not replayed: %s", error.message)
            return None

    def _of_broker(self) -> Iterator[Metric]:
        from micromart_core.bootstrap_broker import queue_depths

        depths = GaugeMetricFamily("micromart_queue_messages", "Messages in a queue of the broker.", labels=["queue"])
        try:
            for queue, count in queue_depths(self._shop).items():
                depths.add_metric([queue], count)
        except MicroMartError as error:
            _log.warning("no queue depths: %s", error.why)
            yield _gauge("broker_up", "1 when the broker answers.", 0)
            return
        yield _gauge("broker_up", "1 when the broker answers.", 1)
        yield depths


def _of_vitals(vitals: Vitals) -> Iterator[Metric]:
    yield _gauge("outbox_events", "Events that wait to be published.", vitals.events.count)
    yield _gauge("outbox_age_seconds", "How long the oldest of them has waited.", vitals.events.seconds)
    yield _gauge("sweep_carts", "Carts whose hold is over and that are not swept.", vitals.carts.count)
    yield _gauge("sweep_lag_seconds", "How long the oldest of them has been over.", vitals.carts.seconds)
    yield _gauge("mail_waiting", "Letters that have not left.", vitals.letters.count)
    yield _gauge("mail_late_seconds", "How long the oldest of them has been due.", vitals.letters.seconds)
    yield _gauge("mail_dead", "Letters that were given up.", vitals.dead_mails)
    yield _gauge("dead_letters", "Events that were given up.", vitals.dead_events)
    yield _gauge("daemons", "Daemons that were seen lately.", len(vitals.daemons))


def _of_operations(shop: Shop) -> Iterator[Metric]:
    """Tell how often and for how long in all this process has run each operation, by what came of it."""
    labels = ["operation", "outcome"]
    runs = CounterMetricFamily("micromart_operations", "Operations run by this process.", labels=labels)
    seconds = CounterMetricFamily("micromart_operation_seconds", "Time they took.", labels=labels)
    retries = CounterMetricFamily("micromart_operation_retries", "Lost races run again.", labels=labels)
    for key, tally in sorted(shop.metrics.snapshot().items()):
        runs.add_metric(key, tally.count)
        seconds.add_metric(key, tally.seconds)
        retries.add_metric(key, tally.retries)
    yield from (runs, seconds, retries)


def _gauge(name: str, documentation: str, value: float) -> Metric:
    return GaugeMetricFamily(f"micromart_{name}", documentation, value=value)
