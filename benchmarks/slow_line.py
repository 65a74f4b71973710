"""A line that takes its time: everything between a client and a server comes later, and round trips are counted."""

import asyncio
import threading
from asyncio import StreamReader, StreamWriter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_AT_ONCE = 65_536


class SlowLine:
    """A port of this machine that leads to a server, half of the delay in each direction."""

    def __init__(self, host: str, port: int, round_trip_seconds: float) -> None:
        self._target, self._delay = (host, port), round_trip_seconds / 2
        self.port = self.round_trips = 0
        self._answered = True
        self._pumps: set[asyncio.Task[None]] = set()
        self._writers: list[StreamWriter] = []

    async def open(self) -> asyncio.Server:
        """Listen on a free port."""
        server = await asyncio.start_server(self._connect, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        return server

    async def hang_up(self) -> None:
        """End what still goes through."""
        pumps = list(self._pumps)
        for pump in pumps:
            pump.cancel()
        for writer in self._writers:
            writer.close()
        closed = [writer.wait_closed() for writer in self._writers]
        await asyncio.gather(*pumps, *closed, return_exceptions=True)

    async def _connect(self, from_client: StreamReader, to_client: StreamWriter) -> None:
        from_server, to_server = await asyncio.open_connection(*self._target)
        for reader, writer, noticed in (
            (from_client, to_server, self._asked),
            (from_server, to_client, self._was_answered),
        ):
            pump = asyncio.create_task(self._pump(reader, writer, noticed))
            self._pumps.add(pump)
            self._writers.append(writer)
            pump.add_done_callback(self._pumps.discard)

    async def _pump(self, reader: StreamReader, writer: StreamWriter, noticed: Callable[[], None]) -> None:
        """Pass on what comes, each piece so much later and none before another."""
        loop = asyncio.get_running_loop()
        while piece := await reader.read(_AT_ONCE):
            noticed()
            loop.call_later(self._delay, writer.write, piece)
        loop.call_later(self._delay, writer.close)

    def _asked(self) -> None:
        """Count what is asked after an answer; what follows unasked for travels along."""
        self.round_trips += self._answered
        self._answered = False

    def _was_answered(self) -> None:
        self._answered = True


@contextmanager
def slow_line(host: str, port: int, round_trip_seconds: float) -> Iterator[SlowLine]:
    """Open a slow line for a while; it works in a thread of its own."""
    line, loop = SlowLine(host, port, round_trip_seconds), asyncio.new_event_loop()
    server = loop.run_until_complete(line.open())
    worker = threading.Thread(target=loop.run_forever)
    worker.start()
    try:
        yield line
    finally:
        server.close()
        loop.call_soon_threadsafe(loop.stop)
        worker.join()
        loop.run_until_complete(line.hang_up())
        loop.close()
