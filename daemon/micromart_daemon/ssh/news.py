"""What changes in the shop, heard once and told to every session."""

from micromart_core.bootstrap import Shop
from micromart_core.changes import Board, Changes, Silence
from micromart_tui.news import News


class SharedNews:
    """One who listens to the shop, for all sessions: each would look into the database four times a second."""

    def __init__(self, shop: Shop) -> None:
        self._board = Board()
        self._news = News(shop.operator(), self._board.tell)

    def begin(self) -> None:
        """Begin to listen."""
        self._news.begin()

    def listen(self) -> Changes:
        """Return an iterator of what changes, for one session."""
        return self._board.listen(Silence())

    def close(self) -> None:
        """Stop listening."""
        self._news.close()
