"""The shop over SSH: many who browse beside one, what an idle session sends, and the memory each takes."""

import asyncio
import os
import statistics
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import asyncssh

from benchmarks.daemon_processes import MICROMARTD, Daemon, running
from benchmarks.figures import Figure

SESSIONS, SESSIONS_WHEN_QUICK = 50, 6
MOST_KEY_MS, MOST_IDLE_BYTES, MOST_MB = 150, 0, 6
_PATIENCE, _BETWEEN_KEYS = 120.0, 1.0
_KEYS = (b"\x1b[B", b"\x1b[A")
_SHELF = b"add to cart"
_LIMITS = {"MICROMART_SSH__SESSIONS_PER_SOURCE": "100", "MICROMART_SSH__SESSIONS": "100"}


def measure(folder: Path, *, quick: bool) -> list[Figure]:
    """Measure one session, then many that browse together, on the demo shop."""
    sessions, presses, seconds = (SESSIONS_WHEN_QUICK, 6, 3) if quick else (SESSIONS, 40, 20)
    with TemporaryDirectory(dir=folder) as place, _service(place) as service:
        return asyncio.run(_browse(service, sessions, presses, seconds))


async def _browse(service: Daemon, sessions: int, presses: int, seconds: int) -> list[Figure]:
    port = service.port()
    async with AsyncExitStack() as open_lines:
        first = await _walk_in(port, open_lines)
        alone = await first.browse(presses, 0)
        with_one = service.megabytes()
        others = [await _walk_in(port, open_lines) for _ in range(sessions - 1)]
        with_all = service.megabytes()
        lines = [first, *others]
        gaps = [_BETWEEN_KEYS * at / sessions for at in range(sessions)]
        browsing = (line.browse(presses, gap) for line, gap in zip(lines, gaps, strict=True))
        together = [took for each in await asyncio.gather(*browsing) for took in each]
        idle = await _bytes_of(lines, seconds)
    return [
        Figure.of("ssh", f"key to bytes of {sessions} who browse, p95", [_p95(together)], "ms", at_most=MOST_KEY_MS),
        Figure.of("ssh", "key to bytes of one session, p95", [_p95(alone)], "ms"),
        Figure.of("ssh", f"key to bytes of {sessions} who browse", together, "ms"),
        Figure.of("ssh", "bytes an idle session is sent in a second", idle, at_most=MOST_IDLE_BYTES),
        Figure.of(
            "ssh", "memory of each further session", [(with_all - with_one) / len(others)], "MB", at_most=MOST_MB
        ),
        Figure.of("ssh", "memory with one session", [with_one], "MB"),
    ]


@dataclass
class _Line:
    """A session, and what came of it."""

    process: asyncssh.SSHClientProcess[bytes]
    came: bytearray = field(default_factory=bytearray)
    news: asyncio.Event = field(default_factory=asyncio.Event)

    async def read(self) -> None:
        """Take in what is sent, to the end."""
        while data := await self.process.stdout.read(65536):
            self.came += data
            self.news.set()

    async def wait_for(self, mark: bytes) -> None:
        """Wait until this was sent, and then until nothing more comes."""
        async with asyncio.timeout(_PATIENCE):
            while mark not in self.came:
                self.news.clear()
                await self.news.wait()
        count = 0
        while count != len(self.came):
            count = len(self.came)
            await asyncio.sleep(0.3)

    async def browse(self, presses: int, gap: float) -> list[float]:
        """Go up and down the shelf, a key a second; return the milliseconds until something came of each."""
        took = []
        await asyncio.sleep(gap)
        for at in range(presses):
            self.news.clear()
            began = time.monotonic()
            self.process.stdin.write(_KEYS[at % 2])
            async with asyncio.timeout(_PATIENCE):
                await self.news.wait()
            took.append(1000 * (time.monotonic() - began))
            await asyncio.sleep(_BETWEEN_KEYS)
        return took


async def _walk_in(port: int, open_lines: AsyncExitStack) -> _Line:
    facts = {"username": "guest", "known_hosts": None, "config": None, "client_keys": None, "agent_path": None}
    connection = await open_lines.enter_async_context(asyncssh.connect("127.0.0.1", port, **facts))
    process = await connection.create_process(term_type="xterm-kitty", term_size=(100, 30), encoding=None)
    line = _Line(process)
    reading = asyncio.ensure_future(line.read())
    open_lines.callback(reading.cancel)
    await line.wait_for(_SHELF)
    return line


async def _bytes_of(lines: list[_Line], seconds: int) -> list[float]:
    before = [len(line.came) for line in lines]
    await asyncio.sleep(seconds)
    return [(len(line.came) - count) / seconds for line, count in zip(lines, before, strict=True)]


def _p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]


@contextmanager
def _service(place: str) -> Iterator[Daemon]:
    """Run the service on a demo shop of its own."""
    environment = {"PATH": os.environ["PATH"], "MICROMART_HOME": f"{place}/home"} | _LIMITS
    words = [MICROMARTD, "ssh", "--listen", "127.0.0.1:0"]
    with running(words, environment, [Path(place) / "ssh.log"]) as [service]:
        yield service
