"""What stands on a page, of which an update renders only the widgets that show in it."""

from collections.abc import Iterable

from textual._compositor import Compositor
from textual.geometry import Region
from textual.strip import Strip


class NearestFirst(Compositor):
    """Textual's own renders every visible widget for a change of one row, and all that lie below them."""

    _sought: frozenset[Region] = frozenset()
    """What the update is to send; each is a part of the widget that changed."""

    def render_partial_update(self):  # type: ignore[no-untyped-def]  # noqa: ANN201  # Textual has no public name for it
        """Render what changed."""
        self._sought = frozenset(self._dirty_regions)
        try:
            return super().render_partial_update()
        finally:
            self._sought = frozenset()

    def _get_renders(self, crop: Region | None = None) -> Iterable[tuple[Region, Region, list[Strip]]]:
        """Yield widgets from the nearest one down until all that is sought is covered, and only the rows it is in."""
        if crop is None or not self._sought:
            yield from super()._get_renders(crop)
            return
        sought = self._sought
        for widget, (region, clip) in self.visible_widgets.items():
            seen = region.intersection(clip)
            shown = [each for each in sought if seen.overlaps(each)]
            if not shown:
                continue
            rows = Region.from_union(shown)
            part = Region(seen.x, rows.y, seen.width, rows.height).intersection(seen)
            yield region, part, widget.render_lines(part.translate(-region.offset))
            sought = frozenset(each for each in sought if not seen.contains_region(each))
            if not sought:
                return
