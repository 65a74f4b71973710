"""A widget drawn row by row, of which only the rows that changed are sent to the terminal."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, cast

from msgspec import Struct
from rich.segment import Segment
from rich.style import Style as WrittenStyle
from textual.cache import LRUCache
from textual.color import Color
from textual.content import Content
from textual.events import Resize
from textual.filter import LineFilter
from textual.geometry import Region
from textual.selection import Selection
from textual.strip import Strip
from textual.style import Style
from textual.widget import Widget

from micromart_tui.rows import row

if TYPE_CHECKING:
    from micromart_tui.app import MartApp

_DEAR = 12
"""Pieces from which on a row is kept for whoever draws the same one: a row of a picture has one for each cell."""
_made_before: LRUCache[tuple[object, ...], Strip] = LRUCache(512)
"""Such rows of all widgets, in a process of many sessions of all of these, with what Textual keeps beside each."""
Sending = tuple[Style, Style, Color, str, tuple[LineFilter, ...]]
"""What rows stand on, what fills them, the ground's colour, the shop's look, and what they go through at last."""


class Look(Struct, frozen=True, eq=False):
    """How a piece is drawn, found again by identity: nearly always one object for equal styles (`_look`)."""

    style: Style


class Painted(Widget):
    """Subclasses draw as many rows as they are high; what they draw from changes, and they repaint."""

    auto_links = False  # what a click does here is told by our own meta; looking for links costs a tenth of a row
    _rows: tuple[Content, ...] = ()
    _strips: dict[int, Strip]
    """Rows before the filters, by number; only those that are asked for and have changed are made anew."""
    _made_for: tuple[Style, str] | None = None
    _sent: dict[int, Strip]
    """Rows as they are sent, through the filters."""
    _sent_as: Sending | None = None
    _is_selected = False
    """Whether the mouse selected some of it. Textual would look for its screen, up the tree, for each row."""

    def __init__(self) -> None:
        super().__init__()
        self._strips = {}
        self._sent = {}
        self._looks: dict[str, Look] = {}
        """How pieces look whose style has a name; the colours of a picture have none, and no end."""
        self._looks_for: tuple[Style, str] | None = None
        """On what ground and in which theme."""

    @property
    def mart(self) -> "MartApp":
        """The app, which owns what pages share."""
        return cast("MartApp", self.app)

    def draw(self, width: int, height: int) -> Sequence[Content]:  # noqa: ARG002  # for those who draw
        """Return the rows, the first ones of which are shown."""
        return ()

    def on_mount(self) -> None:
        """Draw in the colours of another look as soon as it is chosen."""
        self.app.theme_changed_signal.subscribe(self, lambda _: self.repaint())

    def on_resize(self, _: Resize) -> None:
        """Draw for the new size."""
        self.repaint()

    def repaint(self) -> None:
        """Draw, and send what differs from what stands there."""
        width, height = self.content_size
        if not width or not height:  # not laid out yet, or hidden
            return
        drawn = [each.truncate(width, ellipsis=True) for each in self.draw(width, height)][:height]
        rows = (*drawn, *[row()] * (height - len(drawn)))
        if len(rows) != len(self._rows):
            self._rows = rows
            self._strips.clear()
            self._sent.clear()
            self.refresh()
            return
        changed = [y for y, (new, old) in enumerate(zip(rows, self._rows, strict=True)) if not new.is_same(old)]
        self._rows = rows
        for y in changed:
            self._strips.pop(y, None)
            self._sent.pop(y, None)
        if changed:
            self.refresh(*(Region(0, first, width, count) for first, count in _runs(changed)))

    def selection_updated(self, selection: Selection | None) -> None:
        """Show what is selected."""
        self._is_selected = selection is not None
        super().selection_updated(selection)

    def render(self) -> Content:
        """Show what was drawn last."""
        return Content("\n").join(self._rows)

    def render_line(self, y: int) -> Strip:
        """Return one row; Textual itself would make all rows again for the sake of one."""
        if y >= len(self._rows) or self._is_selected:
            return super().render_line(y)
        look = self.visual_style, self.app.theme
        self._look_on(*look)
        if look != self._made_for:
            self._made_for = look
            self._strips.clear()
        if y not in self._strips:
            self._strips[y] = self._strip_of(y, look[0])
        return self._strips[y]

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return rows; Textual itself goes for each through all that might be around it: edges, outlines, a tint."""
        width = self.size.width
        if self._is_selected or self.content_size != self.size or self.opacity != 1:
            return super().render_lines(crop)
        below, background = self.background_colors
        blank = Style(background=below + background)
        look = self.visual_style, blank, background, self.app.theme, tuple(self.get_line_filters())
        self._look_on(look[0], look[3])
        if look != self._sent_as:
            self._sent_as = look
            self._sent.clear()
        for y in crop.line_range:
            if y not in self._sent:
                self._sent[y] = self._finish(y, width, look)
        strips = [self._sent[y] for y in crop.line_range]
        return strips if crop.column_span == (0, width) else [strip.crop(*crop.column_span) for strip in strips]

    def _finish(self, y: int, width: int, look: Sending) -> Strip:
        """Return a row as it is sent: as wide as the widget, and through the filters."""
        ground, blank, background, _, filters = look
        if y >= len(self._rows) or len(self._rows[y].spans) >= _DEAR:
            strip = self.render_line(y).adjust_cell_length(width, blank.rich_style)
            for each in filters:
                strip = strip.apply_filter(each, background)
            return strip
        segments, short = self._segments(y, ground), width - self._rows[y].cell_length
        if short > 0:
            segments.append(Segment(" " * short, blank.rich_style))
        for each in filters:
            segments = each.apply(segments, background)
        return Strip(segments, width)

    def _strip_of(self, y: int, ground: Style) -> Strip:
        line = self._rows[y]
        if len(line.spans) < _DEAR:
            return self._make(y, ground)
        key = y, line.plain, tuple(line.spans), ground, self.app.theme, self.app.console.color_system
        strip = _made_before.get(key)
        if strip is None:
            strip = _made_before[key] = self._make(y, ground)
        return strip

    def _make(self, y: int, ground: Style) -> Strip:
        return Strip(self._segments(y, ground), self._rows[y].cell_length)

    def _segments(self, y: int, ground: Style) -> list[Segment]:
        """Make a row, each piece of it with where it stands: that is what selecting by the mouse asks for.

        Textual's own way wraps the row, which never is longer than the widget, and notes all places twice. What
        looks the same beside each other is one piece: each is cut, written and filtered by itself from here on.
        """
        pieces: list[tuple[str, Look]] = []
        for text, look in self._parts(self._rows[y], ground):
            if pieces and pieces[-1][1] is look:
                pieces[-1] = pieces[-1][0] + text, look
            else:
                pieces.append((text, look))
        colours, x, segments = self.app.console.color_system, 0, []
        for text, look in pieces:
            segments.append(Segment(text, _written(look, x, y, colours)))
            x += len(text)
        return segments

    def _parts(self, line: Content, ground: Style) -> Iterable[tuple[str, Look]]:
        """Return the texts of a row and how each looks; of styles that lie over each other, Textual makes one."""
        parts, at, text, bare = [], 0, line.plain, _look(ground)
        for start, end, style in line.spans:
            if start < at:
                rendered = line.render(ground, end="", parse_style=self._get_style)
                return [(piece, _look(ground + piece_style)) for piece, piece_style in rendered]
            parts += [(text[at:start], bare), (text[start:end], self._look_of(style, ground))]
            at = end
        return [part for part in (*parts, (text[at:], bare)) if part[0]]

    def _look_on(self, ground: Style, theme: str) -> None:
        """Begin to look at pieces on a ground and in a theme: once an update, not for each row."""
        if self._looks_for != (ground, theme):
            self._looks_for = ground, theme
            self._looks.clear()

    def _look_of(self, style: str | Style, ground: Style) -> Look:
        if isinstance(style, Style):
            return _look(ground + style)
        if style not in self._looks:
            self._looks[style] = _look(ground + self._get_style(style))
        return self._looks[style]


def _runs(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """Return rising numbers as first and count of those in a row. Textual works on each region by itself."""
    runs: list[tuple[int, int]] = []
    for number in numbers:
        first, count = runs[-1] if runs else (number, 0)
        if count and first + count == number:
            runs[-1] = first, count + 1
        else:
            runs.append((number, 1))
    return runs


@lru_cache(2048)
def _look(style: Style) -> Look:
    """Return the one look of equal styles; a second one, when it was forgotten, costs two pieces for one."""
    return Look(style)


@lru_cache(2048)
def _written(look: Look, x: int, y: int, _colours: str | None) -> WrittenStyle:
    """Return how a piece that stands there is written; most of another page look like those of the one before.

    Rich keeps in it the codes of the first terminal that it was written for.
    """
    return look.style.rich_style_with_offset(x, y)
