"""python -m benchmarks.bare_route: one route that answers at once, served as the gateway is, its port on stdout."""

import socket
import sys

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route


async def _answer(request: Request) -> Response:
    await request.body()
    return Response(b'{"ok":true}', media_type="application/json")


def _main() -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    sys.stdout.write(f"answers on 127.0.0.1:{listener.getsockname()[1]}\n")
    sys.stdout.flush()
    app = Starlette(routes=[Route("/bare", _answer, methods=["POST"])])
    config = uvicorn.Config(app, http="h11", ws="none", lifespan="off", log_config=None, access_log=False)
    uvicorn.Server(config).run([listener])


_main()
