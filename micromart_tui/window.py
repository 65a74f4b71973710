"""A list of any length, read page by page: the pages near the cursor are kept, others forgotten and read again."""

from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable, Sequence
from typing import Generic, Protocol, TypeVar

Row = TypeVar("Row", bound=Hashable)
Row_co = TypeVar("Row_co", covariant=True)
PAGE_ROWS = 60
KEPT_PAGES = 8


class ListPage(Protocol[Row_co]):
    """A page of one of the shop's lists; `next` continues it, None at the end."""

    @property
    def items(self) -> Sequence[Row_co]:
        """Its rows."""
        ...

    @property
    def next(self) -> str | None:
        """Where the list goes on."""
        ...


Read = Callable[[str | None, int], Awaitable[ListPage[Row]]]


class Window(Generic[Row]):
    """Rows by number as far as the list was read; its length grows as the cursor nears the end."""

    def __init__(self, read: Read[Row]) -> None:
        self._read = read
        self._begins: list[str | None] = [None]
        """After which key each page begins; one more than was read, unless the end is known."""
        self._ends: list[int] = []
        """The number of rows up to the end of each page."""
        self._pages: OrderedDict[int, tuple[Row, ...]] = OrderedDict()
        self.was_read = False

    def __len__(self) -> int:
        return self._ends[-1] if self._ends else 0

    @property
    def is_whole(self) -> bool:
        """True once the end was read."""
        return len(self._begins) == len(self._ends)

    def row(self, at: int) -> Row | None:
        """Return a row, None when its page is not here."""
        page = bisect_right(self._ends, at)
        rows = self._pages.get(page)
        start = self._ends[page - 1] if page else 0
        return rows[at - start] if rows is not None and at - start < len(rows) else None

    def find(self, matches: Callable[[Row], bool]) -> int | None:
        """Return the number of the first row here that matches."""
        for page, rows in sorted(self._pages.items()):
            start = self._ends[page - 1] if page else 0
            for number, row in enumerate(rows):
                if matches(row):
                    return start + number
        return None

    async def fill(self, first: int, last: int) -> bool:
        """Read what is missing of these rows, and one page more when their end is near; True when any was read."""
        has_read = False
        while len(self) <= last + PAGE_ROWS // 2 and not self.is_whole:
            await self._load(len(self._ends))
            has_read = True
        for page in self._pages_of(first, last):
            if page not in self._pages:
                await self._load(page)
                has_read = True
        return has_read

    async def again(self, first: int, last: int) -> set[Row]:
        """Read these rows anew and forget all others; return the rows that are new or have changed.

        Until an answer comes, the rows stay as they were: the one under the cursor can be acted upon all the time.
        """
        before = {row for rows in self._pages.values() for row in rows}
        pages = self._pages_of(first, last) or [0]
        for page in pages:
            if page < len(self._begins):
                await self._load(page)
        for other in set(self._pages) - set(pages):
            del self._pages[other]
        await self.fill(first, last)
        return {row for rows in self._pages.values() for row in rows} - before

    def _pages_of(self, first: int, last: int) -> list[int]:
        low, high = bisect_right(self._ends, first), bisect_right(self._ends, max(first, last))
        return list(range(low, min(high, len(self._ends) - 1) + 1))

    async def _load(self, page: int) -> None:
        """Read a page; when another one follows it now than before, what is known of those behind is forgotten."""
        answer = await self._read(self._begins[page], PAGE_ROWS)
        rows = tuple(answer.items)
        start = self._ends[page - 1] if page else 0
        end = start + len(rows)
        follows = self._begins[page + 1] if page + 1 < len(self._begins) else None
        if page == len(self._ends) or self._ends[page] != end or follows != answer.next:
            self._forget_behind(page)
            self._ends.append(end)
            self._begins += [] if answer.next is None else [answer.next]
        self._pages[page] = rows
        self._pages.move_to_end(page)
        while len(self._pages) > KEPT_PAGES:
            self._pages.popitem(last=False)
        self.was_read = True

    def _forget_behind(self, page: int) -> None:
        del self._begins[page + 1 :], self._ends[page:]
        for behind in [kept for kept in self._pages if kept >= page]:
            del self._pages[behind]
