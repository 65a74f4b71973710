"""Files that a storefront hands out: fetched once, and forgotten when nobody comes for them."""

from dataclasses import dataclass, field

import pytest

from micromart_daemon.web.downloads import MOST_WAITING, Downloads

pytestmark = pytest.mark.anyio


@dataclass
class Terminal:
    """What textual-serve asks for the pieces of a file."""

    app_service_id: str
    downloads: Downloads
    pieces: list[bytes] = field(default_factory=lambda: [b"one", b"two", b""])

    async def send_meta(self, data) -> bool:
        await self.downloads.chunk_received(data["key"], self.pieces.pop(0))
        return True

    async def offers(self, key: str) -> None:
        await self.downloads.create_download(
            app_service=self, delivery_key=key, file_name="receipt.txt", open_method="download", mime_type="text/plain"
        )


@pytest.fixture
def anns():
    return Terminal("ann", Downloads())


async def test_a_file_is_handed_out_whole_and_forgotten(anns):
    await anns.offers("receipt")

    assert [piece async for piece in anns.downloads.download("receipt")] == [b"one", b"two"]
    assert not anns.downloads._active_downloads


async def test_what_nobody_fetched_is_forgotten_with_its_storefront_and_no_others(anns):
    bobs = Terminal("bob", anns.downloads)
    await anns.offers("anns")
    await bobs.offers("bobs")

    await anns.downloads.cancel_app_downloads("ann")

    assert list(anns.downloads._active_downloads) == ["bobs"]


async def test_what_somebody_leaves_in_the_middle_is_forgotten(anns):
    await anns.offers("receipt")
    fetched = anns.downloads.download("receipt")

    assert await anext(fetched) == b"one"
    await fetched.aclose()

    assert not anns.downloads._active_downloads


async def test_whoever_asks_for_what_is_being_fetched_gets_nothing_of_it(anns):
    await anns.offers("receipt")
    fetched = anns.downloads.download("receipt")
    assert await anext(fetched) == b"one"

    assert [piece async for piece in anns.downloads.download("receipt")] == []
    assert [piece async for piece in fetched] == [b"two"]


async def test_a_fetch_that_its_storefront_ends_comes_to_an_end(anns):
    await anns.offers("receipt")
    fetched = anns.downloads.download("receipt")
    await anext(fetched)
    anns.pieces[:] = []
    anns.downloads._active_downloads["receipt"].incoming_chunks.put_nowait(None)
    anns.pieces.append(b"too late")

    await anns.downloads.cancel_app_downloads("ann")

    assert [piece async for piece in fetched] == []
    assert not anns.downloads._active_downloads


async def test_of_very_many_the_oldest_are_forgotten(anns):
    for number in range(MOST_WAITING + 5):
        await anns.offers(f"receipt {number}")

    assert list(anns.downloads._active_downloads) == [f"receipt {number}" for number in range(5, MOST_WAITING + 5)]
