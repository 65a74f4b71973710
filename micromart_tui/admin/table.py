"""The table of the desk: only rows in sight are drawn, and only those that changed are drawn again."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar, cast

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.events import Click, MouseScrollDown, MouseScrollUp
from textual.geometry import Region
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from micromart_tui.admin.columns import Column, RowLook
from micromart_tui.rows import clause, fitted, row
from micromart_tui.window import Window

if TYPE_CHECKING:
    from micromart_tui.app import MartApp

Row = TypeVar("Row", bound=Hashable)
FLASHES_FOR = 1.0
MARGIN = 2
"""Cells before the first column, for a mark or the edge of the lit row."""


class DeskTable(Widget, Generic[Row], can_focus=True):
    """Rows of a window, with a cursor and marks."""

    DEFAULT_CSS = "DeskTable { height: 1fr; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "browse", key_display="↑↓"),
        Binding("down,j", "move(1)", "browse", show=False),
        Binding("pageup", "turn(-1)", "page up", show=False),
        Binding("pagedown", "turn(1)", "page down", show=False),
        Binding("g,home", "end(-1)", "first", show=False),
        Binding("G,end", "end(1)", "last", show=False),
    ]
    cursor: reactive[int] = reactive(0, init=False)
    inset: reactive[int] = reactive(0, init=False)
    """Rows left free below the lit one, for a panel that lies there."""

    class Moved(Message):
        """The cursor stands elsewhere, or on another row than before."""

    class NeedsRows(Message):
        """Rows are in sight, or soon will be, that were not read."""

    def __init__(self, columns: Sequence[Column[Row]], look: Callable[[Row], RowLook], empty: str = "no rows") -> None:
        super().__init__()
        self._columns, self._look = columns, look
        self.empty = empty
        """What is said where there is nothing to show."""
        self.window: Window[Row] | None = None
        self.is_refused = False
        """True: its rows could not be read, and the page says why."""
        self.marks: dict[str, Row] = {}
        self._flashing: set[str] = set()
        self._top = 0
        self._can_browse = False
        self._lit_key = ""
        self._drawn: dict[int, Row | None] = {}
        """The rows as they were drawn last."""

    # --- what it shows ---

    @property
    def lit(self) -> Row | None:
        """The row under the cursor."""
        return self.window.row(self.cursor) if self.window else None

    @property
    def in_sight(self) -> range:
        """The numbers of the rows that there is room for."""
        return range(self._top, self._top + max(1, self.size.height - 1 - self.inset))

    @property
    def inset_at(self) -> int:
        """How many rows below the top of the table the free rows begin."""
        return 2 + self.cursor - self._top

    def show(self, window: Window[Row], changed: Iterable[Row] = ()) -> None:
        """Show a window, or what it has read; rows that changed flash."""
        top, is_other, self.window = self._top, window is not self.window, window
        if self._can_browse != (len(window) > 1):
            self._can_browse = not self._can_browse
            self.screen.refresh_bindings()
        self.cursor = 0 if is_other else self._same_row(window)
        self._note_lit()
        self._keep_in_sight()
        self._flashing |= {self._look(each).key for each in changed}
        if self._flashing:
            self.set_timer(FLASHES_FOR, self._stop_flashing)
        if is_other or top != self._top or not self._drawn or not len(window):
            self.refresh()
        else:
            self._draw_changed(window)
        self.post_message(self.Moved())

    def _draw_changed(self, window: Window[Row]) -> None:
        for at in self.in_sight:
            each = window.row(at)
            if each != self._drawn.get(at):
                self._draw_again(at)
            if each is not None and self._look(each).key in self.marks:
                self.marks[self._look(each).key] = each

    def _same_row(self, window: Window[Row]) -> int:
        """Return where the lit row is now; where it is gone, the row in its place."""
        there = window.row(self.cursor)
        if self._lit_key and (there is None or self._look(there).key != self._lit_key):
            found = window.find(lambda each: self._look(each).key == self._lit_key)
            if found is not None:
                return found
        return max(0, min(self.cursor, len(window) - 1))

    def _note_lit(self) -> None:
        """Remember which row is lit; one that was not read yet is whatever will stand there."""
        self._lit_key = "" if self.lit is None else self._look(self.lit).key

    def jump(self, at: int) -> None:
        """Put the cursor on a row."""
        self.cursor = max(0, min(at, len(self.window or ()) - 1))

    def mark(self) -> None:
        """Mark the lit row, or take its mark away, and go on to the next one."""
        if self.lit is not None:
            key = self._look(self.lit).key
            if self.marks.pop(key, None) is None:
                self.marks[key] = self.lit
            self._draw_again(self.cursor)
            self.action_move(1)

    def _stop_flashing(self) -> None:
        for at in self.in_sight:
            each = self.window.row(at) if self.window else None
            if each is not None and self._look(each).key in self._flashing:
                self._draw_again(at)
        self._flashing.clear()

    # --- the cursor ---

    def watch_cursor(self, before: int, now: int) -> None:
        """Draw the two rows anew, or all when the window had to move."""
        self._note_lit()
        if self._keep_in_sight() or self.inset:
            self.refresh()
        else:
            self._draw_again(before)
            self._draw_again(now)
        self.post_message(self.Moved())

    def watch_inset(self) -> None:
        """Make room below the lit row, or close it."""
        self._keep_in_sight()
        self.refresh()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002  # Textual's own
        """Offer to browse where there is more than one row."""
        return action not in ("move", "turn", "end") or self._can_browse

    def action_move(self, step: int) -> None:
        """Move the cursor."""
        self.jump(self.cursor + step)

    def action_turn(self, step: int) -> None:
        """Move the cursor by what is in sight."""
        self.jump(self.cursor + step * len(self.in_sight))

    def action_end(self, side: int) -> None:
        """Go to the first row, or to the last that was read."""
        self.jump(0 if side < 0 else len(self.window or ()) - 1)

    def on_click(self, event: Click) -> None:
        """Put the cursor where the mouse is."""
        at = self._top + event.y - 1
        if event.y >= 1 and not self.inset and at < len(self.window or ()):
            self.cursor = at

    def on_mouse_scroll_down(self, event: MouseScrollDown) -> None:
        """Move on."""
        event.stop()
        self.action_move(1)

    def on_mouse_scroll_up(self, event: MouseScrollUp) -> None:
        """Move back."""
        event.stop()
        self.action_move(-1)

    def on_resize(self) -> None:
        """Keep the lit row in sight."""
        if self._keep_in_sight():
            self.refresh()
        self.post_message(self.NeedsRows())

    def _keep_in_sight(self) -> bool:
        """Move the window so that the cursor is in it; True when it had to move."""
        room, before = len(self.in_sight), self._top
        self._top = max(0, self.cursor - room + 1, min(self._top, self.cursor))
        if self.window is not None:
            self._top = max(0, min(self._top, len(self.window) - room))
        if before != self._top:
            self.post_message(self.NeedsRows())
        return before != self._top

    # --- drawing ---

    def render(self) -> Content:
        """Draw the head and the rows in sight."""
        width, window = self.size.width, self.window
        if self.is_refused and (window is None or not window.was_read):
            return row()
        rows = [self._head(width)]
        is_waited_for = window is None or not window.was_read or not cast("MartApp", self.app).clock.is_set
        self._drawn = {at: window.row(at) for at in self.in_sight} if window and not is_waited_for else {}
        if window is None or is_waited_for:  # rows tell how long ago something was, so they wait for the shop's time
            rows += [row((" " * MARGIN, ""), ("─" * (width // 3), "$line"))] * (len(self.in_sight) // 3)
        elif not len(window):
            rows += [row(), row((" " * MARGIN, ""), (self.empty, "$sand"))]
        else:
            for at in self.in_sight[: len(window) - self._top]:
                rows.append(self._row(at, width))
                rows += [row()] * (self.inset if at == self.cursor else 0)
        return Content("\n").join(rows[: self.size.height])

    def _row(self, at: int, width: int) -> Content:
        each = self.window.row(at) if self.window else None
        if each is None:
            return row((" " * MARGIN, ""), ("─" * (width // 3), "$line"))
        look = self._look(each)
        mark = ("✓ " if look.key in self.marks else "  ", "$ember")
        cells = [column.cell(each) for column in self._shown(width)]
        text = fitted(row(mark, *self._laid_out(cells, width)), width)
        if look.key in self._flashing:
            text = text.stylize("bold")
        return _lit(text, look) if at == self.cursor else text

    def _head(self, width: int) -> Content:
        cells = [(column.head, "$dust") for column in self._shown(width)]
        return fitted(row(" " * MARGIN, *self._laid_out(cells, width)), width)

    def _shown(self, width: int) -> list[Column[Row]]:
        return [column for column in self._columns if column.least_room <= width <= column.most_room]

    def _rooms(self, width: int) -> list[tuple[Column[Row], int]]:
        """Return what is shown with the cells that each has."""
        shown = self._shown(width)
        spare = max(0, width - MARGIN - sum(column.width + column.gap for column in shown))
        growing = sum(column.grows for column in shown) or 1
        return [(column, column.width + (spare // growing if column.grows else 0)) for column in shown]

    def _laid_out(self, cells: Iterable[tuple[str, str]], width: int) -> list[Content]:
        laid = []
        for (column, room), (text, style) in zip(self._rooms(width), cells, strict=True):
            said = (clause(text, room) or text) if column.is_prose else text
            cell = row((said, style)).truncate(room, ellipsis=True)
            fill = " " * (room - cell.cell_length)
            laid.append(row(" " * column.gap, fill, cell) if column.is_number else row(" " * column.gap, cell, fill))
        return laid

    def room_of(self, head: str) -> int:
        """Return how many cells the column of this head has; 0 where it is not shown."""
        return next((room for column, room in self._rooms(self.size.width) if column.head == head), 0)

    def draw_column(self, head: str) -> None:
        """Draw one column again and nothing else: what counts down must live on slow lines."""
        left = MARGIN
        for column, room in self._rooms(self.size.width):
            if column.head == head:
                self.refresh(Region(left, 1, column.gap + room, max(1, self.size.height - 1)))
            left += column.gap + room

    def _draw_again(self, at: int) -> None:
        below = self.inset if at > self.cursor else 0
        self.refresh(Region(0, 1 + at - self._top + below, self.size.width, 1))


def _lit(text: Content, look: RowLook) -> Content:
    if look.is_product:
        return Content.styled(text.plain, f"bold $ink on $tint-{look.tint}")
    edged = row(("▌", f"$tint-{look.tint}"), text[1:])
    return edged.stylize_before(f"on $lit-{look.tint}")
