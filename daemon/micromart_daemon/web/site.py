"""The pages a browser is given: one that draws a terminal, what it is made of, and the websocket behind it."""

import asyncio
import html
import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import textual_serve
from aiohttp import WSCloseCode, WSMsgType, web
from textual_serve.server import Server

from micromart_core.settings import Settings, WebSettings
from micromart_daemon.crowd import Crowd, customer_of
from micromart_daemon.screen_size import TALLEST, WIDEST
from micromart_daemon.web.downloads import Downloads
from micromart_daemon.web.sources import Proxies
from micromart_daemon.web.storefront import Storefront
from micromart_daemon.web.visits import Visits, new_secret

LARGEST_MESSAGE = 64 * 1024
_PAUSE_SECONDS = 0.01
"""After each message of a browser: a hundred keys a second are enough."""
_PAGE = Path(__file__).parent / "page"
_THEIRS = Path(textual_serve.__file__).parent / "static"
_HEADERS = {
    # Nothing is loaded from elsewhere, nothing else may frame it, and what a storefront hands out is no page.
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "font-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_FULL = b"\x1b[2J\x1b[HThe shop is full just now. Please come back in a minute.\r\n"
_IDLE = b"\x1b[2J\x1b[HNobody was here for a while, so this page was closed. Your cart is held to its deadline.\r\n"


class Site(Server):
    """All visitors of one `micromartd web`; downloads are textual-serve's."""

    def __init__(self, settings: Settings, root: Path) -> None:
        super().__init__("micromart shop", title=settings.shop.name)
        self.download_manager = Downloads()
        self._settings, self._web = settings, settings.web
        keep = self._web.keep_minutes * 60.0
        self.visits = Visits(root, keep_seconds=keep, most=10 * self._web.sessions)
        self._crowd = Crowd(self._web.sessions, self._web.sessions_per_source)
        self._proxies = Proxies(self._web.trusted_proxies)
        self._cookie = "__Host-micromart-visit" if self._web.behind_proxy else "micromart-visit"
        self._open: dict[web.WebSocketResponse, Storefront] = {}
        page = (_PAGE / "index.html").read_text(encoding="utf-8")
        self._page = page.replace("{name}", html.escape(settings.shop.name))

    @property
    def chosen(self) -> WebSettings:
        """What was set for this door."""
        return self._web

    def application(self) -> web.Application:
        """Return the application."""
        app = web.Application(client_max_size=LARGEST_MESSAGE)
        app.add_routes(
            [
                web.get("/", self.handle_index),
                web.get("/ws", self.handle_websocket),
                web.get("/health", self._health),
                web.get("/download/{key}", self.handle_download),
                web.static("/page", _PAGE),
                web.static("/static", _THEIRS),
            ]
        )
        app.on_response_prepare.append(_protect)
        app.on_shutdown.append(self._say_goodbye)
        app.on_cleanup.append(self._see_off)
        return app

    async def handle_index(self, request: web.Request) -> web.StreamResponse:
        """Give the page, and a new visitor what they are known again by.

        Whoever comes by a link of another site brings it along (Lax): a new one would take their cart from them.
        """
        response = web.Response(text=self._page, content_type="text/html", headers={"Cache-Control": "no-store"})
        if self._cookie not in request.cookies:
            response.set_cookie(
                self._cookie, new_secret(), path="/", httponly=True, secure=self._web.behind_proxy, samesite="Lax"
            )
        return response

    async def handle_websocket(self, request: web.Request) -> web.WebSocketResponse:
        """Open a storefront for the browser at the other end, and close it with the connection."""
        if not _is_of_this_page(request):
            raise web.HTTPForbidden(text="This page belongs to another shop.")
        websocket = web.WebSocketResponse(heartbeat=15, max_msg_size=LARGEST_MESSAGE)
        await websocket.prepare(request)
        source = customer_of(self._proxies.source_of(request) if self._web.behind_proxy else request.remote or "")
        if not self._crowd.let_in(source):
            await websocket.send_bytes(_FULL)
            await websocket.close()
            return websocket
        try:
            with self.visits.entered(request.cookies.get(self._cookie)) as home:
                await self._serve_one(websocket, home, source, _size_asked(request))
        finally:
            self._crowd.leave(source)
        return websocket

    async def _serve_one(
        self, websocket: web.WebSocketResponse, home: Path, source: str, size: tuple[int, int]
    ) -> None:
        said = {"MICROMART_SHOP__URL": self._settings.shop.url, "MICROMART_SHOP__ON_BEHALF_OF": source}
        storefront = Storefront(websocket, self.download_manager, home, said)
        await storefront.start(*size)
        self._open[websocket] = storefront
        try:
            await self._hear(websocket, storefront)
        except TimeoutError:
            await websocket.send_bytes(_IDLE)
        except ConnectionError:
            pass  # the browser has gone
        finally:
            await storefront.stop()  # when this is given up, _see_off waits for it
            del self._open[websocket]

    async def _hear(self, websocket: web.WebSocketResponse, storefront: Storefront) -> None:
        """Pass on what a browser sends until it goes; raise TimeoutError when nobody touched it for too long."""
        patience = self._web.idle_minutes * 60.0
        async with asyncio.timeout(patience) as idle:
            while (message := await websocket.receive()).type == WSMsgType.TEXT:
                match _read(message.data):
                    case ["stdin", str(text)]:
                        idle.reschedule(asyncio.get_running_loop().time() + patience)
                        await storefront.send_bytes(text.encode("utf-8", "replace"))
                    case ["resize", {"width": int(width), "height": int(height)}]:
                        await storefront.set_terminal_size(*_clamped(width, height))
                    case ["ping", (str() | int() | float()) as mark]:
                        await websocket.send_json(["pong", mark])
                    case ["focus", *_]:
                        await storefront.focus()
                    case ["blur", *_]:
                        await storefront.blur()
                await asyncio.sleep(_PAUSE_SECONDS)

    async def _health(self, _request: web.Request) -> web.Response:
        return web.json_response({"live": True}, headers={"Cache-Control": "no-store"})

    async def _say_goodbye(self, _app: web.Application) -> None:
        closing = [each.close(code=WSCloseCode.GOING_AWAY, message=b"the shop closes") for each in self._open]
        await asyncio.gather(*closing, return_exceptions=True)

    async def _see_off(self, _app: web.Application) -> None:
        await asyncio.gather(*(storefront.stop() for storefront in self._open.values()))


async def _protect(request: web.Request, response: web.StreamResponse) -> None:
    response.headers.update(_HEADERS)
    if request.path.startswith("/download/"):
        disposition = response.headers.get("Content-Disposition", "")
        response.headers["Content-Disposition"] = disposition.replace("inline", "attachment", 1)


def _is_of_this_page(request: web.Request) -> bool:
    try:
        return urlsplit(request.headers.get("Origin", "")).netloc == request.host
    except ValueError:  # brackets that close nothing
        return False


def _read(text: str) -> Any:
    """Return what a browser sent; None for what is no JSON."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _size_asked(request: web.Request) -> tuple[int, int]:
    def number(name: str, default: int) -> int:
        text = request.query.get(name, "")
        return int(text) if text.isascii() and text.isdecimal() and len(text) < 5 else default  # noqa: PLR2004  # 9999

    return _clamped(number("width", 80), number("height", 24))


def _clamped(width: int, height: int) -> tuple[int, int]:
    """Return a size that can be drawn: hostile ones would cost memory for each cell."""
    return min(max(width, 20), WIDEST), min(max(height, 6), TALLEST)
