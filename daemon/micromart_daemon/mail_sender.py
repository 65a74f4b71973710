"""The mail role: sends letters when they are due."""

from micromart_core.bootstrap import Shop
from micromart_daemon.lookout import SELDOM_SECONDS
from micromart_daemon.stopping import Bell, Pace, Stop

SHORTEST_WAIT = 0.1
"""Seconds until the next look at the letters that are due, after one that sent some."""
BUDGET_SECONDS = 5.0
AT_ONCE = 20
"""Letters sent over one connection."""


class MailRole:
    """Sends letters over one connection while some are due; the bell rings when some are due."""

    name = "mail"

    def __init__(self, shop: Shop, new_letters: Bell) -> None:
        self._shop, self._new_letters = shop, new_letters

    def work(self, stop: Stop) -> None:
        """Send until the stop is set."""
        pace = Pace(SHORTEST_WAIT, SELDOM_SECONDS)
        while not stop.is_set:
            done = self._shop.send_mail(BUDGET_SECONDS, AT_ONCE, lambda: not stop.is_set)
            found_work = bool(done.sent + done.dead)
            if not found_work or done.delayed:
                self._new_letters.wait(pace.next_wait(found_work=found_work), stop)
