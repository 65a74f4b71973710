"""A page drawn as one sheet of rows for its width; long ones scroll, and a cursor may stand on some of its things."""

from collections.abc import Sequence
from typing import ClassVar, cast

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.events import Resize
from textual.reactive import reactive
from textual.widgets import Static

from micromart_tui.moves import MOVES
from micromart_tui.rows import row
from micromart_tui.screen import MartScreen

_NARROWEST = 12


class Sheet(Static):
    """The rows of a page; asks to be drawn anew when its width changes, whatever beside it came or went."""

    _width = 0

    def on_resize(self, event: Resize) -> None:
        """Have the page drawn for the new width."""
        if event.size.width != self._width:
            self._width = event.size.width
            self.call_after_refresh(cast("SheetScreen", self.screen).repaint)


class SheetScreen(MartScreen):
    """Subclasses draw rows; what they draw from changes, and they repaint."""

    is_centred: ClassVar[bool] = False
    """True: the sheet stands in the middle of the page, a little above its half."""
    BINDINGS: ClassVar[list[BindingType]] = MOVES
    DEFAULT_CSS = """
    SheetScreen #body { height: 1fr; width: 1fr; scrollbar-size: 0 0; }
    SheetScreen #sheet { width: 1fr; height: auto; }
    SheetScreen.-failed #sheet { opacity: 60%; }
    """
    cursor: reactive[int] = reactive(0, init=False)
    _is_longer = False
    """True while there are more rows than fit."""

    @property
    def stops(self) -> int:
        """How many things the cursor can stand on; 0 = the arrows scroll."""
        return 0

    def compose_page(self) -> ComposeResult:
        """Yield the sheet."""
        with VerticalScroll(id="body", can_focus=False):
            yield Sheet(id="sheet")

    def draw(self, width: int, height: int) -> Sequence[Content]:  # noqa: ARG002  # for those who draw by their height
        """Return the page's rows, none wider than `width` cells."""
        return []

    def row_of_cursor(self) -> int | None:
        """Return the row that must be in sight, None when it does not matter."""
        return None

    def repaint(self) -> None:
        """Draw the sheet again."""
        if not self.query("#sheet"):  # not composed yet, or just being taken away
            return
        sheet = self.query_one("#sheet", Static)
        width, height = sheet.content_size.width, self.query_one("#body").content_size.height
        if width < _NARROWEST:  # not laid out yet, or hidden
            return
        rows = [each.truncate(width, ellipsis=True) for each in self.draw(width, height)]
        self._note_length(len(rows) > height)
        sheet.update(Content("\n").join(_centred(rows, width, height) if self.is_centred else rows))
        if (at := self.row_of_cursor()) is not None:
            self.call_after_refresh(self._keep_in_sight, at)

    def _note_length(self, is_longer: bool) -> None:  # noqa: FBT001  # it is the only argument
        if is_longer != self._is_longer:
            self._is_longer = is_longer
            self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to browse where there is somewhere to go."""
        if action in ("move", "end"):
            return self.stops > 1 if self.stops else self._is_longer
        return super().check_action(action, parameters)

    def on_mount(self) -> None:
        """Draw once there is a width to draw for, and again in every other look: pictures have its colours."""
        self.app.theme_changed_signal.subscribe(self, lambda _: self.repaint())
        self.call_after_refresh(self.repaint)

    def on_resize(self) -> None:
        """Draw for the new width."""
        self.call_after_refresh(self.repaint)

    def watch_cursor(self) -> None:
        """Show where the cursor stands."""
        self.repaint()
        self.refresh_bindings()

    def watch_failure(self) -> None:
        """Say so, and draw what is left to show."""
        super().watch_failure()
        self.repaint()

    def show_cart(self) -> None:
        """Show the other cart where the page shows it."""
        super().show_cart()
        self.repaint()

    def action_move(self, step: int) -> None:
        """Move the cursor; scroll where there is none, or where it cannot go on."""
        at = max(0, min(self.stops - 1, self.cursor + step))
        if self.stops and at != self.cursor:
            self.cursor = at
        else:
            self.query_one("#body").scroll_relative(y=step, animate=False)

    def action_end(self, side: int) -> None:
        """Go to the first or the last thing, and from there to the first or the last row."""
        at = 0 if side < 0 else self.stops - 1
        if self.stops and at != self.cursor:
            self.cursor = at
        else:
            body = self.query_one("#body")
            (body.scroll_home if side < 0 else body.scroll_end)(animate=False)

    def _keep_in_sight(self, at: int) -> None:
        if not self.query("#body"):  # just being taken away
            return
        body = self.query_one("#body")
        top, height = int(body.scroll_offset.y), body.content_size.height
        if at < top + 1:
            body.scroll_to(y=max(0, at - 1), animate=False)
        elif at > top + height - 2:
            body.scroll_to(y=at - height + 2, animate=False)


def _centred(rows: Sequence[Content], width: int, height: int) -> list[Content]:
    widest = max((each.cell_length for each in rows), default=0)
    left = " " * ((width - widest) // 2)
    above = max(0, (height - len(rows)) * 2 // 5)
    return [*[row()] * above, *(row(left, each) for each in rows)]
