"""The storefront for a terminal elsewhere: of this machine it gives away neither files, browser nor streams."""

import asyncio
import sys
from functools import partial
from pathlib import Path

from rich.color import ColorSystem
from textual.filter import ANSIToTruecolor, LineFilter, Monochrome

import micromart_tui
from micromart_core.inventory.model import Sku
from micromart_core.operation import Gateway
from micromart_daemon.ssh.driver import ChannelDriver, Line
from micromart_daemon.ssh.terminal import ColourDepth, Terminal
from micromart_tui.app import MartApp
from micromart_tui.glyphs import AsciiFilter
from micromart_tui.hold_alarm import UNANSWERED, parting
from micromart_tui.places import DESK
from micromart_tui.sign_in import SignIn

SIXTEEN = "ansi"
"""The look that is made for sixteen colours."""


class LineApp(MartApp):
    """One shopper's storefront at the end of a line."""

    CSS_PATH = str(Path(micromart_tui.__file__).with_name("app.tcss"))
    is_hosted = True

    def __init__(
        self,
        gateway: Gateway,
        line: Line,
        terminal: Terminal,
        *,
        at: str,
        lit: Sku | None,
        sign_in: SignIn,
        comes_back: bool,
    ) -> None:
        super().__init__(gateway, at=at, lit=lit, sign_in=sign_in)
        self.drawn = asyncio.Event()
        """Set once something is seen."""
        self.last_words = ""
        """What is said when the terminal is as it was."""
        self._comes_back = comes_back
        self.driver_class = partial(ChannelDriver, line=line)  # type: ignore[assignment]  # Textual only calls it
        self._draw_for(terminal)
        # Textual redirects the process's streams while an app runs; here many do, and none may keep another's.
        self._capture_stdout, self._capture_stderr = sys.stdout, sys.stderr  # type: ignore[assignment]

    @property
    def channel(self) -> ChannelDriver | None:
        """The driver, once it runs."""
        return self._driver if isinstance(self._driver, ChannelDriver) else None

    async def live(self) -> None:
        """Run until the shopper leaves; raise the bug that ended it."""
        await self.run_async()
        if self.crash is not None:
            raise self.crash

    def go(self, name: str) -> None:
        """Go to a place of the storefront."""
        if name in {place.name for place in DESK}:
            self.tell("Staff work at the desk with micromart admin.", "The desk is not at this door.", is_bad=True)
        else:
            super().go(name)

    async def action_open_desk(self) -> None:  # type: ignore[override]  # there nobody need be asked
        """Say that the desk is elsewhere."""
        self.go(DESK[0].name)

    def close_for_now(self) -> None:
        """End the session because the shop stops answering here."""
        self.exit(message="The shop closes here for a moment; connect again. What you hold is held on.")

    def post_display_hook(self) -> None:
        """Note that there is something to see."""
        if len(self.screen_stack) > 1:
            self.drawn.set()

    def _draw_for(self, terminal: Terminal) -> None:
        """Choose colours and signs: never by this process's own environment, nor by what another session drew first."""
        self.no_color = terminal.is_grey
        self.console._color_system = ColorSystem.TRUECOLOR  # noqa: SLF001  # Rich has no other way to set it
        self._filters = _filters_of(terminal, [each for each in self._filters if isinstance(each, ANSIToTruecolor)])
        if terminal.colours is ColorSystem.STANDARD:
            self.theme = SIXTEEN

    def _leave(self) -> None:
        self.exit(message=UNANSWERED if self.is_unanswered else parting(self.cart, comes_back=self._comes_back))

    def _print_error_renderables(self) -> None:
        """Keep the last words for the line: the process's own streams are no shopper's, nor is a traceback."""
        if self.crash is None:
            self.last_words = "\n".join(str(each) for each in self._exit_renderables)
        self._exit_renderables.clear()


def _filters_of(terminal: Terminal, textuals_own: list[LineFilter]) -> list[LineFilter]:
    drawn: list[LineFilter] = [*textuals_own]
    if terminal.is_ascii:
        drawn.append(AsciiFilter())
    if terminal.is_grey:
        drawn.append(Monochrome())
    if terminal.colours is not ColorSystem.TRUECOLOR:
        drawn.append(ColourDepth(terminal.colours))
    return drawn
