"""Places in the shop: how many shoppers there may be at once, of one address, with one key; and the line before it."""

import asyncio
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from micromart_core.settings import SshSettings
from micromart_daemon.ssh.refusals import ShopFull

Tell = Callable[[int], None]
"""Hears which number somebody has in the line, beginning with 1."""


class Places:
    """Whoever comes takes a place, or waits in line for one; all on one event loop."""

    def __init__(self, settings: SshSettings) -> None:
        self._settings = settings
        self._inside = 0
        self._line: deque[tuple[asyncio.Future[None], Tell]] = deque()
        self._of_one: Counter[str] = Counter()

    @asynccontextmanager
    async def place(self, source: str, key: str | None, tell: Tell) -> AsyncIterator[None]:
        """Have a place, after waiting for it when none is free; raise ShopFull."""
        most = {f"source {source}": self._settings.sessions_per_source}
        if key is not None:
            most[f"key {key}"] = self._settings.sessions_per_key
        self._refuse_too_many(most)
        self._of_one.update(most.keys())
        try:
            await self._wait_for_turn(tell)
            try:
                yield
            finally:
                self._give_back()
        finally:
            self._of_one.subtract(most.keys())
            self._of_one = +self._of_one

    def _refuse_too_many(self, most: dict[str, int]) -> None:
        for name, limit in most.items():
            if self._of_one[name] >= limit:
                raise ShopFull(f"{limit} sessions of one {name.partition(' ')[0]} are open already")

    async def _wait_for_turn(self, tell: Tell) -> None:
        if self._inside < self._settings.sessions:
            self._inside += 1
            return
        if len(self._line) >= self._settings.waiting:
            raise ShopFull(f"{self._inside} are in it and {len(self._line)} wait")
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._line.append((turn, tell))
        tell(len(self._line))
        try:
            await turn
        except asyncio.CancelledError:
            self._leave_line(turn, tell)
            raise

    def _leave_line(self, turn: "asyncio.Future[None]", tell: Tell) -> None:
        """Go away before one's turn, or in the moment it comes: then it is the next one's."""
        if (turn, tell) in self._line:
            self._line.remove((turn, tell))
            self._tell_numbers()
        else:
            self._give_back()

    def _give_back(self) -> None:
        if not self._line:
            self._inside -= 1
            return
        turn, _ = self._line.popleft()
        if not turn.cancelled():  # who is leaving in this very moment passes the place on
            turn.set_result(None)
        self._tell_numbers()

    def _tell_numbers(self) -> None:
        for number, (_, tell) in enumerate(self._line, 1):
            tell(number)
