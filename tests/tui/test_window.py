"""A list on the desk is read page by page, and again while somebody acts on its rows."""

import asyncio
from dataclasses import dataclass

import pytest

from micromart_tui.window import PAGE_ROWS, Window

pytestmark = pytest.mark.anyio


@dataclass(frozen=True)
class Numbers:
    items: tuple[int, ...]
    next: str | None


class Shelf:
    """So many numbers; an answer waits until it may come."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.is_asked, self.may_answer = asyncio.Event(), asyncio.Event()
        self.may_answer.set()

    async def read(self, after: str | None, limit: int) -> Numbers:
        self.is_asked.set()
        await self.may_answer.wait()
        first = int(after or 0)
        end = min(first + limit, self.count)
        return Numbers(tuple(range(first, end)), str(end) if end < self.count else None)


async def test_rows_stay_while_they_are_read_again():
    shelf = Shelf(3)
    window = Window(shelf.read)
    await window.again(0, 3)
    shelf.is_asked.clear()
    shelf.may_answer.clear()
    reading = asyncio.create_task(window.again(0, 3))
    await shelf.is_asked.wait()

    assert window.row(1) == 1

    shelf.may_answer.set()
    assert await reading == set()


async def test_what_came_is_told_and_takes_its_place():
    shelf = Shelf(3)
    window = Window(shelf.read)
    await window.again(0, 3)
    shelf.count = 5
    assert await window.again(0, 3) == {3, 4}
    assert [window.row(at) for at in range(6)] == [0, 1, 2, 3, 4, None]


async def test_pages_out_of_sight_are_forgotten_when_those_in_sight_are_read_again():
    window = Window(Shelf(PAGE_ROWS * 4).read)
    await window.again(0, 3)
    await window.fill(PAGE_ROWS * 3, PAGE_ROWS * 3 + 3)
    await window.again(0, 3)
    assert window.row(PAGE_ROWS * 3) is None
    assert window.row(2) == 2
    assert await window.fill(PAGE_ROWS * 3, PAGE_ROWS * 3 + 3)
    assert window.row(PAGE_ROWS * 3) == PAGE_ROWS * 3


async def test_a_list_that_became_shorter_ends_earlier():
    shelf = Shelf(PAGE_ROWS + 5)
    window = Window(shelf.read)
    await window.again(0, PAGE_ROWS + 5)
    shelf.count = 2
    await window.again(0, PAGE_ROWS + 5)
    assert len(window) == 2
    assert window.is_whole
