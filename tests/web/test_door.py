"""What the door for browsers lets in and gives out, seen by whoever speaks to it without a browser."""

import asyncio
import signal
import subprocess
import sys
from contextlib import asynccontextmanager

import aiohttp
import httpx
import pytest

from tests.daemon.process import eventually
from tests.served import bare_environment

pytestmark = [pytest.mark.slow, pytest.mark.anyio]


@asynccontextmanager
async def visiting(web, *, origin=None, size="width=100&height=30"):
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(f"{web.url}/ws?{size}", headers={"Origin": origin or web.url}) as socket,
    ):
        yield socket


async def drawn_until(socket, words: bytes) -> bytes:
    """What was sent until these words were among it."""
    drawn = b""
    async with asyncio.timeout(30):
        while words not in drawn:
            message = await socket.receive()
            assert message.type == aiohttp.WSMsgType.BINARY, drawn
            drawn += message.data
    return drawn


def test_everything_a_page_is_made_of_comes_from_this_door(opens):
    web = opens()

    answer = httpx.get(web.url)

    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self';")
    assert "http" not in answer.text
    assert "httponly; path=/; samesite=lax" in answer.headers["Set-Cookie"].lower()
    for path in ("/static/js/textual.js", "/static/css/xterm.css", "/page/page.css", "/page/page.js"):
        assert httpx.get(web.url + path).status_code == 200
    assert httpx.get(web.url + "/page/../site.py").status_code == 404
    assert httpx.get(web.url + "/static/").status_code == 403


async def test_a_page_of_another_site_cannot_speak_for_its_visitor(opens):
    web = opens()
    for origin in ("https://evil.example", "null", "http://["):
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            async with visiting(web, origin=origin):
                pass
        assert refused.value.status == 403
    assert "Traceback" not in web.log.read_text()


async def test_a_storefront_knows_the_gateway_and_nothing_of_this_machines_secrets(opens, shop_behind):
    web = opens(
        MICROMART_REDIS__URL="redis://:canary@127.0.0.1:1/0",
        MICROMART_BROKER__URL="amqp://shop:canary@127.0.0.1:1/shop",
        MICROMART_IDENTITY__CORE_CLIENT_SECRET="canary",
        PGPASSWORD="canary",
    )
    async with visiting(web) as socket:
        await drawn_until(socket, b"Cold Boot")
        [storefront] = web.storefronts()
        told = (storefront / "environ").read_bytes() + (storefront / "cmdline").read_bytes()

    assert b"canary" not in told
    assert f"MICROMART_SHOP__URL={shop_behind.url}".encode() in told
    assert b"MICROMART_SHOP__ON_BEHALF_OF=127.0.0.1" in told
    assert not web.home.exists()


def begun(folder, listen: str = "127.0.0.1:0", **settings: str) -> subprocess.CompletedProcess[str]:
    """A door that is expected to refuse to open, and what it says."""
    return subprocess.run(
        [sys.executable, "-m", "micromart_daemon.main", "web", "--listen", listen],
        env=bare_environment() | {"MICROMART_HOME": str(folder)} | settings,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def test_with_the_databases_address_it_does_not_start(tmp_path):
    done = begun(tmp_path, MICROMART_DATABASE__URL="postgresql+psycopg://shop:canary@db/shop")
    assert done.returncode == 2
    assert "does not start with the database's address" in done.stderr
    assert "canary" not in done.stderr


def test_without_an_address_of_the_shop_it_takes_this_machines_gateway_if_that_is_on_loopback(tmp_path):
    done = begun(tmp_path, MICROMART_GATEWAY__LISTEN="0.0.0.0:9480")
    assert done.returncode == 2
    assert "http://0.0.0.0:9480” cannot be a shop's address" in done.stderr
    assert "set MICROMART_SHOP__URL to where the gateway answers" in done.stderr


IS_OPEN_TO_OTHERS = """
import ctypes
from micromart_daemon.main import main

main(["web", "--listen", "0.0.0.0:0"])
print(ctypes.CDLL(None).prctl(3))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such switch")
def test_its_own_memory_and_environment_are_closed_to_what_its_user_runs(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", IS_OPEN_TO_OTHERS],
        env=bare_environment() | {"MICROMART_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stdout == "0\n"


def test_beyond_loopback_it_wants_tls_in_front(tmp_path):
    done = begun(tmp_path, "0.0.0.0:0")
    assert done.returncode == 2
    assert "set web.behind_proxy" in done.stderr


async def test_whoever_comes_when_it_is_full_is_told_so_and_gets_in_later(opens):
    web = opens(MICROMART_WEB__SESSIONS="1")
    async with visiting(web) as first:
        await drawn_until(first, b"Cold Boot")
        async with visiting(web) as second:
            assert b"The shop is full just now" in (await second.receive()).data
            assert (await second.receive()).type == aiohttp.WSMsgType.CLOSE
        assert len(web.storefronts()) == 1
    await asyncio.to_thread(eventually, lambda: not web.storefronts())

    async with visiting(web) as third:
        await drawn_until(third, b"Cold Boot")


async def test_one_address_cannot_take_every_place(opens):
    web = opens(MICROMART_WEB__SESSIONS_PER_SOURCE="1")
    async with visiting(web) as first, visiting(web) as second:
        await drawn_until(first, b"Cold Boot")
        assert b"The shop is full just now" in (await second.receive()).data


HOSTILE = (
    "[",
    "[]",
    '["resize", {"width": -1, "height": 0}]',
    '["resize", {"width": 1000000000, "height": 1000000000}]',
    '["resize", 1]',
    '["stdin", 5]',
    "[" * 9000,
)


async def test_what_no_browser_sends_harms_nobody(opens):
    web = opens()
    async with visiting(web, size="width=99999999999&height=9999") as hostile, visiting(web) as other:
        await drawn_until(hostile, b"Cold Boot")
        await drawn_until(other, b"Cold Boot")
        for message in HOSTILE:
            await hostile.send_str(message)
        for visitor in (other, hostile):
            await visitor.send_str('["stdin", "a"]')
            await drawn_until(visitor, b"a guest")
        assert len(web.storefronts()) == 2


async def test_a_message_without_end_ends_its_own_connection(opens):
    web = opens()
    async with visiting(web) as socket:
        await drawn_until(socket, b"Cold Boot")
        await socket.send_str('["stdin", "' + "x" * 100_000 + '"]')
        async with asyncio.timeout(20):
            while (message := await socket.receive()).type == aiohttp.WSMsgType.BINARY:
                pass
    assert message.data == aiohttp.WSCloseCode.MESSAGE_TOO_BIG


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_it_ends_with_all_its_storefronts_and_leaves_nothing_behind(opens, number):
    web = opens()
    async with visiting(web) as socket:
        await drawn_until(socket, b"Cold Boot")
        [storefront] = web.storefronts()
        assert len(list(web.temporary.iterdir())) == 1

        assert await asyncio.to_thread(web.stop, number) == 0

        assert not storefront.exists()
        assert list(web.temporary.iterdir()) == []


async def test_killed_it_takes_its_storefronts_along(opens):
    web = opens()
    async with visiting(web) as socket:
        await drawn_until(socket, b"Cold Boot")
        [storefront] = web.storefronts()
        web.stop(signal.SIGKILL)
        await asyncio.to_thread(eventually, lambda: not storefront.exists() or "Z" in _state_of(storefront))


async def test_while_the_shop_is_away_the_page_says_so(opens):
    async with visiting(opens(MICROMART_SHOP__URL="http://127.0.0.1:1")) as socket:
        await drawn_until(socket, b"cannot be reached")


def _state_of(process) -> str:
    try:
        return (process / "stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return "Z"


@pytest.mark.slow
async def test_connections_of_one_address_are_counted_and_one_that_says_nothing_is_closed(opens):
    door = opens(MICROMART_WEB__SESSIONS_PER_SOURCE="1")
    port = int(door.url.rpartition(":")[2])
    silent = [await asyncio.open_connection("127.0.0.1", port) for _ in range(8)]
    reader, writer = await asyncio.open_connection("127.0.0.1", port)

    assert (await reader.readline()).startswith(b"HTTP/1.1 503")
    async with asyncio.timeout(60):
        assert [await each.read() for each, _ in silent] == [b""] * 8
    for each in (writer, *(writer for _, writer in silent)):
        each.close()
    async with aiohttp.ClientSession() as session, session.get(f"{door.url}/health") as told:
        assert told.status == 200
