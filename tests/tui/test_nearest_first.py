"""What an update renders: the widgets that show in it, and the same on the terminal as Textual's own update."""

import re

import pytest
from textual._compositor import Compositor
from textual.geometry import Region
from textual.widget import Widget

from micromart_tui.widgets.painted import Painted
from tests.tui.conftest import sitting

pytestmark = pytest.mark.anyio
_MOVE_FOR_NOTHING = re.compile(r"\x1b\[\d+;\d+H(?=\x1b\[\d+;\d+H|\n|$)")
"""Textual moves to the widget beside what changed, too, and writes nothing there."""


@pytest.fixture
def rendered(monkeypatch):
    """Note which widgets render which rows."""
    noted = []
    for kind in (Widget, Painted):
        render = kind.render_lines
        monkeypatch.setattr(kind, "render_lines", noting(noted, render))
    return noted


def noting(noted, render):
    return lambda self, crop: noted.append((type(self).__name__, crop.y, crop.height)) or render(self, crop)


def sent_by(update, page, dirty) -> str:
    """Return what an update of these regions of the terminal writes."""
    page._compositor._dirty_regions = set(dirty)
    return _MOVE_FOR_NOTHING.sub("", update(page._compositor).render_segments(page.app.console))


DIRTY = {
    "a row of the shelf": [Region(3, 8, 32, 1)],
    "rows of the shelf and of the page": [Region(3, 8, 32, 1), Region(38, 4, 59, 1), Region(38, 20, 59, 1)],
    "a gap between them": [Region(35, 6, 3, 2)],
    "the keys and what stands over them": [Region(0, 24, 100, 6)],
    "a part of a row": [Region(10, 9, 5, 3)],
}


@pytest.mark.parametrize("dirty", DIRTY)
@pytest.mark.parametrize("is_told", [False, True], ids=["alone", "under a toast"])
async def test_an_update_writes_what_textuals_own_writes(demo, dirty, is_told):
    async with sitting(demo.guest("ann")) as ann:
        assert await ann.sees("nitro cold brew")
        if is_told:
            ann.app.tell("Something is said here", "And a title that is too long to stand on the same row as the words")
            await ann.pilot.pause()
            assert await ann.sees("Something is said here")
        page = ann.app.screen

        theirs = sent_by(Compositor.render_partial_update, page, DIRTY[dirty])
        ours = sent_by(type(page._compositor).render_partial_update, page, DIRTY[dirty])

        assert type(page._compositor) is not Compositor
        assert ours == theirs
        assert len(ours) > 20


async def test_a_row_of_the_shelf_renders_that_row_of_the_shelf_and_nothing_below_it(demo, rendered):
    async with sitting(demo.guest("ann")) as ann:
        assert await ann.sees("nitro cold brew")
        page, shelf = ann.app.screen, ann.app.page.shelf
        rendered.clear()

        sent_by(type(page._compositor).render_partial_update, page, [Region(shelf.region.x, shelf.region.y + 4, 32, 1)])

        assert rendered == [("Shelf", 4, 1)]
