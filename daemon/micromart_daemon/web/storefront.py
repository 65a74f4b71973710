"""One visitor's storefront: a process that knows the gateway's address, and nothing of the machine it runs on."""

import asyncio
import json
import logging
import os
import resource
import shutil
import signal
import sys
from asyncio.subprocess import PIPE, Process
from contextlib import suppress
from pathlib import Path
from typing import Any

from aiohttp import web
from textual_serve.app_service import AppService
from textual_serve.download_manager import DownloadManager

from micromart_core.text import terminal_text

PATIENCE_SECONDS = 3.0
"""How long a storefront may take to end by itself."""
_SETPRIV = shutil.which("setpriv")
_BOUND = (_SETPRIV, "--no-new-privs", "--pdeathsig", "KILL", "--") if _SETPRIV else ()
"""It ends with this process, however that ends, and can become nobody else."""
_COMMAND = (*_BOUND, sys.executable, "-I", "-X", "utf8", "-m", "micromart_cli", "shop")
_LARGEST_PACKET = 16 * 1024 * 1024
_LIMITS = {resource.RLIMIT_AS: 2 * 1024**3, resource.RLIMIT_FSIZE: 16 * 1024**2, resource.RLIMIT_NOFILE: 256}
"""What one process may take: bytes of memory, of a file, open files."""
_CLOSED = b"\x1b[2J\x1b[HThe shop cannot be opened just now. Please come back in a moment.\r\n"
_TOLD_MOST = 2_000
_log = logging.getLogger("micromart.web")


class Storefront(AppService):
    """`micromart shop` for one websocket; what goes both ways is textual-serve's protocol."""

    def __init__(
        self, websocket: web.WebSocketResponse, downloads: DownloadManager, home: Path, said: dict[str, str]
    ) -> None:
        super().__init__(
            "micromart shop",
            write_bytes=websocket.send_bytes,
            write_str=websocket.send_str,
            close=self._hang_up,
            download_manager=downloads,
        )
        self._websocket, self._home, self._said = websocket, home, said
        self._ending: asyncio.Task[None] | None = None

    async def _hang_up(self) -> None:
        await self._websocket.close()

    async def _open_app_process(self, width: int = 80, height: int = 24) -> Process:
        """Begin the process, in the visitor's folder and without anything of this one's environment."""
        with (self._home / "stderr").open("wb") as stderr:
            process = await asyncio.create_subprocess_exec(
                *_COMMAND,
                stdin=PIPE,
                stdout=PIPE,
                stderr=stderr,
                cwd=self._home,
                env=self._build_environment(width, height),
                start_new_session=True,
            )
        for what, most in _LIMITS.items():
            with suppress(ProcessLookupError):
                resource.prlimit(process.pid, what, (most, most))
        self._process, self._stdin = process, process.stdin
        return process

    def _build_environment(self, width: int = 80, height: int = 24) -> dict[str, str]:
        """Return all that the process is told; nothing is inherited but where programs and words of a language are."""
        inherited = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL", "TZ") if name in os.environ}
        return {
            **inherited,
            **self._said,
            "HOME": str(self._home),
            "TMPDIR": str(self._home),
            "MICROMART_HOME": str(self._home),
            "TEXTUAL_DRIVER": "textual.drivers.web_driver:WebDriver",
            "TEXTUAL_COLOR_SYSTEM": "truecolor",
            "COLUMNS": str(width),
            "ROWS": str(height),
        }

    async def run(self) -> None:
        """Pass on what the process draws until it ends; then the browser is told so."""
        try:
            await self._pass_on()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the process has ended, or the browser has gone
        except Exception as error:  # noqa: BLE001  # whatever it sent, it is this visitor's trouble alone
            _log.warning("a storefront did not keep to its protocol: %s", type(error).__name__)
        finally:
            await self._hang_up()

    async def _pass_on(self) -> None:
        assert self._process is not None  # noqa: S101  # for mypy: start() has made it
        assert self._process.stdout is not None  # noqa: S101
        stdout = self._process.stdout
        if await stdout.readline() != b"__GANGLION__\n":
            _log.error("a storefront did not begin: %s", self._last_words())
            await self.remote_write_bytes(_CLOSED)
            return
        takers = {b"D": self.on_data, b"M": self.on_meta, b"P": self.on_packed}
        while True:
            taker = takers[await stdout.readexactly(1)]
            size = int.from_bytes(await stdout.readexactly(4), "big")
            if size > _LARGEST_PACKET:
                raise ValueError(size)
            await taker(await stdout.readexactly(size))

    async def on_meta(self, data: bytes) -> None:
        """Take what is no drawing; a link that is no page of the web is not opened."""
        told: dict[str, Any] = json.loads(data)
        if told["type"] != "open_url" or str(told["url"]).startswith(("https://", "http://")):
            await super().on_meta(data)

    async def stop(self) -> None:
        """End the process, at once when it does not by itself, and return when it has; whoever waits may give up."""
        if self._task is None or self._process is None:
            return
        self._ending = self._ending or asyncio.create_task(self._end(self._process, self._task))
        await asyncio.shield(self._ending)

    async def _end(self, process: Process, task: asyncio.Task[None]) -> None:
        await self._download_manager.cancel_app_downloads(app_service_id=self.app_service_id)
        await self.send_meta({"type": "quit"})
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE_SECONDS):
                await process.wait()
        with suppress(ProcessLookupError):  # its group too, should it have begun others
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
        await task

    def _last_words(self) -> str:
        with suppress(OSError), (self._home / "stderr").open("rb") as stderr:
            return terminal_text(stderr.read(_TOLD_MOST).decode("utf-8", "replace"))
        return ""
