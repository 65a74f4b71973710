"""What a page says when it could not be read: why, how old what is shown is, and the key that tries again."""

from typing import TYPE_CHECKING, cast

from textual.content import Content
from textual.widget import Widget

from micromart_core.adapters.remote.refusals import BesideTheDatabase
from micromart_core.errors import as_sentence
from micromart_tui.rows import pressing, prose, row

if TYPE_CHECKING:
    from micromart_tui.screen import MartScreen

_WIDEST = 60


class FailureNotice(Widget):
    """Stands above the page while its last reading failed."""

    SCOPED_CSS = False  # how it looks depends on the page it stands on
    DEFAULT_CSS = """
    FailureNotice { height: auto; margin-bottom: 1; display: none; }
    .-failed FailureNotice { display: block; }
    """

    def render(self) -> Content:
        """Draw why."""
        page, width = cast("MartScreen", self.screen), self.size.width
        error = page.failure
        if error is None:
            return row()
        stays = isinstance(error, BesideTheDatabase)  # asking again would change nothing
        what = "This page is for the machine with the shop's database." if stays else error.message
        rows = [row((what, "bold $cream"))]
        if error.why:
            rows += [row(), *prose(as_sentence(error.why), min(width, _WIDEST))]
        if not stays:
            again = row(("r", "bold $cream"), (" try again", "$dust")).stylize(pressing("r"))
            rows += [row(), row(again, ("    by itself in a moment", "$dust"))]
        if page.read_at is not None:
            told = f"{page.shown_as_of} "
            rows += [row(), row((told, "$dust"), ("─" * max(0, width - len(told)), "$line"))]
        return Content("\n").join(rows)
