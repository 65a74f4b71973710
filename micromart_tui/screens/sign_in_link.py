"""Signing in where accounts are at an issuer: a link as a picture, the code to type, and waiting."""

import asyncio
import os
import threading
import webbrowser
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.binding import Binding, BindingType
from textual.content import Content

from micromart_core.changes import Change
from micromart_core.errors import MicroMartError, as_sentence
from micromart_tui.hold_clock import clock_words, mood
from micromart_tui.qr import qr_rows
from micromart_tui.rows import beside, prose, row, spread, thinning
from micromart_tui.sheet import SheetScreen
from micromart_tui.sign_in import IssuerDoor, LinkCode

if TYPE_CHECKING:
    from micromart_tui.counter import Counter

_ONLY_IF = "Only approve this if you started it just now, in this terminal."
_LEAST_WORDS = 28
_AIRY, _NARROW = 4, 2
"""Squares of light ground around the picture: what the standard asks for, and what readers still read."""
_WIDE, _TALL = 88, 21
"""Columns and rows of a page that has room for all of it."""


class SignInLinkScreen(SheetScreen):
    """Waits in a thread until somebody approved elsewhere; leaving the page ends the waiting."""

    heading = "sign in"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("o", "open_browser", "open browser"),
        Binding("y", "copy_link", "copy link"),
        Binding("v", "picture", "picture"),
        Binding("r", "retry", "new code"),
        Binding("escape", "app.back", "not now", key_display="esc"),
    ]

    def __init__(self, door: IssuerDoor, then: Callable[[], object], *, in_checkout: bool) -> None:
        super().__init__()
        self._door, self._then, self._in_checkout = door, then, in_checkout
        self._code: LinkCode | None = None
        self._error: MicroMartError | None = None
        self._cancelled = threading.Event()
        self._is_picture = False

    def on_mount(self) -> None:
        """Count the seconds of the code."""
        self.set_interval(1, self._count_on)

    def on_unmount(self) -> None:
        """Ask no more once nobody waits."""
        self._cancelled.set()

    def _count_on(self) -> None:
        """Draw the seconds that are left; without a code nothing counts, and nothing is sent."""
        if self._code is not None and self._error is None:
            self.repaint()

    def is_about(self, changes: frozenset[Change]) -> bool:  # noqa: ARG002  # whatever it is
        """Keep the code that is shown: nothing of the shop changes it."""
        return False

    def renew(self) -> None:
        """Begin anew with a code of its own."""
        self._cancelled.set()
        self._cancelled = threading.Event()
        self._wait(self._cancelled)

    @work(exclusive=True, group="stays")
    async def _wait(self, cancelled: threading.Event) -> None:
        self._code = self._error = None
        try:
            self._code = await asyncio.to_thread(self._door.begin)
            if cancelled.is_set():
                return
            self.refresh_bindings()
            self.repaint()
            await asyncio.to_thread(self._wait_for, self.mart.counter, self._code, cancelled)
        except MicroMartError as error:
            if not cancelled.is_set():
                self._refuse(error)

    def _wait_for(self, counter: "Counter", code: LinkCode, cancelled: threading.Event) -> None:
        """Wait in a thread; the app lets in who was approved, also in the very moment of leaving the page."""
        entered = self._door.wait(code, cancelled, in_checkout=self._in_checkout)
        counter.let_in(entered, self, self._then)

    def _refuse(self, error: MicroMartError) -> None:
        self._error = error
        self.refresh_bindings()
        self.repaint()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what can be done: with a code, or without one."""
        has_code = self._code is not None and self._error is None
        if action == "open_browser":
            return has_code and (self.app.is_web or (not self.mart.is_hosted and _has_browser()))
        if action == "copy_link":
            return has_code
        if action == "picture":
            return has_code and self.is_slim
        if action == "retry":
            return self._error is not None
        return super().check_action(action, parameters)

    def draw(self, width: int, height: int) -> Sequence[Content]:
        """Draw the picture beside the words; where there is no room, one of them."""
        if self._error is not None:
            again = row(("r", "bold $cream"), (" new code", "$dust"))
            return [
                row((self._error.message, "bold $cream")),
                row(),
                *prose(as_sentence(self._error.why), width),
                row(),
                again,
            ]
        if self._code is None:
            return [row(("Asking for a code …", "$dust"))]
        picture = qr_rows(self._code.link, _AIRY if width >= _WIDE and height >= _TALL else _NARROW)
        wide = picture[0].cell_length
        if self.is_slim:
            return picture if self._is_picture and wide <= width else self._draw_words(width)
        room = width - wide - 3
        if room < _LEAST_WORDS:
            return self._draw_words(width)
        return beside(picture, self._draw_words(room), wide)

    def _draw_words(self, width: int) -> list[Content]:
        code = self._code
        if code is None:
            return []
        left = max(0.0, self._door.seconds_left(code))
        share = left / code.seconds
        tone = mood(share)
        return [
            *prose(f"To {'place the order' if self._in_checkout else 'go on'}, sign in.", width, "bold $cream"),
            row(),
            row(("1  ", "$dust"), ("open", "$sand")),
            *(row("   ", each) for each in prose(code.page, width - 3, "$cream")),
            row(),
            row(("2  ", "$dust"), ("type this code", "$sand")),
            row(),
            row("   ", (f"  {code.user_code}  ", "bold $pen on $sheet")),
            row(),
            spread(row(("waiting", "$sand"), ("  the code ends in", "$dust")), row((clock_words(left), tone)), width),
            thinning(share, width, tone),
            row(),
            *prose(_ONLY_IF, width, "$honey"),
        ]

    def action_open_browser(self) -> None:
        """Open the link beside the terminal; in the browser that shows this page, if one does."""
        if self._code is None:
            return
        if self.app.is_web:  # a browser of this machine's own would run here, with a stranger at its keys
            self.app.open_url(self._code.link)
        else:
            self._open(self._code.link)

    @work(group="stays")
    async def _open(self, link: str) -> None:
        _forget_settings()
        await asyncio.to_thread(webbrowser.open, link)

    def action_copy_link(self) -> None:
        """Copy the link, by the terminal's own means."""
        if self._code is not None:
            self.app.copy_to_clipboard(self._code.link)
            self.mart.tell("The link is copied.")

    def action_picture(self) -> None:
        """Show the picture instead of the words, and back."""
        self._is_picture = not self._is_picture
        self.set_class(self._is_picture, "-picture")
        self.call_after_refresh(self.repaint)


def _forget_settings() -> None:
    """Take the settings out of the environment, which a browser inherits: there may be secrets among them.

    They were read when the shop was opened.
    """
    for name in [name for name in os.environ if name.startswith("MICROMART_") and "__" in name]:
        del os.environ[name]


def _has_browser() -> bool:
    try:
        webbrowser.get()
    except webbrowser.Error:
        return False
    return True
