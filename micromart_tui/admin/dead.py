"""A9: the events nobody could take in: why, and how often each was tried."""

from typing import ClassVar

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Static

from micromart_core.changes import Topic
from micromart_core.dead_letters import DeadLetter
from micromart_core.event_log import DeadLetterPage, list_dead_letters
from micromart_tui.admin.columns import Column, RowLook
from micromart_tui.admin.dead_keys import DeadKeys
from micromart_tui.admin.dead_sheet import DeadLetterSheet
from micromart_tui.admin.listing import ListScreen
from micromart_tui.rows import prose, row
from micromart_tui.screen import MartScreen
from micromart_tui.when import brief_words
from micromart_tui.widgets.twin import command

_SLIM = 60
"""Cells below which why has no room beside the kind."""
_MOST_ROWS = 6


def _why(letter: DeadLetter) -> tuple[str, str]:
    return letter.error.partition("\n")[0], "$rose"


class DeadLettersScreen(DeadKeys, ListScreen[DeadLetter]):
    """Dead letters, oldest first: who has lain longest is settled first."""

    place: ClassVar[str] = "desk/events"
    heading: ClassVar[str] = "dead letters"
    empty: ClassVar[str] = "no dead letters: every event was taken in"
    topics: ClassVar[frozenset[Topic]] = frozenset({Topic.EVENTS})
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "open", key_display="↵"),
        Binding("escape", "app.back", "events", key_display="esc"),
        Binding("D", "app.back", "events", show=False),
    ]

    DEFAULT_CSS = """
    DeadLettersScreen #summary { height: 1; margin-bottom: 1; }
    DeadLettersScreen #why { height: auto; margin-top: 1; padding: 0 2; display: none; }
    DeadLettersScreen.-tall #why.-cut { display: block; }
    DeadLettersScreen.-asking #why.-cut { display: none; }
    """

    def compose_list(self) -> ComposeResult:
        """Yield the letters, and below them all of why the lit one was given up."""
        yield from super().compose_list()
        yield Static(id="why")

    @property
    def letter(self) -> DeadLetter | None:
        """The lit one."""
        return self.lit

    def columns(self) -> tuple[Column[DeadLetter], ...]:
        """Return when it was given up, what it is, why, and after how many tries."""
        return (
            Column("when", 6, lambda each: (brief_words(each.at, self.mart.clock.now()), "$dust"), gap=0),
            Column("kind", 13, lambda each: (each.type, "$cream"), grows=True, most_room=_SLIM - 1),
            Column("kind", 20, lambda each: (each.type, "$cream"), least_room=_SLIM),
            Column("why", 20, _why, gap=2, grows=True, least_room=_SLIM, is_prose=True),
            Column("tries", 5, lambda each: (str(each.attempts), "$sand"), is_number=True),
        )

    def look_of(self, each: DeadLetter) -> RowLook:
        """Light all in the colour of what is lost."""
        return RowLook(each.id, "rose")

    async def read_page(self, after: str | None, limit: int) -> DeadLetterPage:
        """Read the oldest."""
        return await self.ask(list_dead_letters, after, limit)

    def show_lit(self) -> None:
        """Tell below the list what has no room in it."""
        super().show_lit()
        self._tell_why()

    def show_around(self) -> None:
        """Tell it for this width."""
        super().show_around()
        self._tell_why()

    def _tell_why(self) -> None:
        for told in self.query("#why").results(Static):  # none while the page is being taken away
            is_cut = self.lit is not None and cell_len(self.lit.error) > self.table.room_of("why")
            told.set_class(is_cut, "-cut")
            if self.lit is not None and is_cut:
                rows = prose(self.lit.error, told.content_size.width or self.size.width - 12, "$rose")
                told.update(Content("\n").join(rows[:_MOST_ROWS]))

    def summary(self) -> tuple[Content, Content]:
        """Tell how many there are."""
        if not self.window.was_read:
            return row(), row()
        told = self.count_of("dead letter", "dead letters", "$rose" if len(self.window) else "$cream")
        return told, row() if self.is_slim else row(("events nobody could take in", "$dust"))

    @property
    def command_line(self) -> str:
        """What shows the lit one, or lists all."""
        return command("dead", "list") if self.lit is None else command("dead", "show", self.lit.id)

    def page_of(self, each: DeadLetter) -> MartScreen:
        """Show the whole letter."""
        return DeadLetterSheet(each)

    def on_screen_resume(self) -> None:
        """Look again after one was opened: it may be settled."""
        if self.window.was_read:
            self.renew()
