"""Whoever asks for much and reads nothing of it keeps no place: neither by asking on, nor by having been answered."""

import asyncio
import contextlib
import socket

import pytest
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route
from uvicorn import Config, Server

from micromart_daemon.crowd import Crowd
from micromart_daemon.gateway import connections


@pytest.fixture
def anyio_backend():
    return "asyncio"


class WatchedCrowd(Crowd):
    """A crowd that says when somebody has come, and when somebody leaves it."""

    def __init__(self, most: int, of_one_source: int) -> None:
        super().__init__(most, of_one_source)
        self.has_come, self.has_left = asyncio.Event(), asyncio.Event()

    def let_in(self, source: str) -> bool:
        is_in = super().let_in(source)
        if is_in:
            self.has_come.set()
        return is_in

    def leave(self, source: str) -> None:
        super().leave(source)
        self.has_left.set()


@contextlib.asynccontextmanager
async def answering(crowd: Crowd):
    """A server whose every answer is larger than what the system keeps for a client."""

    async def much(_request) -> Response:
        return Response(b"x" * 8_000_000)

    config = Config(
        Starlette(routes=[Route("/", much)]), http=connections.protocol_of(crowd), log_config=None, lifespan="off"
    )
    server = Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        served = asyncio.create_task(server.serve([listener]))
        yield listener.getsockname()[1]
        server.should_exit = True
        await served


@pytest.mark.anyio
@pytest.mark.parametrize("asked", [1, 5])
async def test_its_connection_ends(monkeypatch, asked):
    monkeypatch.setattr(connections, "PATIENCE_SECONDS", 0.1)
    monkeypatch.setattr(connections, "UNREAD_SECONDS", 0.5)
    crowd = WatchedCrowd(1, 1)
    async with answering(crowd) as port:
        with socket.create_connection(("127.0.0.1", port)) as idle:
            idle.sendall(b"GET / HTTP/1.1\r\nHost: shop\r\n\r\n" * asked)
            async with asyncio.timeout(5):
                await crowd.has_come.wait()
            assert not crowd.let_in("198.51.100.1")

            async with asyncio.timeout(5):
                await crowd.has_left.wait()
            assert crowd.let_in("198.51.100.1")


@pytest.mark.anyio
async def test_who_reads_slowly_gets_all_of_it(monkeypatch):
    monkeypatch.setattr(connections, "PATIENCE_SECONDS", 0.1)
    monkeypatch.setattr(connections, "UNREAD_SECONDS", 0.5)
    async with answering(Crowd(1, 1)) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET / HTTP/1.1\r\nHost: shop\r\n\r\n")
        got = 0
        while got < 8_000_000:
            part = await reader.read(100_000)
            assert part, "it was cut off"
            got += len(part)
            await asyncio.sleep(0.02)
        writer.close()
