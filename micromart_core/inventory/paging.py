"""How long a page of the stockroom's lists is, and which cursors are none."""

from micromart_core.errors import InvalidValue

LONGEST_PAGE = 1000


class NoCursor(InvalidValue):
    """A list was to go on from where no page of it ended."""

    code = "stock.no_cursor"

    def __init__(self, after: str) -> None:
        self.after = after
        super().__init__(
            f"“{after}” is no cursor of this list.", why="no page ended there", hint="give --after what `next` said"
        )


def page_size(limit: int) -> int:
    """Return the limit within 1 and a thousand."""
    return max(1, min(limit, LONGEST_PAGE))
