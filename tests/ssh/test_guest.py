"""A guest by SSH: looks around, fills the cart, sees the clock; what is held is held for everybody else too."""

import re

import pytest

pytestmark = pytest.mark.anyio


async def test_a_guest_walks_in_fills_the_cart_and_sees_the_clock(service):
    async with service.connected() as guest, service.window(guest) as window:
        await window.sees("Null Mug")
        await window.adds("Null Mug")
        window.press("c")
        await window.sees("09:")

        held = service.micromart(
            "product",
            "show",
            "NM-001",
            "--json",
            MICROMART_HOME=str(service.home.parent / "b"),
            MICROMART_DATABASE__URL=f"sqlite:///{service.home}/data/shop.db",
        )
        assert re.search(r'"held": ?1\b', held), held

        window.press("q")
        assert await window.ends() == 0
        assert re.search(r"What you picked is held until \d\d:\d\d; then it goes back on the shelf", window.text)


async def test_each_connection_without_a_key_has_a_cart_of_its_own(service):
    async with service.connected() as ann, service.window(ann) as anns:
        await anns.sees("Null Mug")
        await anns.adds("Null Mug")
        async with service.connected() as bob, service.window(bob, "cart") as bobs:
            await bobs.sees("Nothing here yet.")


async def test_one_word_names_where_the_shop_opens(service):
    async with service.connected() as guest:
        async with service.window(guest, "cart") as window:
            await window.sees("Nothing here yet.")
            window.press("q")
            assert await window.ends() == 0
        async with service.window(guest, "nm-001") as window:
            await window.sees("Null Mug")
            window.press("q")
            assert await window.ends() == 0
