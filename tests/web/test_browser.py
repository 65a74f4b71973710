"""The shop in a real browser: looking, holding and buying by keyboard."""

import re
from io import BytesIO

import pytest
from PIL import Image

from tests.served import PASSWORD
from tests.web.chromium import chromium

pytestmark = [pytest.mark.slow, pytest.mark.anyio, pytest.mark.usefixtures("chromium_is_here")]


async def test_somebody_buys_by_keyboard_and_takes_the_receipt_along(opens, shop_behind, tmp_path):
    shop_behind.has_a_customer("ann")
    web = opens()
    async with chromium(tmp_path) as browser:
        page = await browser.visitor()
        await page.open(web.url)
        await page.shows("Cold Boot", "add to cart")
        looks_like_a_shop(await page.screenshot())

        await page.press("Enter")
        await page.shows("1 · $4.50", "◷ 09:5")
        await page.press("c")
        await page.shows("held for you", "Cold Boot")
        await page.press("Enter")
        await page.shows("Welcome back.", "password")
        await page.type("ann")
        await page.press("Tab")
        await page.type(PASSWORD)
        await page.press("Enter")
        await page.shows("held through checkout", "1 Lamp Street")
        await page.press("Enter")
        shown = await page.shows("MM-", "a letter went to ann@example.org")
        number = re.search(r"MM-[0-9A-Z]+", shown)[0]
        await page.leaves("Thank you", "Enter")
        await page.shows(number, "your order")
        await page.press("p")
        await page.shows("on its way to your downloads")

        assert number in (await browser.downloaded(f"receipt-{number}.txt")).read_text()
        assert page.errors == []
        assert {re.sub("^ws", "http", each).startswith(web.url) for each in page.loads} == {True}
    assert shop_behind.sold() == 1
    assert not web.home.exists()


async def test_each_visitor_has_a_cart_of_their_own_and_finds_it_again_after_a_reload(opens, tmp_path):
    web = opens()
    async with chromium(tmp_path) as browser:
        ann, bob = await browser.visitor(), await browser.visitor()
        for page in (ann, bob):
            await page.open(web.url)
            await page.shows("Cold Boot", "cart  empty")
        await ann.press("Enter")
        await ann.shows("1 · $4.50")
        await bob.press("ArrowDown", "Enter")
        await bob.shows("1 · $19.00")

        await ann.open(web.url)
        await ann.shows("1 · $4.50", "◷")

        await bob.press("q")
        assert await bob.becomes("getComputedStyle(document.querySelector('.closed')).display", "block")
        await bob.press("Enter")
        await bob.shows("1 · $19.00")


def looks_like_a_shop(png: bytes) -> None:
    """Not a blank page: many colours, as large as the window, and most rows have something bright in them."""
    picture = Image.open(BytesIO(png)).convert("RGB")
    assert picture.width >= 900
    assert len(picture.getcolors(1 << 20)) > 100
    grey = picture.convert("L")
    bright = [max(grey.crop((0, top, grey.width, top + 20)).tobytes()) > 128 for top in range(0, grey.height - 20, 20)]
    assert sum(bright) > len(bright) // 2
