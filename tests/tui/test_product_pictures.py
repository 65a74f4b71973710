"""Pictures hang on the page of their own product: at once where they were painted before, and never an old one."""

import asyncio
from contextlib import suppress

import pytest

from micromart_core.changes import Change, Topic
from micromart_core.inventory.model import Sku
from micromart_core.products.service_pictures import set_picture
from tests.core.test_products_pictures import png
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


async def test_who_is_known_to_have_no_picture_is_not_asked_for_one_until_that_changes(shop):
    for number in range(9):
        shop.stocks(Sku(f"BARE-{number}"), on_hand=1)
    door = Door(shop.guest("ann"))
    async with sitting(door) as sits:
        gallery, asked = sits.app.gallery, door.asked.count("list_pictures")
        await gallery.learn([Sku(f"BARE-{number}") for number in range(9)])

        await sits.press("down", "down")
        assert door.asked.count("list_pictures") == asked

        shop.staff().run(set_picture, Sku("BARE-3"), png())
        gallery.forget(frozenset({Change(Topic.PRODUCTS, "BARE-3")}))
        await sits.press("down")

        assert await hangs(sits) == "BARE-3"


async def test_a_picture_that_is_set_while_it_is_asked_who_has_one_hangs(shop):
    shop.stocks(Sku("BARE-0"), on_hand=1)
    door = Door(shop.guest("ann"))
    async with sitting(door) as sits:
        gallery, answer = sits.app.gallery, door.keeps_waiting("list_pictured")
        asking = asyncio.ensure_future(gallery.learn([Sku("LATER")]))
        await sits.finds(lambda: "list_pictured" in door.asked)
        gallery.forget(frozenset({Change(Topic.PRODUCTS, "LATER")}))
        answer.set()
        await asking

        assert not gallery.pictures.is_fresh(Sku("LATER"))


async def test_a_gallery_keeps_no_note_of_what_it_never_showed(door):
    async with sitting(door) as sits:
        sku, gallery = await hangs(sits), sits.app.gallery
        await gallery.fetch([sku])

        gallery.forget(frozenset(Change(Topic.STOCK, f"SOLD-{number}") for number in range(50)))
        gallery.forget(frozenset({Change(Topic.STOCK, sku)}))

        assert gallery._products._stale == {sku}


async def test_what_changes_while_it_is_read_for_the_first_time_is_read_again(door):
    async with sitting(door) as sits:
        gallery, sku = sits.app.gallery, Sku("NM-001")
        answer = door.keeps_waiting("show_products")
        reading = asyncio.ensure_future(gallery.fetch([sku]))
        await sits.finds(lambda: "show_products" in door.asked)
        gallery.forget(frozenset({Change(Topic.STOCK, sku)}))
        answer.set()
        await reading

        assert gallery.product(sku) is not None
        assert not gallery._products.is_fresh(sku)
