"""A widget drawn row by row, of which only the rows that changed are sent to the terminal."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from textual.content import Content
from textual.events import Resize
from textual.geometry import Region
from textual.widget import Widget

from micromart_tui.rows import row

if TYPE_CHECKING:
    from micromart_tui.app import MartApp


class Painted(Widget):
    """Subclasses draw as many rows as they are high; what they draw from changes, and they repaint."""

    _rows: tuple[Content, ...] = ()

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
            self.refresh()
            return
        changed = [y for y, (new, old) in enumerate(zip(rows, self._rows, strict=True)) if not new.is_same(old)]
        self._rows = rows
        if changed:
            self.refresh(*(Region(0, y, width, 1) for y in changed))

    def render(self) -> Content:
        """Show what was drawn last."""
        return Content("\n").join(self._rows)
