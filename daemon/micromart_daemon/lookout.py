"""The lookout: sees every second what is due, and wakes the roles that wait for it."""

from collections.abc import Iterable, Mapping

from micromart_core import outbox
from micromart_core.bootstrap import Shop
from micromart_core.carts.service_upkeep import any_cart_due
from micromart_core.due import IsDue
from micromart_core.lookout import Duty, Lookout
from micromart_core.notifications.service_sending import any_mail_due
from micromart_daemon.stopping import TICK_SECONDS, Bell, Stop

DUE: Mapping[Duty, IsDue] = {
    Duty.EVENTS: outbox.any_waiting,
    Duty.LETTERS: any_mail_due,
    Duty.CARTS: any_cart_due,
}
SELDOM_SECONDS = 60.0
"""How long a role waits at most that the lookout wakes: it looks by itself then, whatever became of the lookout."""


class LookoutRole:
    """Looks for all roles of this daemon, so that an idle one costs one short statement a second."""

    name = "lookout"

    def __init__(self, shop: Shop, wakes: Mapping[Duty, Bell]) -> None:
        self._shop, self._wakes = shop, wakes

    def work(self, stop: Stop) -> None:
        """Look until the stop is set; raise what keeps it from looking.

        All are woken whenever it ends: who may have nobody to look for it looks by itself, as often as this is tried.
        """
        lookout = Lookout(self._shop.database, {duty: DUE[duty] for duty in self._wakes})
        try:
            while not stop.is_set:
                self._wake(lookout.look())
                stop.wait_for_tick(TICK_SECONDS)
        finally:
            self._wake(self._wakes)
            lookout.close()

    def _wake(self, duties: Iterable[Duty]) -> None:
        for duty in duties:
            self._wakes[duty].ring()
