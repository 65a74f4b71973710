"""How long a page of a list is, and where it may go on."""

from micromart_core.errors import InvalidValue

LONGEST_PAGE = 1000


class NoCursor(InvalidValue):
    """A list was to go on from where no page of it ended."""

    code = "list.no_cursor"

    def __init__(self, after: str) -> None:
        self.after = after
        super().__init__(
            f"“{after}” is no cursor of this list.", why="no page ended there", hint="give --after what `next` said"
        )


def page_size(limit: int) -> int:
    """Return the limit, or raise InvalidValue when no page is that long."""
    if not 1 <= limit <= LONGEST_PAGE:
        raise InvalidValue(f"A page of {limit} cannot be had.", why=f"1 to {LONGEST_PAGE} can", hint="try --limit 50")
    return limit
