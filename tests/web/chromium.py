"""A headless Chromium of one's own, driven over its DevTools protocol."""

import asyncio
import base64
import re
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pyte

PATIENCE = 30
_FLAGS = (
    "--headless=new",
    "--no-sandbox",  # it cannot be had as root, as whom CI runs; only our own page is opened
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--window-size=1000,700",
    "--remote-debugging-port=0",
)
_KEYS = {"Enter": ("\r", 13), "Tab": ("", 9), "Escape": ("", 27), "ArrowDown": ("", 40), "ArrowUp": ("", 38)}


class Page:
    """One tab."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket, self._numbers = socket, count(1)
        self._answers: dict[int, asyncio.Future] = {}
        self.loads: list[str] = []
        """Every address that the tab asked for."""
        self.errors: list[str] = []
        self._terminal = pyte.Screen(80, 24)
        self._hearing = asyncio.create_task(self._hear())

    async def _hear(self) -> None:
        async for message in self._socket:
            told = message.json()
            if "id" in told:
                self._answers.pop(told["id"]).set_result(told)
            elif told["method"] == "Network.requestWillBeSent":
                self.loads.append(told["params"]["request"]["url"])
            elif told["method"] == "Network.webSocketCreated":
                self._lay_out(told["params"]["url"])
            elif told["method"] == "Network.webSocketFrameReceived":
                self._draw(told["params"]["response"])
            elif told["method"] == "Runtime.exceptionThrown":
                self.errors.append(str(told["params"]["exceptionDetails"]))
            elif told["method"] == "Log.entryAdded" and told["params"]["entry"]["level"] == "error":
                self.errors.append(told["params"]["entry"]["text"])

    def _lay_out(self, url: str) -> None:
        self.loads.append(url)
        asked = parse_qs(urlsplit(url).query)
        self._terminal = pyte.Screen(int(asked["width"][0]), int(asked["height"][0]))
        self._stream = pyte.ByteStream(self._terminal)

    def _draw(self, frame: dict) -> None:
        """The page draws on a canvas: what it was sent is drawn here once more, to be read."""
        if frame["opcode"] == 2:
            self._stream.feed(re.sub(rb"\x1b\[\?\d+\$p", b"", base64.b64decode(frame["payloadData"])))

    async def command(self, method: str, **params) -> dict:
        number = next(self._numbers)
        answer = self._answers[number] = asyncio.get_running_loop().create_future()
        await self._socket.send_json({"id": number, "method": method, "params": params})
        told = await asyncio.wait_for(answer, PATIENCE)
        assert "error" not in told, told
        return told["result"]

    async def begin(self) -> "Page":
        for domain in ("Page", "Network", "Runtime", "Log"):
            await self.command(f"{domain}.enable")
        await self.command("Emulation.setFocusEmulationEnabled", enabled=True)
        return self

    async def open(self, url: str) -> "Page":
        await self.command("Page.navigate", url=url)
        return self

    async def js(self, expression: str):
        told = await self.command("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in told, told
        return told["result"].get("value")

    @property
    def text(self) -> str:
        """What stands in the rows of the terminal."""
        return "\n".join(line.rstrip() for line in self._terminal.display)

    async def shows(self, *words: str) -> str:
        """Wait until the terminal shows all these words, and return what it shows."""
        text = ""
        for _ in range(PATIENCE * 5):
            text = self.text
            if all(word in text for word in words):
                return text
            await asyncio.sleep(0.2)
        raise AssertionError(f"the page never showed {words}:\n{text}\n{self.errors}")

    async def press(self, *keys: str) -> None:
        for key in keys:
            text, code = _KEYS.get(key, (key, ord(key[0].upper())))
            said = {"key": key, "windowsVirtualKeyCode": code} | ({"text": text} if text else {})
            await self.command("Input.dispatchKeyEvent", type="keyDown", **said)
            await self.command("Input.dispatchKeyEvent", type="keyUp", key=key, windowsVirtualKeyCode=code)

    async def leaves(self, words: str, key: str) -> None:
        """Press a key until these words are gone: a page that has just opened takes no enter for a moment."""
        for _ in range(PATIENCE // 3):
            await self.press(key)
            for _ in range(15):
                await asyncio.sleep(0.2)
                if words not in self.text:
                    return

    async def type(self, text: str) -> None:
        await self.command("Input.insertText", text=text)

    async def becomes(self, expression: str, wanted) -> bool:
        """Wait until an expression of the page has a value."""
        for _ in range(PATIENCE * 5):
            if await self.js(expression) == wanted:
                return True
            await asyncio.sleep(0.2)
        return False

    async def screenshot(self) -> bytes:
        told = await self.command("Page.captureScreenshot", format="png")
        return base64.b64decode(told["data"])


class Browser:
    """A running browser; each visitor is a profile that shares nothing with the others."""

    def __init__(self, session: aiohttp.ClientSession, root: Page, address: str, downloads: Path) -> None:
        self._session, self._root, self._address, self._downloads = session, root, address, downloads

    async def visitor(self) -> Page:
        context = (await self._root.command("Target.createBrowserContext"))["browserContextId"]
        await self._root.command(
            "Browser.setDownloadBehavior", behavior="allow", downloadPath=str(self._downloads), browserContextId=context
        )
        target = await self._root.command("Target.createTarget", url="about:blank", browserContextId=context)
        address = f"{self._address}/devtools/page/{target['targetId']}"
        return await Page(await self._session.ws_connect(address, max_msg_size=0)).begin()

    async def downloaded(self, name: str) -> Path:
        """Wait for a file."""
        for _ in range(PATIENCE * 5):
            if (self._downloads / name).exists():
                return self._downloads / name
            await asyncio.sleep(0.2)
        raise AssertionError(f"{name} never came: {list(self._downloads.iterdir())}")


@asynccontextmanager
async def chromium(folder: Path) -> AsyncIterator[Browser]:
    """A browser without any past."""
    (folder / "downloads").mkdir()
    process = _begun(folder)
    try:
        port, path = await _told(folder / "profile" / "DevToolsActivePort")
        address = f"ws://127.0.0.1:{port}"
        async with aiohttp.ClientSession() as session, session.ws_connect(address + path, max_msg_size=0) as socket:
            yield Browser(session, Page(socket), address, folder / "downloads")
    finally:
        process.terminate()
        process.wait(20)


def _begun(folder: Path) -> subprocess.Popen:
    with (folder / "chromium.log").open("wb") as log:
        command = ["chromium", *_FLAGS, f"--user-data-dir={folder / 'profile'}", "about:blank"]
        return subprocess.Popen(command, stdout=log, stderr=log)


async def _told(file: Path) -> tuple[str, str]:
    """The port and the path at which the browser listens; it writes them into a file."""
    for _ in range(PATIENCE * 10):
        if len(lines := _words_of(file)) == 2:
            return lines[0], lines[1]
        await asyncio.sleep(0.1)
    raise AssertionError("chromium never opened its DevTools port")


def _words_of(file: Path) -> list[str]:
    return file.read_text().split() if file.exists() else []
