"""The sweeper role: ends carts whose hold is over, soon after it is."""

from micromart_core.bootstrap import Shop
from micromart_core.carts.service_upkeep import is_cart_due, sweep_expired
from micromart_core.clock import stopwatch
from micromart_daemon.lookout import SELDOM_SECONDS
from micromart_daemon.stopping import Bell, Stop

REST = 1.0
"""How long to rest after a batch, of the time it took: shoppers have the database to themselves in between."""


class SweeperRole:
    """Sweeps batch after batch while carts are due; else waits for the bell that says so."""

    name = "sweeper"

    def __init__(self, shop: Shop, carts_due: Bell) -> None:
        self._shop, self._carts_due = shop, carts_due

    def work(self, stop: Stop) -> None:
        """Sweep until the stop is set."""
        gateway = self._shop.operator()
        while not stop.is_set:
            began = stopwatch()
            swept = gateway.run(is_cart_due) and gateway.run(sweep_expired)
            if swept:
                stop.wait(REST * (stopwatch() - began))
            else:
                self._carts_due.wait(SELDOM_SECONDS, stop)
