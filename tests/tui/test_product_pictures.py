"""Pictures hang on the page of their own product: at once where they were painted before, and never an old one."""

import asyncio
from contextlib import suppress

import pytest

from micromart_core.changes import Change, Topic
from tests.tui.conftest import sitting
from tests.tui.doors import Door

pytestmark = pytest.mark.anyio


@pytest.fixture
def door(demo):
    return Door(demo.guest("ann"))


async def hangs(sits) -> str:
    """Wait until the page shows a picture; return whose it is."""
    page = sits.app.screen.page
    await sits.finds(lambda: page._picture is not None)
    return page._picture.sku


async def test_what_was_painted_before_hangs_with_the_first_drawing(door):
    async with sitting(door) as sits:
        first = await hangs(sits)
        await sits.press("down")
        await sits.finds(lambda: sits.app.screen.page.product.sku != first)
        await hangs(sits)
        asked = list(door.asked)

        await sits.pilot.press("up")

        assert sits.app.screen.page._picture.sku == first
        assert "list_pictures" not in door.asked[len(asked) :]


async def test_a_picture_that_comes_late_hangs_on_no_other_page(door):
    async with sitting(door) as sits:
        first = await hangs(sits)
        asked = door.asked.count("list_pictures")
        answer = door.keeps_waiting("list_pictures")
        await sits.pilot.press("down")
        await sits.finds(lambda: door.asked.count("list_pictures") > asked)
        await sits.pilot.press("up")
        assert sits.app.screen.page._picture.sku == first

        answer.set()
        await sits.settle()

        assert sits.app.screen.page._picture.sku == sits.app.screen.page.product.sku == first


async def test_what_changed_is_not_fresh_before_it_was_read_to_the_end(door):
    async with sitting(door) as sits:
        sku, gallery = await hangs(sits), sits.app.gallery
        asked = door.asked.count("list_pictures")
        answer = door.keeps_waiting("list_pictures")
        gallery.forget(frozenset({Change(Topic.PRODUCTS, sku)}))
        reading = asyncio.ensure_future(gallery.fetch([sku]))
        await sits.finds(lambda: door.asked.count("list_pictures") > asked)
        assert not gallery.pictures.is_fresh(sku)

        reading.cancel()
        with suppress(asyncio.CancelledError):
            await reading

        assert not gallery.pictures.is_fresh(sku)
        answer.set()
        await gallery.fetch([sku])
        assert gallery.pictures.is_fresh(sku)


async def test_a_step_along_the_shelf_reads_the_picture_and_not_the_product_again(door):
    async with sitting(door) as sits:
        first = await hangs(sits)
        asked = len(door.asked)

        await sits.press("down")
        await sits.finds(lambda: sits.app.screen.page._picture and sits.app.screen.page._picture.sku != first)

        assert door.asked[asked:] == ["list_pictures"]


async def test_a_picture_is_not_read_again_because_some_were_sold(door):
    async with sitting(door) as sits:
        sku, gallery = await hangs(sits), sits.app.gallery

        gallery.forget(frozenset({Change(Topic.STOCK, sku)}))

        assert gallery.pictures.is_fresh(sku)
