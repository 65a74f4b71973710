"""A shop with a mug, opened in the editor of products, and what one does there."""

from micromart_core.inventory.model import Sku
from micromart_core.products.service import show_product
from tests.tui.conftest import sitting
from tests.tui.forms import types

MUG = Sku("NM-001")


def at_mug(shop, gateway=None, **facts):
    return sitting(gateway or shop.staff("noor"), at="desk/goods", **facts)


async def opens(desk, *keys: str) -> None:
    """Open the lit product, and press keys."""
    assert await desk.sees("1 product")
    await desk.press("enter")
    assert await desk.sees("story")
    await desk.press(*keys)


async def retypes(desk, words: str) -> None:
    """Type something else into the line that has the focus."""
    await desk.press("ctrl+u")
    await types(desk, words)


def mug_of(shop):
    return shop.staff().run(show_product, MUG)
