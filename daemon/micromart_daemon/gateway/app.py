"""What the gateway answers: POST /v1/{service}/{operation}, what a guest may read by GET, and how it is."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import msgspec
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from micromart_core.bootstrap import Shop
from micromart_core.caller import Caller
from micromart_core.errors import MicroMartError, NotAllowed, SignInFirst
from micromart_core.home import Home
from micromart_core.identity import Credentials
from micromart_core.operation import access_to
from micromart_core.rate_limit import PerMinute, Unlimited
from micromart_core.shop_facts import show_shop
from micromart_daemon.gateway.asking import Asking, asking_of, source_of, trace_of
from micromart_daemon.gateway.catalogue import ROUTES, cached, read_query
from micromart_daemon.gateway.live import Live
from micromart_daemon.gateway.openapi import openapi
from micromart_daemon.gateway.pools import Pools
from micromart_daemon.gateway.problems import NoAnswerYet, TooLarge, TooSlow, bug, problem
from micromart_daemon.gateway.table import Offered, UnknownOperation, find_offered, offered

BODY_SECONDS = 10.0
READY_SECONDS = 2.0
Answer = Callable[[Request], Awaitable[Response]]


class NoCartSecret(SignInFirst):
    """A guest would change something without saying whose cart it is."""

    code = "gateway.no_cart_secret"

    def __init__(self) -> None:
        super().__init__(
            "Whose cart this is must be said.",
            why="there is neither a token nor a cart's secret",
            hint="send Authorization: Bearer TOKEN, or X-Cart-Secret with 43 random characters of your own",
        )


class Doors:
    """The answers of one shop."""

    def __init__(self, shop: Shop, home: Home) -> None:
        self.pools = Pools(shop.settings.gateway.threads)
        self.live = Live(shop)
        self._shop, self._identity = shop, shop.identity_of(home)
        self._sources = PerMinute(shop.settings.limits.operations_per_minute)

    async def operate(self, request: Request) -> Response:
        """Run an operation for whoever the headers name."""
        service, name = request.path_params["service"], request.path_params["operation"]
        found, asking = find_offered(f"{service}/{name}"), asking_of(request)
        if asking.is_anonymous:
            self._count(asking.source)
            if access_to(found.function).writes and not asking.credentials.cart_secret:
                raise NoCartSecret
        body = await _body(request, self._shop.settings.gateway.max_body_kib * 1024)
        result = await self._run(found, found.read(body), asking)
        headers = {"Cache-Control": "no-store"}
        if asking.dry_run:
            headers["Dry-Run"] = "true"
        return Response(msgspec.json.encode(result), 200, headers, "application/json")

    def reading(self, name: str) -> Answer:
        """Return what answers a GET: as a stranger, so that what anybody keeps of it is nobody's own."""

        async def read(request: Request) -> Response:
            self._count(source_of(request))
            found = find_offered(name)
            stranger = Asking(Credentials(), source_of(request), "", dry_run=False, trace_id=trace_of(request))
            result = await self._run(found, read_query(found, request), stranger)
            return cached(request, msgspec.json.encode(result))

        return read

    async def shop(self, request: Request) -> Response:
        """Tell what a front end must know before anything else."""
        self._count(source_of(request))
        settings = self._shop.settings
        facts = {
            "name": settings.shop.name,
            "currency": settings.shop.currency,
            "issuer": settings.identity.issuer or None,
            "client_id": settings.identity.client_id if settings.identity.issuer else None,
            "hold_minutes": settings.holds.duration.total_seconds() / 60,
            "limit_minutes": settings.holds.limit.total_seconds() / 60,
            "require_address": settings.checkout.require_address,
        }
        return cached(request, msgspec.json.encode(facts))

    async def operations(self, request: Request) -> Response:
        """List what may be asked for, with the JSON Schema of what it takes."""
        self._count(source_of(request))
        told = {name: msgspec.json.schema(each.arguments) for name, each in offered().items()}
        return cached(request, msgspec.json.encode(told))

    async def openapi(self, request: Request) -> Response:
        """Tell all that can be asked for, as OpenAPI."""
        self._count(source_of(request))
        return cached(request, openapi())

    async def changes(self, request: Request) -> Response:
        """Tell what changes, as it changes: to staff all, to others what the catalogue shows."""
        self._count(source_of(request))
        asking = asking_of(request)
        hears_all = not asking.is_anonymous
        if hears_all:
            try:
                await self._run(find_offered("users/open_desk"), {}, asking)
            except NotAllowed:
                hears_all = False
        return self.live.answer(hears_all=hears_all)

    async def health(self, _request: Request) -> Response:
        """Say that the process lives."""
        return _plain(200, live=True)

    async def ready(self, _request: Request) -> Response:
        """Say whether the database answers."""
        gateway = replace(self._shop.gateway(self._identity), rate_limit=Unlimited())
        try:
            await self.pools.ready.run(lambda: gateway.run(show_shop), READY_SECONDS)
        except (MicroMartError, TimeoutError):
            return _plain(503, ready=False)
        return _plain(200, ready=True)

    def _count(self, source: str) -> None:
        self._sources.check(Caller(f"source:{source}"))

    async def _run(self, found: Offered, arguments: dict[str, Any], asking: Asking) -> Any:
        gateway = self._shop.gateway(self._identity, lambda: asking.credentials)
        gateway = replace(gateway, trace_id=asking.trace_id, idempotency_key=asking.key or None, dry_run=asking.dry_run)
        if asking.is_anonymous:
            gateway = replace(gateway, rate_limit=Unlimited())  # counted by its address: a new secret costs nothing
        access, seconds = access_to(found.function), self._shop.settings.gateway.request_seconds
        pool = self.pools.of(is_anonymous=asking.is_anonymous, is_staff_work=access.is_staff_work)
        try:
            return await pool.run(lambda: gateway.run(found.function, **arguments), seconds)
        except TimeoutError as error:
            raise NoAnswerYet(seconds, asking.key) from error


def app_of(doors: Doors) -> Starlette:
    """Return the application."""
    routes = [
        Route("/health", _told(doors.health)),
        Route("/ready", _told(doors.ready)),
        Route("/v1/shop", _told(doors.shop)),
        Route("/v1/openapi.json", _told(doors.openapi)),
        Route("/v1/changes", _told(doors.changes)),
        Route("/v1/operations", _told(doors.operations)),
        *(Route(path, _told(doors.reading(name))) for path, name in ROUTES.items()),
        Route("/v1/{service}/{operation}", _told(doors.operate), methods=["POST"]),
        Route("/{rest:path}", _told(_nowhere), methods=["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]),
    ]
    return Starlette(routes=routes)


async def _nowhere(request: Request) -> Response:
    raise UnknownOperation(f"{request.method} {request.url.path}")


def _told(answer: Answer) -> Answer:
    """Tell every refusal as a problem, and the trace with every answer."""

    async def told(request: Request) -> Response:
        trace_id = trace_of(request)
        try:
            response = await answer(request)
        except MicroMartError as error:
            error.trace_id = error.trace_id or trace_id
            trace_id, response = error.trace_id, problem(error)
        except ClientDisconnect:
            response = Response(status_code=400)
        except Exception as error:  # noqa: BLE001  # no traceback leaves the process; it is in the log
            response = bug(error)
        response.headers["traceparent"] = f"00-{trace_id}-{secrets.token_hex(8)}-01"
        return response

    return told


async def _body(request: Request, most: int) -> bytes:
    length = request.headers.get("content-length", "0")
    if not length.isdecimal() or int(length) > most:
        raise TooLarge(most)
    try:
        async with asyncio.timeout(BODY_SECONDS):
            return await _gathered(request, most)
    except TimeoutError as error:
        raise TooSlow(BODY_SECONDS) from error


async def _gathered(request: Request, most: int) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            raise TooLarge(most)
    return bytes(body)


def _plain(status: int, **facts: bool) -> Response:
    return Response(msgspec.json.encode(facts), status, {"Cache-Control": "no-store"}, "application/json")
