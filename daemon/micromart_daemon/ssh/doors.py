"""What the sessions of one process share, and how they all end."""

import asyncio
from typing import TYPE_CHECKING

from micromart_core.bootstrap import Shop
from micromart_core.bootstrap_visit import Visitors
from micromart_core.home import Home
from micromart_daemon.ssh.garbage import Garbage
from micromart_daemon.ssh.host_key import HostKey
from micromart_daemon.ssh.news import SharedNews
from micromart_daemon.ssh.places import Places

if TYPE_CHECKING:
    from micromart_daemon.ssh.session import ShopSession

OPENED_AT_ONCE = 2
"""Sessions that draw their first page at once: thirty together would keep each of them waiting for all."""


class Doors:
    """The shop, who may come in, and who is in it."""

    def __init__(self, shop: Shop, home: Home, host_key: HostKey) -> None:
        self.shop, self.host_key, self.settings = shop, host_key, shop.settings.ssh
        self.news = SharedNews(shop)
        self.visitors = Visitors(shop, home, self.news.listen)
        self.places = Places(self.settings)
        self.opening = asyncio.Semaphore(OPENED_AT_ONCE)
        self.sessions: set[ShopSession] = set()
        self.is_closing = False
        self.last_key = 0.0
        """When a key was pressed in any session, by the clock of the loop."""
        self.garbage = Garbage(lambda: asyncio.get_running_loop().time() - self.last_key)
        self.garbage.set_aside()

    async def close(self, seconds: float) -> bool:
        """Ask every session to end; False when some had to be cut off."""
        self.is_closing = True
        self.garbage.close()
        for session in list(self.sessions):
            session.close_for_now()
        running = [session.task for session in self.sessions if session.task is not None]
        late: set[asyncio.Task[int]] = set()
        if running:
            _, late = await asyncio.wait(running, timeout=seconds)
        for session in list(self.sessions):
            session.cut_off()
        self.news.close()
        return not late
