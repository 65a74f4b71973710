"""A9: what happened in the shop, the newest first, while it happens; one of it, and all that came of one intent."""

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content

from micromart_core.adapters.remote.refusals import BesideTheDatabase
from micromart_core.changes import Topic
from micromart_core.event_log import list_newest_events
from micromart_core.maintenance.vitals import Vitals, read_vitals
from micromart_tui.admin.columns import Column, RowLook
from micromart_tui.admin.dead import DeadLettersScreen
from micromart_tui.admin.event_page import EventPage
from micromart_tui.admin.event_rows import (
    SHORT_TRACE,
    ListedEvent,
    ListedPage,
    listed,
    short_standing_words,
    standing_words,
)
from micromart_tui.admin.event_words import event_tone, event_words
from micromart_tui.admin.searching import SearchingScreen
from micromart_tui.rows import row
from micromart_tui.screen import MartScreen
from micromart_tui.when import brief_words
from micromart_tui.widgets.twin import command

LOOKS_AGAIN = 2.0
"""Seconds until events that wait are looked at again: nobody tells when they have left."""


class EventsScreen(SearchingScreen[ListedEvent]):
    """Events as they come; the lit one stays lit when others come in above it."""

    place: ClassVar[str] = "desk/events"
    heading: ClassVar[str] = "events"
    hint: ClassVar[str] = "a kind, or how it begins: order"
    empty: ClassVar[str] = "nothing has happened yet"
    topics: ClassVar[frozenset[Topic]] = frozenset({Topic.EVENTS})
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "open", key_display="↵"),
        Binding("t", "trace", "trace"),
        Binding("D", "dead", "dead letters"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._trace = ""
        self._vitals: Vitals | None = None

    def on_mount(self) -> None:
        """Look again at what waits."""
        self.set_interval(LOOKS_AGAIN, self.look_again)

    def look_again(self) -> None:
        """Read what is in sight again while something of it waits; else nothing is asked."""
        sight = [self.window.row(at) for at in self.table.in_sight]
        if any(each is not None and each.standing != "published" for each in sight):
            self.renew_soon()

    @property
    def is_narrowed(self) -> bool:
        """True while only some kinds, or one trace, are shown."""
        return bool(self.wanted or self._trace)

    def columns(self) -> tuple[Column[ListedEvent], ...]:
        """Return when it was, what, to what, and whether it has left."""
        return (
            Column("when", 6, lambda each: (brief_words(each.event.at, self.mart.clock.now()), "$dust"), gap=0),
            Column("kind", 13, lambda each: (each.event.type, event_tone(each.event)), grows=True),
            Column("subject", 12, lambda each: (event_words(each.event)[1], "$cream"), grows=True, least_room=56),
            Column("more", 16, lambda each: (event_words(each.event)[2], "$dust"), grows=True, least_room=84),
            Column("state", 11, lambda each: standing_words(each.standing), least_room=50),
            Column("state", 6, lambda each: short_standing_words(each.standing), most_room=49),
            Column("trace", SHORT_TRACE, lambda each: (each.event.trace_id[:SHORT_TRACE], "$dust"), least_room=72),
        )

    def look_of(self, each: ListedEvent) -> RowLook:
        """Light an event in the colour of its standing."""
        tone = standing_words(each.standing)[1].removeprefix("$")
        return RowLook(each.id, "ember" if each.standing == "published" else tone)

    async def read_page(self, after: str | None, limit: int) -> ListedPage:
        """Read the newest events."""
        return listed(await self.ask(list_newest_events, self.wanted or None, self._trace or None, after, limit))

    async def read_around(self) -> None:
        """Read how many wait, and how many were given up."""
        self._vitals = await self.ask(read_vitals)

    def summary(self) -> tuple[Content, Content]:
        """Tell how many wait and were given up, and which are shown."""
        if self._vitals is None:
            return row(), row()
        figures = ((self._vitals.events.count, "waiting", "$honey"), (self._vitals.dead_events, "dead", "$rose"))
        told = [
            row((f"{number:,}", f"bold {tone if number else '$cream'}"), (f" {words}   ", "$dust"))
            for number, words, tone in figures
        ]
        return row(*told), self._shown()

    def _shown(self) -> Content:
        if self._trace:
            return row(("trace ", "$dust"), (self._trace[:SHORT_TRACE], "bold $cream"), ("  esc all", "$dust"))
        return row((f"{self.wanted}…", "bold $cream")) if self.wanted else row(("all kinds", "$dust"))

    @property
    def command_line(self) -> str:
        """What tells the same in lines."""
        if self._trace:
            return command("event", "list", "--trace", self._trace)
        return command("event", "tail", *(["--topic", self.wanted] if self.wanted else []))

    @property
    def not_found(self) -> str:
        """What is said where nothing like that has happened."""
        return "no such events"

    def start_anew(self) -> None:
        """Read another list, and show its command."""
        super().start_anew()
        self.show_around()
        self.show_command()

    # --- keys ---

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what the lit event allows; on a machine without the database, nothing to look through."""
        if action in {"search", "dead"} and isinstance(self.failure, BesideTheDatabase):
            return False
        if action == "trace" and self.lit is None:
            return False
        return super().check_action(action, parameters)

    def page_of(self, each: ListedEvent) -> MartScreen:
        """Show a whole event."""
        return EventPage(each.event, self.follow)

    def action_trace(self) -> None:
        """Follow the trace of the lit event, or go back to all."""
        if self._trace:
            self.action_clear()
        elif self.lit is not None:
            self.follow(self.lit.event.trace_id)

    def follow(self, trace: str) -> None:
        """Show all that came of one intent."""
        self.widen()
        self._trace = trace
        self.table.focus()
        self.start_anew()
        self.refresh_bindings()

    def widen(self) -> None:
        """Show all kinds and traces."""
        super().widen()
        self._trace = ""

    def action_dead(self) -> None:
        """Show the events that nobody could take in."""
        self.app.push_screen(DeadLettersScreen())

    def on_screen_resume(self) -> None:
        """Count again after the dead letters were looked at."""
        if self.window.was_read:
            self.renew()
