"""A11: whether what the shop stands on answers, how far behind its work is, and whether its ledger is right."""

import asyncio
from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import work
from textual.binding import Binding, BindingType
from textual.content import Content

from micromart_core import __version__
from micromart_core.changes import Topic
from micromart_core.inventory.model_reports import StockVerified
from micromart_core.inventory.service_verify import verify_stock
from micromart_core.maintenance.health import Check
from micromart_core.maintenance.vitals import Vitals, read_vitals
from micromart_tui.admin.desk import DeskScreen
from micromart_tui.admin.health_rows import Found, behind, draw_daemons, draw_found, draw_ledger, one_sentence
from micromart_tui.rows import prose, row
from micromart_tui.sheet import SheetScreen
from micromart_tui.widgets.twin import command

LOOKS_EVERY = 10.0
"""Seconds between two rounds of looks while the page is open."""
GIVEN_UP_AFTER = 8.0
"""Seconds after which a look that does not end counts as one that found nothing there."""


class HealthScreen(DeskScreen, SheetScreen):
    """Every look is in a thread of its own: what does not answer keeps nothing else waiting."""

    place: ClassVar[str] = "desk/health"
    heading: ClassVar[str] = "health"
    topics: ClassVar[frozenset[Topic]] = frozenset()
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "ask_again", "ask again"),
        Binding("v", "verify", "verify the ledger"),
    ]
    DEFAULT_CSS = """
    HealthScreen #body { height: 1fr; width: 1fr; scrollbar-size: 0 0; }
    HealthScreen #sheet { width: 1fr; height: auto; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._found: dict[str, Found] = {}
        self._vitals: Vitals | None = None
        self._ledger: StockVerified | None = None
        self._is_verifying = False
        self._row_of_lit = 0

    @property
    def stops(self) -> int:
        """The cursor stands on what was looked at."""
        return len(self._found)

    @property
    def command_line(self) -> str:
        """What looks at the same."""
        return command("stock", "verify") if self._is_verifying else command("doctor")

    def on_mount(self) -> None:
        """Look again now and then."""
        self.set_interval(LOOKS_EVERY, self.renew)

    def renew(self) -> None:
        """Look at everything again."""
        for name, look in self.mart.looks():
            found = self._found.setdefault(name, Found(name))
            if not found.is_looking:
                found.is_looking = True
                self.look_at(found, look)
        self.read_work()
        self.repaint()

    @work(group="looks")
    async def look_at(self, found: Found, look: Callable[[], Check]) -> None:
        """Look at one thing; the page shows it as soon as it is known."""
        began = self.mart.clock.stopwatch()
        try:
            check = await asyncio.wait_for(asyncio.to_thread(look), GIVEN_UP_AFTER)
        except TimeoutError:
            check = Check(found.name, ok=False, detail=f"no answer in {GIVEN_UP_AFTER:.0f} s", fix=None)
        found.take(check, self.mart.clock.stopwatch() - began)
        self.repaint()

    @work(exclusive=True, group="read-work")
    async def read_work(self) -> None:
        """Read how far behind the work of the shop is."""
        async with self.reading():
            self._vitals = await self.ask_if_allowed(read_vitals)
        self.repaint()

    def action_ask_again(self) -> None:
        """Look at everything now."""
        self.renew()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Looking again stands for trying again here."""
        return action != "retry" and super().check_action(action, parameters)

    @work(exclusive=True, group="verify")
    async def action_verify(self) -> None:
        """Replay the whole ledger, which takes its time in a large shop."""
        self._is_verifying = True
        self.show_command()
        self.repaint()
        with self.telling_errors():
            self._ledger = await self.ask(verify_stock)
        self._is_verifying = False
        self.repaint()

    def row_of_cursor(self) -> int:
        """Keep what is lit in sight, and with the first one what stands above it."""
        return self._row_of_lit if self.cursor else 0

    def draw(self, width: int, height: int) -> Sequence[Content]:  # noqa: ARG002  # it scrolls
        """Draw what was found."""
        now = self.mart.clock.now() if self.mart.clock.is_set else None
        if now is not None:
            for found in self._found.values():
                found.date(now)
        drawn = [*one_sentence(list(self._found.values()), self._vitals, width), row()]
        found_rows = draw_found(list(self._found.values()), self.cursor, width)
        self._row_of_lit = len(drawn) + sum(len(rows) for rows in found_rows[: self.cursor + 2]) - 1
        drawn += [each for rows in found_rows for each in rows]
        lit = list(self._found.values())[self.cursor : self.cursor + 1]
        for found in lit:
            if found.check is not None and found.check.fix:
                drawn += prose(f"  {found.check.fix}", width, "$honey")
        drawn += [row(), *behind(self._vitals, width)]
        drawn += draw_ledger(self._ledger, width, is_verifying=self._is_verifying)
        return [*drawn, row(), *draw_daemons(self._vitals, now, __version__, width)]
