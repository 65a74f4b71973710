"""What becomes of one visitor's storefront that does not begin, is left alone, or says what it should not."""

import asyncio
import json
import sys
from contextlib import asynccontextmanager

import aiohttp
import pytest
from aiohttp.test_utils import TestServer
from msgspec.structs import replace

from micromart_core.settings import Settings, ShopSettings, WebSettings
from micromart_daemon.web import storefront
from micromart_daemon.web.site import Site

pytestmark = pytest.mark.anyio
DRAWS = "import sys; w = sys.stdout.buffer.write; w(b'__GANGLION__\\n'); {}; sys.stdout.flush(); sys.stdin.read()"


@pytest.fixture
def shows(tmp_path, monkeypatch):
    """A function that opens a page behind which the given program runs in place of the shop."""

    @asynccontextmanager
    async def shows(program: str, **settings):
        monkeypatch.setattr(storefront, "_COMMAND", (sys.executable, "-c", program))
        monkeypatch.setattr(storefront, "PATIENCE_SECONDS", 0.5)
        chosen = Settings(shop=ShopSettings(url="http://127.0.0.1:1"), web=replace(WebSettings(), **settings))
        async with TestServer(Site(chosen, tmp_path).application()) as server, aiohttp.ClientSession() as session:
            origin = str(server.make_url("/")).rstrip("/")
            async with session.ws_connect(f"{origin}/ws", headers={"Origin": origin}) as socket:
                yield socket

    return shows


async def told_until_closed(socket) -> str:
    told = ""
    async with asyncio.timeout(20):
        async for message in socket:
            told += message.data if message.type == aiohttp.WSMsgType.TEXT else message.data.decode()
    return told


async def test_a_storefront_that_does_not_begin_is_told_of_without_its_reasons(shows, caplog):
    async with shows("raise SystemExit('error: the inside of this machine')") as socket:
        told = await told_until_closed(socket)
    assert "The shop cannot be opened just now" in told
    assert "inside" not in told
    assert "error: the inside of this machine" in caplog.text


async def test_a_page_that_nobody_touches_is_closed(shows):
    async with shows(DRAWS.format("0"), idle_minutes=0.001) as socket:
        assert "Nobody was here for a while" in await told_until_closed(socket)


async def test_a_storefront_that_breaks_the_protocol_ends_alone(shows, caplog):
    async with shows(DRAWS.format("w(b'X' + (9).to_bytes(4, 'big'))")) as socket:
        await told_until_closed(socket)
    assert "did not keep to its protocol" in caplog.text


async def test_a_storefront_opens_pages_of_the_web_and_no_scripts(shows):
    def asks(url: str) -> str:
        meta = json.dumps({"type": "open_url", "url": url, "new_tab": True}).encode()
        return f"w({b'M' + len(meta).to_bytes(4, 'big') + meta!r})"

    words = (asks("javascript:alert(1)"), asks("https://shop.example/help"), 'w(b\'M\\0\\0\\0\\x10{"type": "exit"}\')')
    async with shows(DRAWS.format("; ".join(words))) as socket:
        told = await told_until_closed(socket)
    assert told == '["open_url", {"url": "https://shop.example/help", "new_tab": true}]'


async def test_no_file_of_a_storefront_is_shown_as_a_page(shows):
    meta = json.dumps(
        {
            "type": "deliver_file_start",
            "key": "k",
            "path": "/x.html",
            "open_method": "browser",
            "mime_type": "text/html",
            "encoding": "utf-8",
            "name": None,
        }
    ).encode()
    async with shows(DRAWS.format(f"w({b'M' + len(meta).to_bytes(4, 'big') + meta!r})")) as socket:
        assert (await socket.receive()).data == '["deliver_file_start", "k"]'
        url = str(socket._response.url.with_path("/download/k").with_scheme("http"))
        async with aiohttp.ClientSession() as session, session.get(url) as answer:
            assert answer.headers["Content-Disposition"].startswith("attachment;")
            assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
