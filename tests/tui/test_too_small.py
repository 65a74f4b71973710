"""A terminal too small for the shop is told so at once, on whatever page, and sees the page again when it has grown."""

import pytest
from textual.events import Resize
from textual.geometry import Size

from tests.tui.conftest import sitting

pytestmark = pytest.mark.anyio
ENOUGH, TOO_SMALL = (100, 30), (20, 5)


async def grows_to(sits, *sizes: tuple[int, int]) -> None:
    """Change the size, to the last of these, as a terminal does whose edge is dragged."""
    for size in sizes:
        sits.app.post_message(Resize(Size(*size), Size(*size)))
    await sits.settle()


@pytest.mark.parametrize("through", [(), ((1, 1),), (ENOUGH, (60, 8))])
async def test_the_size_it_has_now_decides(shop, through):
    shop.stocks("TEA-01", on_hand=2)
    async with sitting(shop.guest("ann")) as sits:
        await grows_to(sits, *through, TOO_SMALL)
        assert await sits.sees("make me bigger")

        await grows_to(sits, *through, ENOUGH)
        assert await sits.sees("The TEA-01")


async def test_a_page_that_is_opened_there_is_covered_as_well(shop):
    async with sitting(shop.guest("ann")) as sits:
        await grows_to(sits, TOO_SMALL)
        await sits.press("c")
        assert await sits.sees("make me bigger")

        await grows_to(sits, ENOUGH)
        assert await sits.sees("Nothing here yet.")
