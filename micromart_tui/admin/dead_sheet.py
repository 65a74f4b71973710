"""One dead letter: what was tried, why it failed, and what it carries."""

import json
from collections.abc import Sequence
from typing import ClassVar

from textual import work
from textual.binding import Binding, BindingType
from textual.content import Content

from micromart_core.dead_letters import DeadLetter
from micromart_core.event_log import UnknownDeadLetter, show_dead_letter
from micromart_tui.admin.dead_keys import DeadKeys
from micromart_tui.admin.payload import named_rows, payload_rows
from micromart_tui.rows import prose, row, spread
from micromart_tui.sheet import SheetScreen
from micromart_tui.when import day_words
from micromart_tui.widgets.twin import command


class DeadLetterSheet(DeadKeys, SheetScreen):
    """Lies over the list, until the letter is settled."""

    place: ClassVar[str] = "desk/events"
    heading: ClassVar[str] = "dead letter"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,enter", "app.back", "back", key_display="esc")]

    def __init__(self, letter: DeadLetter) -> None:
        super().__init__()
        self._letter, self._is_settled = letter, False

    @property
    def letter(self) -> DeadLetter | None:
        """The letter of the page."""
        return self._letter

    @property
    def command_line(self) -> str:
        """What shows it."""
        return command("dead", "show", self._letter.id)

    def renew(self) -> None:
        """See whether it is still there."""
        self.read_letter()

    @work(exclusive=True, group="read-dead")
    async def read_letter(self) -> None:
        """Read the letter again; who settled it is led back to the list."""
        async with self.reading():
            try:
                self._letter = await self.ask(show_dead_letter, self._letter.id)
            except UnknownDeadLetter:
                self._is_settled = True
                self._leave_what_is_settled()
                return
            self.repaint()

    def on_screen_resume(self) -> None:
        """Leave when that is due since something lay over the page."""
        self._leave_what_is_settled()

    def _leave_what_is_settled(self) -> None:
        if self._is_settled and self.is_on_top:
            self.app.pop_screen()

    def question_moved(self) -> None:
        """Draw for the height that is left."""
        super().question_moved()
        self.repaint()

    def draw(self, width: int, height: int) -> Sequence[Content]:  # noqa: ARG002  # it scrolls
        """Draw the letter."""
        letter = self._letter
        if not self.mart.clock.is_set:
            return []
        given_up = day_words(letter.at, self.mart.clock.now())
        tries = "once" if letter.attempts == 1 else f"{letter.attempts} times"
        return [
            spread(row((letter.type, "bold $cream")), row(("● dead", "$rose")), width),
            row(),
            *prose(letter.error, width, "$rose"),
            row(),
            *named_rows([("given up", given_up), ("tried", tries), ("letter", letter.id)], width),
            row(),
            row(("carries", "bold $cream")),
            *_body(letter.body, width),
        ]


def _body(body: str, width: int) -> list[Content]:
    """Draw an envelope row by row, and what is no such thing as it came."""
    try:
        return payload_rows(json.loads(body), width)
    except (ValueError, RecursionError):
        return prose(body, width)
