"""Whose a change is: people hear of their own carts, orders and letters, and of nobody else's."""

from collections.abc import Callable

from micromart_core.bootstrap import Shop
from micromart_core.carts.service_owner import find_owner
from micromart_core.changes import Change, Topic
from micromart_core.clock import stopwatch
from micromart_core.errors import MicroMartError
from micromart_core.notifications.service import find_reader
from micromart_core.operation import Operation
from micromart_core.orders.service_lists import find_buyer

ANYBODY = "*"
"""Whose it may be, where that is not known."""
LOOKED_UP_PER_SECOND = 50
"""Changes whose owner one gateway asks the database for; of more, each listener hears that it may be theirs."""
_FIND: dict[str, Operation[[str], str | None]] = {
    Topic.CARTS: find_owner,
    Topic.ORDERS: find_buyer,
    Topic.MAILS: find_reader,
}


class Owners:
    """Finds whose a change is, and asks the database so often in a second and no more: a rush must not double itself.

    Beyond that a change is anybody's: of very many in one second, a listener hears each topic once.
    """

    def __init__(self, shop: Shop, seconds: Callable[[], float] = stopwatch) -> None:
        self._shop, self._seconds = shop, seconds
        self._began, self._asked = seconds(), 0

    def owner_of(self, change: Change) -> str | None:
        """Return whose a change is, None for nobody's own, ANYBODY where that is not known."""
        if change.topic == Topic.USERS:
            return change.key or ANYBODY
        find = _FIND.get(change.topic)
        if find is None:
            return None
        if not change.key or not self._may_ask():  # very many at once
            return ANYBODY
        try:
            return self._shop.operator().run(find, change.key)
        except MicroMartError:
            return ANYBODY

    def _may_ask(self) -> bool:
        now = self._seconds()
        if now - self._began >= 1:
            self._began, self._asked = now, 0
        self._asked += 1
        return self._asked <= LOOKED_UP_PER_SECOND
