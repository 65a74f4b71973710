"""One event: what it says, what became of it, and what it carries."""

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content

from micromart_core.outbox import EventRecord
from micromart_tui.admin.desk import DeskSheet
from micromart_tui.admin.event_rows import standing_of, standing_words
from micromart_tui.admin.event_words import event_words
from micromart_tui.admin.payload import named_rows, payload_rows
from micromart_tui.rows import prose, row, spread
from micromart_tui.when import day_words
from micromart_tui.widgets.twin import command


class EventPage(DeskSheet):
    """Lies over the list; it is a fact, so nothing of it changes but where it stands."""

    place: ClassVar[str] = "desk/events"
    heading: ClassVar[str] = "event"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("t", "trace", "trace"),
        Binding("escape,enter", "app.back", "back", key_display="esc"),
    ]

    def __init__(self, event: EventRecord, follow: Callable[[str], None]) -> None:
        super().__init__()
        self._event, self._follow = event, follow

    @property
    def command_line(self) -> str:
        """What lists it with all that came of the same intent."""
        return command("event", "list", "--trace", self._event.trace_id)

    def action_trace(self) -> None:
        """Go back, and follow its trace there."""
        self.app.pop_screen()
        self._follow(self._event.trace_id)

    def draw(self, width: int, height: int) -> Sequence[Content]:  # noqa: ARG002  # it scrolls
        """Draw the event."""
        event = self._event
        if not self.mart.clock.is_set:
            return []
        words = " ".join(part for part in event_words(event) if part)
        return [
            spread(row((event.type, "bold $cream")), row(standing_words(standing_of(event))), width),
            *prose(words, width),
            row(),
            *named_rows(self._fate(), width),
            *([row(), *named_rows([("error", event.last_error)], width, "$rose")] if event.last_error else []),
            row(),
            row(("carries", "bold $cream")),
            *payload_rows(event.data, width),
        ]

    def _fate(self) -> list[tuple[str, str]]:
        event, now = self._event, self.mart.clock.now()
        published = "not yet" if event.published_at is None else day_words(event.published_at, now)
        told = [("recorded", day_words(event.at, now)), ("published", published)]
        told += [("failed tries", str(event.attempts))] if event.attempts else []
        return [*told, ("about", event.key), ("event", event.id), ("trace", event.trace_id)]
