"""The least a page like the shelf can be: one SELECT by SQLAlchemy, and rows that are ready before they are painted."""

import os
from itertools import count, cycle

from rich.segment import Segment
from rich.style import Style
from sqlalchemy import create_engine, text
from textual.app import App, ComposeResult
from textual.strip import Strip
from textual.widget import Widget

_PAGES, _COLUMNS = 60, (35, 59)
"""Pages that differ, so that none was painted before; the shelf and the product's page beside it, on 100 columns."""
_LOOKS = [Style.parse(each) for each in ("#f4ecdf on #141210", "#93877a on #141210", "#b8ab9a on #191614")]


class ReadyApp(App[None]):
    """Shows as many cells as the shop does on 100x30, in as many pieces; page down shows others, and q quits."""

    BINDINGS = [("q", "quit", "quit"), ("pagedown", "leaf", "leaf")]  # noqa: RUF012  # Textual's own way
    ENABLE_COMMAND_PALETTE = False
    CSS = "Screen { layout: horizontal; } Ready { width: 59; height: 1fr; } Ready:first-child { width: 35; }"

    def compose(self) -> ComposeResult:
        """Read the first products, and make all pages of them."""
        with create_engine(os.environ["MICROMART_DATABASE__URL"]).connect() as connection:
            names = [name for (name,) in connection.execute(text("SELECT name FROM products ORDER BY id LIMIT 50"))]
        yield from (Ready(names, width) for width in _COLUMNS)

    def action_leaf(self) -> None:
        """Show the next page."""
        for each in self.query(Ready):
            each.leaf()


class Ready(Widget):
    """Rows of two pieces each, made before anybody asks for them."""

    def __init__(self, names: list[str], width: int) -> None:
        super().__init__()
        self._pages = cycle([_page(names, number, width) for number in range(_PAGES)])
        self._page = next(self._pages)

    def leaf(self) -> None:
        """Show the next page."""
        self._page = next(self._pages)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Return a row."""
        return self._page[y] if y < len(self._page) else Strip.blank(self.size.width)


def _page(names: list[str], number: int, width: int) -> list[Strip]:
    prices = (f"${(number * 50 + each) % 997}.00 ".rjust(11) for each in count())
    return [
        Strip([Segment(f" {name}"[: width - 11].ljust(width - 11), looks[0]), Segment(price, looks[1])], width)
        for name, price, looks in zip(names[:24], prices, cycle([_LOOKS[:2], _LOOKS[1:]]), strict=False)
    ]


if __name__ == "__main__":
    ReadyApp().run()
