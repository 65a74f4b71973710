"""What the processes of one shop share through Redis."""

from collections.abc import Callable

from micromart_core.adapters.redis.answers import RedisAnswers
from micromart_core.adapters.redis.hearing import Hearing
from micromart_core.adapters.redis.link import Link
from micromart_core.adapters.redis.rate_limit import RedisWindow
from micromart_core.answers import NO_MEMORY, Answers
from micromart_core.authentication.service import find_shop_id, make_shop_id
from micromart_core.changes import Board, Change
from micromart_core.gateway import LocalGateway
from micromart_core.rate_limit import SharedWindow
from micromart_core.settings import RedisSettings


class Shared:
    """News, remembered answers and windows of one shop; without Redis each process does by itself what it can."""

    def __init__(
        self, settings: RedisSettings, board: Board, gateway: Callable[[], LocalGateway], *, remembers: bool
    ) -> None:
        self._gateway = gateway
        self.link = Link(settings, self._shop_id)
        self.window: SharedWindow = RedisWindow(self.link)
        self.answers: Answers = RedisAnswers(self.link) if remembers else NO_MEMORY
        self._hearing = Hearing(self.link, board)

    def tell(self, changes: frozenset[Change]) -> None:
        """Let other processes know what changed, soon; never waits."""
        self.link.outgoing.add(changes)
        self.link.wake()

    def listen(self) -> None:
        """Pass on to the board what others tell, while somebody listens there."""
        self._hearing.begin()

    def _shop_id(self) -> str:
        """Return the id of the shop, which its database keeps, so that two shops may use one Redis."""
        gateway = self._gateway()
        return gateway.run(find_shop_id) or gateway.run(make_shop_id)

    def close(self) -> None:
        """Tell what is left to tell, and hang up."""
        self._hearing.close()
        self.link.close()
